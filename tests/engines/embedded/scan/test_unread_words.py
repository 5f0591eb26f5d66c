"""Ink of a line that its words do not account for makes a page doubtful."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from dsocr_integrations.engines.embedded.scan.recognised_line import TextLine, WordBox
from dsocr_integrations.engines.embedded.scan.unread_words import (
    count_cut_lines,
    count_unread_words,
)

FONT = ImageFont.load_default(28)


def drawn(text: str, *, width: int = 600, rows: int = 2) -> np.ndarray:
    picture = Image.new("RGB", (width, 60 * rows), "white")
    pen = ImageDraw.Draw(picture)
    for row in range(rows):
        pen.text((20, 10 + 60 * row), text, fill="black", font=FONT)
    return np.asarray(picture)


def lines(text: str, right: float, rows: int = 2) -> list[TextLine]:
    boxes = [(18.0, 8.0 + 60 * row, right, 46.0 + 60 * row) for row in range(rows)]
    return [TextLine(text, box, 0.95, (WordBox(text, box),)) for box in boxes]


@pytest.mark.parametrize(
    ("printed", "read", "unread"),
    [
        ("Halvorsen Petrowitsch", "epo,", 2),
        ("Petrowitsch", "Petrowitsch", 0),
        ("T O T A L   S U M", "TOTALSUM", 0),
        ("Total ........................", "Total", 0),
    ],
)
def test_a_word_with_the_ink_of_many_more_letters_was_not_read(printed, read, unread):
    image = drawn(printed)
    assert count_unread_words(image, lines(read, 20 + FONT.getlength(printed))) == unread


@pytest.mark.parametrize(("width", "rows", "cut"), [(200, 2, 2), (200, 1, 0), (600, 2, 0)])
def test_lines_that_end_amid_a_letter_at_the_edge_are_cut_off(width, rows, cut):
    image = drawn("mmmmmmmmmmmmmmm", width=width, rows=rows)
    right = min(width, 20 + FONT.getlength("mmmmmmmmmmmmmmm"))
    assert count_cut_lines(image, lines("mmmm", right, rows)) == cut
