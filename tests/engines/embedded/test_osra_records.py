"""OSRA's printout is read strictly, and the numbers of R groups are kept."""

from __future__ import annotations

import pytest

from dsocr_integrations.engines.embedded.osra_records import parse_osra
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
