"""Lines at a slant follow each other along their slant, whatever their boxes say."""

from __future__ import annotations

import math

import pytest

from dsocr_integrations.engines.embedded.scan.recognised_line import TextLine, bounding_box, quad_of
from dsocr_integrations.engines.embedded.scan.slanted_texts import slanted_texts
from tests.engines.embedded.scan.made_lines import line

SAID = ("Every visitor receives a map of", "the paths and a list", "of the inns of the island.")


def at_a_slant(text: str, degrees: float, row: int) -> TextLine:
    """A line of a text whose first one begins in the middle of the page."""
    cosine, sine = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    width, top = 10.0 * len(text), 30.0 * row
    level = ((0.0, top), (width, top), (width, top + 20.0), (0.0, top + 20.0))
    corners = [(500 + x * cosine - y * sine, 500 + x * sine + y * cosine) for x, y in level]
    box = bounding_box([(*corner, *corner) for corner in corners])
    return TextLine(text, box, 0.99, line(text, box[0], box[1]).words, quad=quad_of(*corners))


@pytest.mark.parametrize("degrees", [-35.0, -6.0, 20.0, 40.0])
def test_a_slanted_paragraph(degrees):
    lines = [at_a_slant(text, degrees, row) for row, text in enumerate(SAID)]
    level = line("All other lines are level.", 60, 60)
    (text,) = slanted_texts([lines[2], level, lines[0], lines[1]])
    assert text.text == " ".join(SAID)
    assert text.lines == tuple(lines)


def test_what_falls_a_little_is_level():
    assert not slanted_texts([at_a_slant(text, 2.0, row) for row, text in enumerate(SAID)])
