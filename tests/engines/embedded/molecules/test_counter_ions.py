"""Counter-ions written beside a drawing are kept; numbers and titles are not taken for any."""

from __future__ import annotations

import pytest
from PIL import Image, ImageDraw, ImageFont

from dsocr_integrations.engines.embedded.molecules.counter_ions import charge, with_counter_ions
from dsocr_integrations.engines.embedded.molecules.molecule_drawing import find_osra, read_molecule
from dsocr_integrations.engines.embedded.molecules.raised_sign import raised_sign
from dsocr_integrations.molecules import canonicalise
from tests.engines.embedded.molecules.drawings import draw_salt


@pytest.mark.parametrize(
    ("drawn", "labels", "whole"),
    [
        ("CNCc1ccccc1", ["HCl"], "CNCc1ccccc1.Cl"),
        ("CNCc1ccccc1", ["· 2HCI"], "CNCc1ccccc1.Cl.Cl"),
        ("CNCc1ccccc1", ["x HBr"], "Br.CNCc1ccccc1"),
        ("O=C([O-])c1ccccc1", ["Na"], "O=C([O-])c1ccccc1.[Na+]"),
        ("O=C([O-])c1ccccc1", ["K+"], "O=C([O-])c1ccccc1.[K+]"),
        ("C[NH2+]Cc1ccccc1", ["Cl−"], "C[NH2+]Cc1ccccc1.[Cl-]"),
        ("C[NH2+]Cc1ccccc1", ["1-"], "C[NH2+]Cc1ccccc1.[I-]"),
        ("O=C(O)c1ccccc1", ["K⁺"], "O=C([O-])c1ccccc1.[K+]"),
        ("CNCc1ccccc1", ["Br-"], "C[NH2+]Cc1ccccc1.[Br-]"),
        ("NCCNCc1ccccc1", ["Br-"], "NCCNCc1ccccc1.[Br-]"),
        ("CNCc1ccccc1", ["Cl"], "CNCc1ccccc1"),
        ("CNCc1ccccc1", ["Na"], "CNCc1ccccc1"),
        ("CNCc1ccccc1", ["(12)", "Aspirin", "25", "", "Ia"], "CNCc1ccccc1"),
    ],
)
def test_what_stands_beside_a_molecule_belongs_to_it(drawn, labels, whole):
    molecule = canonicalise(drawn)
    assert molecule is not None
    assert with_counter_ions(molecule, labels).molecule == canonicalise(whole)


@pytest.mark.parametrize(
    ("drawn", "label", "balanced"),
    [
        ("CNCc1ccccc1", "HCl", True), ("CNCc1ccccc1", "(12)", True),
        ("C[NH2+]Cc1ccccc1", "Cl", True), ("NCCNCc1ccccc1", "Cl-", False),
        ("CNCc1ccccc1", "Br", False), ("C[NH2+]Cc1ccccc1", "1", False),
    ],
)  # fmt: skip
def test_an_ion_without_its_counterpart_is_told(drawn, label, balanced):
    molecule = canonicalise(drawn)
    assert molecule is not None
    assert with_counter_ions(molecule, [label]).balanced is balanced


@pytest.mark.parametrize(
    ("letters", "sign"),
    [("Br", "-"), ("I", "-"), ("Na", "+"), ("HCl", ""), ("Cl", "-"), ("12", ""), ("K", "+")],
)
@pytest.mark.parametrize("size", [22, 40])
def test_a_small_raised_sign_behind_a_label_is_seen(letters, sign, size):
    label = Image.new("L", (8 * size, 2 * size), 255)
    pen = ImageDraw.Draw(label)
    font, small = (ImageFont.load_default(height) for height in (size, round(0.8 * size)))
    pen.text((8, 1.6 * size), letters, 0, font, anchor="ls")
    if sign:
        pen.text((9 + pen.textlength(letters, font), 1.15 * size), sign, 0, small, anchor="ls")
    assert raised_sign(label) == sign


@pytest.mark.parametrize(("smiles", "sum_"), [("[Na+].[Cl-]", 0), ("C[N+](C)C", 1), ("[Mg+2]", 2)])
def test_charges_are_summed(smiles, sum_):
    assert charge(smiles) == sum_


@pytest.mark.skipif(find_osra() is None, reason="OSRA is missing; apt-get install osra")
def test_a_drawn_salt_keeps_its_acid():
    salt = draw_salt(22)
    found = read_molecule(salt.picture)
    assert found is not None
    assert found.molecule.smiles == salt.smiles
