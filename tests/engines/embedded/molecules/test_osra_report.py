"""OSRA's report of its steps gives a molecule only where it tells everything about it."""

from __future__ import annotations

import pytest

from dsocr_integrations.engines.embedded.molecules.molecule_drawing import find_osra, read_molecule
from dsocr_integrations.engines.embedded.molecules.osra_report import parse_report
from tests.engines.embedded.molecules.test_molecule_drawing import drawn

STEPS = """\
Coordinate box: 18x18-166x144.
Considering superatom Me->C vector: 1.68868x-3.60116.
Adding atom #1, anum: 6
Creating atom #2 " ", anum: 6.
Creating bond #0 1->2, type: 1, flags: 0.
Creating atom #3 " ", anum: 6.
Creating bond #1 3->2, type: 2, flags: 0.
Creating atom #4 " ", anum: 6.
Creating bond #2 2->4, type: 1, flags: 0.
Creating atom #5 "O", anum: 8.
Creating bond #3 4->5, type: 2, flags: 0.
Creating atom #6 "O", anum: 8.
Creating bond #4 4->6, type: 1, flags: 0.
Structure length: 20, molecule fragments: 1.
"""


def test_a_report_gives_the_molecule():
    found = parse_report(f"Number of boxes: 1.\n{STEPS}")
    assert found is not None
    assert found.smiles == "C=C(C)C(=O)O"


@pytest.mark.parametrize(
    ("step", "instead"),
    [
        pytest.param("bond #4 4->6, type: 1, flags: 0", "hash bond #4 4->6", id="wedge"),
        pytest.param("4->6, type: 1, flags: 0", "4->6, type: 1, flags: 4", id="marked"),
        pytest.param('#6 "O", anum: 8', '#6 "X", anum: 0', id="unread"),
        pytest.param('#6 "O", anum: 8', '#6 "O-", anum: 8', id="charged"),
        pytest.param('#6 "O", anum: 8', '#6 "O", anum: 999', id="element"),
        pytest.param("4->6", "4->9", id="missing-atom"),
        pytest.param("4->6", "4->5", id="bond-drawn-twice"),
        pytest.param("4->6, type: 1", "4->6, type: 3", id="valence"),
        pytest.param("Creating bond #4 4->6, type: 1, flags: 0.\n", "", id="pieces"),
        pytest.param("Structure length", "Nothing", id="unfinished"),
    ],
)
def test_a_report_that_leaves_something_open_gives_nothing(step, instead):
    assert step in STEPS
    assert parse_report(STEPS.replace(step, instead)) is None


def test_a_report_of_several_molecules_gives_nothing():
    assert parse_report(STEPS + STEPS) is None
    assert parse_report("") is None


def test_a_double_bond_of_two_forms_needs_its_places():
    chain = STEPS.replace("Adding atom #1, anum: 6", 'Creating atom #1 "F", anum: 9.')
    chain = chain.replace("3->2, type: 2", "3->2, type: 1").replace(
        "1->2, type: 1", "1->2, type: 1"
    )
    assert parse_report(chain) is not None
    but_2_ene = "\n".join(
        ["Coordinate box:"]
        + [f'Creating atom #{n} " ", anum: 6.' for n in range(1, 7)]
        + [
            f"Creating bond #{n - 1} {n}->{n + 1}, type: {2 if n == 3 else 1}, flags: 0."
            for n in range(1, 6)
        ]
        + ["Structure length: 9"]
    )
    assert parse_report(but_2_ene) is None
    hexane = but_2_ene.replace("type: 2", "type: 1")
    assert parse_report(hexane) is not None


@pytest.mark.skipif(find_osra() is None, reason="OSRA is missing; apt-get install osra")
def test_a_molecule_that_osra_keeps_to_itself_is_read():
    found = read_molecule(drawn("C=C(C)C(=O)O"))
    assert found is not None
    assert found.molecule.smiles == "C=C(C)C(=O)O"
