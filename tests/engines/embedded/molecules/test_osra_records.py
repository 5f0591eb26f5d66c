"""OSRA's printout is read strictly, and the numbers of R groups are kept."""

from __future__ import annotations

import pytest

from dsocr_integrations.engines.embedded.molecules.group_labels import GROUPS
from dsocr_integrations.engines.embedded.molecules.osra_records import parse_osra
from dsocr_integrations.molecules import canonicalise
from tests.engines.embedded.osra_printout import record


def test_only_valid_molecules_of_some_size_count():
    said = "".join(
        (
            record("Cc1ccccc1", 4.5),
            record("Cc1ccccc1", 9, said="nonsense"),
            record("Cc1ccccc1", 8, said="C(C)(C)(C)(C)(C)C"),
            record("CO", 7),
            record("Oc1ccccc1", 3).replace("\n3\n", "\nx\n"),
            "noise\n$$$$\n",
        )
    )
    answers = parse_osra(said)
    assert [(answer.molecule.smiles, answer.score) for answer in answers] == [("Cc1ccccc1", 4.5)]


def test_r_groups_keep_their_numbers():
    (answer,) = parse_osra(record("[1*]c1cc([3*])nc(Cl)c1", 4, said="*c1cc(*)nc(Cl)c1"))
    assert answer.molecule.smiles == "[1*]c1cc([3*])nc(Cl)c1"


@pytest.mark.parametrize("said", ["*c1cc(*)nc(Br)c1", "*c1ccc(*)nc1Cl"])
def test_a_table_of_another_molecule_changes_nothing(said):
    (answer,) = parse_osra(record("[1*]c1cc([3*])nc(Cl)c1", 4, said=said))
    assert "[1*]" not in answer.molecule.smiles


def test_a_broken_table_changes_nothing():
    broken = record("[1*]c1ccccc1", 4, said="*c1ccccc1").replace("V2000", "V2000\n")
    (answer,) = parse_osra(broken)
    assert answer.molecule.smiles == "*c1ccccc1"


@pytest.mark.parametrize(
    ("label", "smiles"),
    [
        ("SCF3", "FC(F)(F)Sc1ccccc1"),
        ("cH3", "Cc1ccccc1"),
        ("QCH3", "COc1ccccc1"),
        ("H3G", "Cc1ccccc1"),
        ("O2N", "O=[N+]([O-])c1ccccc1"),
        ("Ph", "c1ccc(-c2ccccc2)cc1"),
        ("R12", "[12*]c1ccccc1"),
        ("*H3", "Cc1ccccc1"),
        ("C*2H", "O=C(O)c1ccccc1"),
        ("*l", "Clc1ccccc1"),
        ("X", "*c1ccccc1"),
        ("O7S", "*c1ccccc1"),
    ],
)
def test_labels_that_osra_does_not_know_are_drawn_out(label, smiles):
    table = record("*c1ccccc1", 4).replace("M  END", f"A    1\n{label}\nM  END")
    (answer,) = parse_osra(table)
    assert answer.molecule.smiles == smiles


@pytest.mark.parametrize("centre", ["@", "@@"])
def test_a_drawn_out_group_keeps_the_centre_it_is_bound_to(centre):
    said = record(f"CC[C{centre}](*)(F)Cl", 4).replace("M  END", "A    4\nCF3\nM  END")
    (answer,) = parse_osra(said)
    expected = canonicalise(f"CC[C{centre}](C(F)(F)F)(F)Cl")
    assert expected is not None
    assert answer.molecule.smiles == expected.smiles


def test_a_label_within_a_chain_stays_open():
    table = record("C*c1ccccc1", 4).replace("M  END", "A    2\nCH3\nM  END")
    (answer,) = parse_osra(table)
    assert answer.molecule.smiles == "C*c1ccccc1"


def test_every_group_is_a_molecule_of_its_own():
    for smiles in GROUPS:
        assert canonicalise(smiles) is not None, smiles


@pytest.mark.parametrize(
    ("label", "smiles"), [("Q", "O=C(Cl)c1ccccc1"), ("CH3", "*=C(Cl)c1ccccc1")]
)
def test_a_label_at_a_double_bond_is_oxygen_where_it_looks_like_it(label, smiles):
    table = record("*=C(Cl)c1ccccc1", 4).replace("M  END", f"A    1\n{label}\nM  END")
    (answer,) = parse_osra(table)
    assert answer.molecule.smiles == smiles
