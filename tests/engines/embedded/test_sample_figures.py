"""The sample documents' charts and molecules, found on their pages and read."""

from __future__ import annotations

import json

import pytest

from dsocr_integrations import grounding
from dsocr_integrations.engines.embedded.born_digital import pages as born_digital
from dsocr_integrations.engines.embedded.figure_answer import parse_figure
from dsocr_integrations.engines.embedded.molecules.molecule_drawing import find_osra
from dsocr_integrations.figures import figure_requests, interpret
from dsocr_integrations.tables import number_of

from .pdf_pages import DATA, region_of

TRUTH = json.loads((DATA / "truth.json").read_text(encoding="utf-8"))

needs_osra = pytest.mark.skipif(
    find_osra() is None, reason="OSRA is missing; install it with: apt-get install osra"
)


def figures_of(name: str, number: int):
    region = region_of(DATA / name, number)
    blocks = grounding.parse(born_digital.read_page(region).to_text()).blocks
    return [
        interpret(parse_figure(request.region), number=request.number, caption=request.caption)
        for request in figure_requests(blocks, region)
    ]


def numbers(rows) -> list[list[float]]:
    found = [[number_of(str(cell)) for cell in row] for row in rows]
    return [[value for value in row if value is not None] for row in found]


@pytest.mark.parametrize("page", [1, 2, 3])
def test_charts_give_their_data(page):
    truth = [numbers(chart["rows"]) for chart in TRUTH["charts"] if chart["page"] == page]
    figures = figures_of("report.pdf", page)

    assert sorted(numbers(figure.table.rows) for figure in figures) == sorted(truth)


def test_no_slice_is_named_after_the_title():
    (pie,) = [
        f for f in figures_of("report.pdf", 2) if f.caption and f.caption.startswith("Figure 3")
    ]
    (truth,) = [chart for chart in TRUTH["charts"] if chart["type"] == "pie"]

    assert [row[0] for row in pie.table.rows] == [row[0] for row in truth["rows"]]


@pytest.mark.slow
@needs_osra
def test_molecules_are_read_from_their_drawings():
    said = {
        figure.caption.split(",")[0].split()[-1]: figure.smiles
        for figure in figures_of("molecules.pdf", 1)
    }

    assert said == {molecule["name"]: molecule["smiles"] for molecule in TRUTH["molecules"]}


@needs_osra
def test_a_frame_is_not_a_molecule(tmp_path):
    from PIL import Image, ImageDraw

    picture = Image.new("RGB", (300, 260), "white")
    corners = [(150, 20), (250, 75), (250, 185), (150, 240), (50, 185), (50, 75)]
    ImageDraw.Draw(picture).polygon(corners, outline="black", width=3)
    picture.save(tmp_path / "frame.png")

    assert parse_figure(region_of(tmp_path / "frame.png", 1)).text == ""
