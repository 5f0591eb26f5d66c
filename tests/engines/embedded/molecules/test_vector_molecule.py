"""A molecule that is drawn with paths is read from them, without OSRA, or left alone."""

from __future__ import annotations

import random

import pymupdf
import pytest
from rdkit import Chem
from rdkit.Chem.Draw import rdMolDraw2D

from dsocr_integrations.engines.embedded.figure_answer import parse_figure
from dsocr_integrations.engines.embedded.molecules import molecule_drawing
from dsocr_integrations.rendering import open_document
from dsocr_integrations.sources import resolve_source
from tests.diagrams.drawn import KINDS, styled
from tests.engines.embedded.molecules.drawings import draw_paths


@pytest.fixture
def answer(tmp_path, monkeypatch):
    monkeypatch.setattr(molecule_drawing, "find_osra", lambda: None)

    def ask(data: bytes):
        path = tmp_path / "drawing.pdf"
        path.write_bytes(data)
        with open_document(resolve_source(str(path))) as document:
            return parse_figure(document.region(1))

    return ask


@pytest.mark.parametrize(
    "seed",
    [
        pytest.param(0, id="wedges-in-two-colours"),
        pytest.param(12, id="letters-as-paths"),
        pytest.param(22, id="charges"),
        pytest.param(56, id="text"),
        pytest.param(72, id="groups-at-a-double-bond"),
        pytest.param(84, id="chlorine"),
        pytest.param(116, id="lowered-figures"),
    ],
)
def test_a_drawing_of_paths_is_read_without_osra(answer, seed):
    data, smiles = draw_paths(seed)
    reading = answer(data)
    assert reading.text == smiles
    assert reading.evidence.figure.confidence > 0.9


def test_a_label_that_is_not_known_leaves_a_picture(answer):
    assert answer(drawn_with_text("O=C1CCC(C(=O)[U])N1")).text == ""
    assert answer(drawn_with_text("O=C1CCC(C(=O)I)N1")).text == "O=C1CCC(C(=O)I)N1"


def drawn_with_text(smiles: str) -> bytes:
    drawer = rdMolDraw2D.MolDraw2DSVG(300, 250, -1, -1, noFreetype=True)
    rdMolDraw2D.PrepareAndDrawMolecule(drawer, Chem.MolFromSmiles(smiles))
    drawer.FinishDrawing()
    with pymupdf.open(stream=drawer.GetDrawingText().encode(), filetype="svg") as drawing:
        return drawing.convert_to_pdf()


def test_the_molecules_of_a_reaction_are_parts_of_one_answer(answer):
    document = pymupdf.open()
    page = document.new_page(width=800, height=250)
    for left, smiles in ((0, "O=C1CCC(C(=O)O)N1"), (480, "Nc1ccc(O)cc1Cl")):
        with pymupdf.open(stream=drawn_with_text(smiles)) as drawing:
            page.show_pdf_page(pymupdf.Rect(left, 0, left + 300, 250), drawing)
    page.draw_line((330, 125), (455, 125), width=2)
    page.draw_polyline([(450, 118), (465, 125), (450, 132)], fill=(0, 0, 0), closePath=True)
    page.insert_text((370, 110), "HCl", fontsize=16)
    assert answer(document.tobytes()).text == "O=C1CCC(C(=O)O)N1.Nc1ccc(O)cc1Cl"


@pytest.mark.parametrize(("kind", "seed"), [("cube", 14), ("hexagon_logo", 26), ("land_map", 36)])
def test_lines_of_a_diagram_are_no_bonds(answer, kind, seed):
    document = pymupdf.open()
    page = document.new_page(width=400, height=300)
    KINDS[kind](styled(page, random.Random(f"{kind} {seed}")))
    assert answer(document.tobytes()).text == ""
