"""Clean drawings are read by their lines and letters alone; hostile ones end soon."""

from __future__ import annotations

import math
import random

import pytest
from PIL import Image, ImageDraw, ImageFont

from dsocr_integrations.engines.embedded.molecules import pixel_molecule, traced_drawing
from dsocr_integrations.engines.embedded.molecules.pixel_molecule import read_pixel_molecule


def maze(cells: int, cell: int, share: float) -> Image.Image:
    """A square of walls, a share of which is there."""
    chance = random.Random(f"maze {cells}")
    sheet = Image.new("L", (cells * cell + 40, cells * cell + 40), 255)
    pen = ImageDraw.Draw(sheet)
    for column in range(cells + 1):
        for row in range(cells + 1):
            x, y = 20 + column * cell, 20 + row * cell
            for right, down in ((cell, 0), (0, cell)):
                if chance.random() < share:
                    pen.line((x, y, x + right, y + down), fill=0, width=3)
    return sheet


def ring_with(label: str) -> Image.Image:
    """Benzene with a label on it in letters that are large beside its bonds."""
    sheet = Image.new("L", (420, 260), 255)
    pen = ImageDraw.Draw(sheet)
    corners = [
        (120 + 60 * math.cos(math.radians(turn)), 130 + 60 * math.sin(math.radians(turn)))
        for turn in range(0, 360, 60)
    ]
    pen.polygon(corners, outline=0, width=4)
    for one, other in (corners[:2], corners[2:4], corners[4:]):
        inner = [(120 + 0.8 * (x - 120), 130 + 0.8 * (y - 130)) for x, y in (one, other)]
        pen.line(inner, fill=0, width=4)
    pen.line((180, 130, 222, 130), fill=0, width=4)
    pen.text((228, 146), label, 0, ImageFont.load_default(44), anchor="ls")
    return sheet


@pytest.mark.parametrize(("label", "smiles"), [("OMe", "COc1ccccc1"), ("CO2Me", "COC(=O)c1ccccc1")])
def test_letters_of_long_labels_are_no_ink_left_over(label, smiles):
    found = read_pixel_molecule(ring_with(label))
    assert found is not None
    assert found.smiles == smiles


def test_a_maze_of_long_lines_is_not_parted_into_pieces(monkeypatch):
    monkeypatch.delattr(traced_drawing, "ink_pieces")
    assert read_pixel_molecule(maze(40, 30, 0.9)) is None


def test_more_lines_than_a_molecule_has_are_not_compared(monkeypatch):
    monkeypatch.delattr(pixel_molecule, "bonds")
    assert read_pixel_molecule(maze(18, 30, 0.9)) is None
