"""Each molecule on a page becomes one picture with what is written below it, whatever the layout saw."""

from __future__ import annotations

import pytest
from PIL import Image, ImageDraw

from dsocr_integrations.engines.embedded.drawn_molecules import with_molecules_whole
from dsocr_integrations.engines.embedded.molecules.page_drawings import drawings_on
from dsocr_integrations.grounding.writer import GroundedBlock, GroundedPage, GroundedWord
from dsocr_integrations.rendering import open_document
from dsocr_integrations.sources import resolve_source
from tests.engines.embedded.molecules.drawings import draw_grid


@pytest.fixture
def grid(tmp_path):
    """A picture of six named molecules below a line of prose, and where they are."""
    drawn = draw_grid(4, rows=2, columns=3)
    drawn.picture.save(tmp_path / "grid.png", dpi=(150, 150))
    with open_document(resolve_source(str(tmp_path / "grid.png"))) as document:
        yield document.region(1), drawn


def worded(label, words, scale):
    """A block of words with their boxes in pixels."""
    own = tuple(GroundedWord(tuple(edge * scale for edge in box), text) for text, box in words)
    edges = list(zip(*(word.box for word in own), strict=True))
    around = (min(edges[0]), min(edges[1]), max(edges[2]), max(edges[3]))
    return GroundedBlock(label, (around,), " ".join(word.text for word in own), words=own)


def test_drawings_are_found_whole_and_text_is_none(grid):
    _, drawn = grid
    found = sorted(drawings_on(drawn.picture), key=lambda box: (box[1] // 200, box[0]))
    assert len(found) == len(drawn.cells)
    for box, cell in zip(found, drawn.cells, strict=True):
        assert cell[0] <= box[0] < box[2] <= cell[2]
        assert cell[1] <= box[1] < box[3] <= cell[3]


def test_a_row_taken_for_one_picture_is_parted_and_names_go_with_their_drawings(grid):
    region, drawn = grid
    scale = region.width / drawn.picture.width
    wide = tuple(edge * scale for edge in (*drawn.cells[0][:2], *drawn.cells[2][2:]))
    half = tuple(edge * scale for edge in drawn.cells[3])
    blocks = (
        worded("text", drawn.prose, scale),
        GroundedBlock("image", (wide,)),
        worded("text", [word for name in drawn.names[:3] for word in name], scale),
        GroundedBlock("image", ((half[0], half[1], (half[0] + half[2]) / 2, half[3]),)),
        *(worded("text", name, scale) for name in drawn.names[3:]),
    )
    page = with_molecules_whole(region, GroundedPage(region.width, region.height, blocks))
    assert [block.label for block in page.blocks] == ["text", *["image", "image_caption"] * 6]
    assert page.blocks[0] == blocks[0]
    said = [block.text for block in page.blocks if block.label == "image_caption"]
    assert said == [" ".join(text for text, _ in name) for name in drawn.names]
    for block, cell in zip(page.blocks[1::2], drawn.cells, strict=True):
        x, y = (
            (block.boxes[0][0] + block.boxes[0][2]) / 2,
            (block.boxes[0][1] + block.boxes[0][3]) / 2,
        )
        assert cell[0] < x / scale < cell[2]
        assert cell[1] < y / scale < cell[3]


def test_a_page_with_a_picture_for_each_molecule_stays_as_it_is(grid):
    region, drawn = grid
    scale = region.width / drawn.picture.width
    pictures = [GroundedBlock("image", (tuple(e * scale for e in cell),)) for cell in drawn.cells]
    page = GroundedPage(region.width, region.height, tuple(pictures))
    assert with_molecules_whole(region, page) is page


def test_an_acid_between_two_drawings_goes_with_the_nearer_one(grid):
    region, drawn = grid
    scale = region.width / drawn.picture.width
    left, right = (
        max(box for box in drawings_on(drawn.picture) if cell[0] <= box[0] < cell[2] and cell[1] <= box[1] < cell[3])
        for cell in drawn.cells[:2]
    )  # fmt: skip
    middle = (left[1] + left[3]) / 2
    acid = ("HCl", (left[2] + 8, middle - 10, left[2] + 40, middle + 10))
    wide = tuple(edge * scale for edge in (*drawn.cells[0][:2], *drawn.cells[2][2:]))
    blocks = (GroundedBlock("image", (wide,)), worded("text", [acid], scale))
    page = with_molecules_whole(region, GroundedPage(region.width, region.height, blocks))
    boxes = [block.boxes[0] for block in page.blocks if block.label == "image"]
    assert boxes[0][2] >= acid[1][2] * scale
    assert boxes[1][0] > acid[1][2] * scale
    assert right[0] * scale >= boxes[1][0]


def test_a_page_of_very_many_words_stays_as_it_is(grid):
    region, drawn = grid
    scale = region.width / drawn.picture.width
    wide = tuple(edge * scale for edge in (*drawn.cells[0][:2], *drawn.cells[2][2:]))
    words = [("a", (10 + n / 1000, 10, 11 + n / 1000, 20)) for n in range(60_000)]
    blocks = (GroundedBlock("image", (wide,)), worded("text", words, scale))
    page = GroundedPage(region.width, region.height, blocks)
    assert with_molecules_whole(region, page) is page


def test_boxes_and_arrows_are_no_molecules():
    sheet = Image.new("RGB", (900, 700), "white")
    pen = ImageDraw.Draw(sheet)
    for left, top in ((60, 80), (500, 80), (60, 400), (500, 400)):
        pen.rectangle((left, top, left + 220, top + 120), outline="black", width=2)
        pen.line((left + 220, top + 60, left + 300, top + 60), fill="black", width=2)
    assert drawings_on(sheet) == []


def test_an_upright_arrow_parts_two_molecules(tmp_path):
    drawn = draw_grid(6, rows=2, columns=1)
    left, _, right, bottom = drawn.cells[0]
    sheet = drawn.picture.copy()
    pen = ImageDraw.Draw(sheet)
    pen.rectangle((left, bottom + 1, right, drawn.cells[1][1] - 1), fill="white")
    x, y = (left + right) // 2, bottom + 10
    pen.line((x, y, x, y + 55), fill="black", width=2)
    pen.polygon([(x, y + 60), (x - 6, y + 46), (x + 6, y + 46)], fill="black")
    sheet.save(tmp_path / "scheme.png", dpi=(150, 150))
    with open_document(resolve_source(str(tmp_path / "scheme.png"))) as document:
        region = document.region(1)
        whole = GroundedBlock("image", ((0, 0.1 * region.height, region.width, region.height),))
        page = GroundedPage(region.width, region.height, (whole,))
        found = with_molecules_whole(region, page)
    scale = region.width / sheet.width
    assert [block.label for block in found.blocks] == ["image", "image"]
    assert found.blocks[0].boxes[0][3] / scale < y + 20 < found.blocks[1].boxes[0][1] / scale
