"""Confidence falls with every sign against an answer, and the drawing itself gives the signs."""

from __future__ import annotations

import math

import pytest
from PIL import Image, ImageDraw

from dsocr_integrations.engines.embedded.molecules.confidence import (
    ALONE,
    BY_SIGNS,
    OPEN,
    confidence,
    is_open,
)
from dsocr_integrations.engines.embedded.molecules.drawn_bonds import drawn_bonds
from dsocr_integrations.engines.embedded.molecules.ink_check import InkCheck, check_ink
from dsocr_integrations.molecules import (
    canonicalise,
    is_bare_skeleton,
    is_hydrocarbon,
    with_double_bonds,
)

FITS = InkCheck(0.0, 0, 0)
BOND = 60
TOLUENE = [(60, 90), (60, 30), (112, 0), (164, 30), (164, 90), (112, 120), (8, 0)]
"""Places of atoms: a ring, and a methyl at its second atom."""


def table(orders: list[int], symbols: str = "CCCCCCC") -> str:
    """The V2000 table that OSRA would write of the ring and the methyl, orders as given."""
    scale = 1.512 / BOND
    atoms = [
        f"{x * scale:10.4f}{-y * scale:10.4f}{0:10.4f} {symbol:3} 0  0"
        for (x, y), symbol in zip(TOLUENE, symbols, strict=True)
    ]
    pairs = [(n + 1, (n + 1) % 6 + 1) for n in range(6)] + [(2, 7)]
    bonds = [f"{a:3}{b:3}{order:3}  0" for (a, b), order in zip(pairs, orders, strict=True)]
    counts = f"{len(atoms):3}{len(bonds):3}  0  0  0  0  0  0  0  0999 V2000"
    return "\n".join([counts, *atoms, *bonds, "M  END"])


def ring_and_methyl(*, methyl: bool = True, doubled: bool = False) -> Image.Image:
    picture = Image.new("L", (240, 180), "white")
    pen = ImageDraw.Draw(picture)
    places = [(x + 20, y + 20) for x, y in TOLUENE]
    pen.line([*places[:6], places[0]], fill="black", width=3)
    if methyl:
        pen.line([places[1], places[6]], fill="black", width=3)
    if doubled:
        (x0, y0), (x1, y1) = places[1], places[6]
        away = 9 / math.hypot(x1 - x0, y1 - y0)
        dx, dy = -(y1 - y0) * away, (x1 - x0) * away
        pen.line([(x0 + dx, y0 + dy), (x1 + dx, y1 + dy)], fill="black", width=3)
    return picture


def checked(picture: Image.Image, orders: list[int], symbols: str = "CCCCCCC") -> InkCheck:
    molecule = drawn_bonds(table(orders, symbols), BOND, (20, 20))
    assert molecule is not None
    return check_ink(picture, molecule)


def test_a_molecule_that_fits_its_drawing_has_no_signs():
    assert checked(ring_and_methyl(), [1] * 7) == FITS


def test_ink_that_no_bond_explains_is_counted_in_bonds():
    picture = ring_and_methyl()
    ImageDraw.Draw(picture).line((210, 20, 210, 20 + 2 * BOND), fill="black", width=3)
    assert checked(picture, [1] * 7).unexplained == pytest.approx(2, rel=0.3)


def test_a_bond_without_ink_is_seen():
    assert checked(ring_and_methyl(methyl=False), [1] * 7).unseen == 1


def test_a_bond_with_more_lines_than_its_order_is_seen():
    found = checked(ring_and_methyl(doubled=True), [1] * 7)
    assert (found.missed_lines, found.doubled) == (1, ())


def test_a_bare_oxygen_at_two_lines_is_bound_twice():
    found = checked(ring_and_methyl(doubled=True), [1] * 7, "CCCCCCO")
    assert found.doubled == ((1, 6),)
    said = canonicalise("OC1CCCCC1")
    assert said is not None
    right = with_double_bonds(said, "\n\n\n" + table([1] * 7, "CCCCCCO"), found.doubled)
    assert right.smiles == "O=C1CCCCC1"


def test_a_table_of_another_molecule_changes_no_bond():
    said = canonicalise("OC1CCCCC1")
    assert said is not None
    assert with_double_bonds(said, "\n\n\n" + table([1] * 7), ((1, 6),)) == said


@pytest.mark.parametrize("broken", ["", "x", table([1] * 7).replace("  2  7  1", "  2 99  1")])
def test_a_broken_table_tells_no_places(broken):
    assert drawn_bonds(broken, BOND, (0, 0)) is None


def test_confidence_falls_with_every_sign():
    checks = [
        FITS,
        InkCheck(1.0, 0, 0),
        InkCheck(1.0, 2, 0),
        InkCheck(1.0, 2, 1),
        InkCheck(3.0, 5, 9),
    ]
    found = [confidence("Cc1ccccc1", 2, one) for one in checks]
    assert found == list(BY_SIGNS)
    assert found == sorted(found, reverse=True)
    assert confidence("Cc1ccccc1", 1, FITS) == ALONE
    assert confidence("*c1ccccc1", 3, FITS) == OPEN
    assert confidence("Cc1ccccc1", 2, None) < 0.5


@pytest.mark.parametrize(
    "smiles", ["*C", "C[AlH2]", "C[U]", "[Tl]C", "[1*]CC*", "C[IH]P", "IOc1ccccc1", "COCl"]
)
def test_unread_labels_rare_elements_and_odd_halogens_are_open(smiles):
    assert is_open(smiles)


@pytest.mark.parametrize(
    "smiles",
    ["[1*]CC", "C[N+](=O)[O-]", "[2H]C", "C[C@@H](N)O", "c1cc[nH]c1", "[Na+].[Cl-]", "C[Si](C)C"],
)
def test_usual_atoms_charges_and_marks_are_not_open(smiles):
    assert not is_open(smiles)


@pytest.mark.parametrize(
    ("smiles", "bare"),
    [
        ("C1CCCCC1", True), ("CC(C)CC", True), ("C[C@H]1CC[C@@H](C)C1", True),
        ("C1=CCCCC1", False), ("c1ccccc1", False), ("CCO", False), ("CC.Cl", False),
    ],
)  # fmt: skip
def test_lines_without_a_letter_are_told(smiles, bare):
    assert is_bare_skeleton(smiles) is bare


@pytest.mark.parametrize(
    ("smiles", "only_carbon"),
    [
        ("c1ccccc1", True),
        ("CC1=C=C(C)CC1", True),
        ("C#CC", True),
        ("c1ccncc1", False),
        ("*C", False),
    ],
)
def test_molecules_that_need_no_letter_are_told(smiles, only_carbon):
    assert is_hydrocarbon(smiles) is only_carbon
