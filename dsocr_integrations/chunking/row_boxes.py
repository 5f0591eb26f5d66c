"""Where some rows of a table stand, judged by how much text is in the rows above and below."""

from __future__ import annotations

import math
from collections.abc import Sequence

from dsocr_integrations.records.documents import GRID, Box

LETTER = 4.5
"""Width of a letter of a table's text in points; most are set smaller than their page."""

Row = tuple[str, ...]


def box_of_rows(
    box: Box, header: Sequence[Row], rows: Sequence[Row], part: tuple[int, int], page_width: float
) -> Box:
    """The strip of a table's box that holds some of its rows, a line to spare on both sides.

    Readings have one box a table, so rows are taken to be as high as their longest cell has
    lines.

    Args:
        box: Box of the table.
        header: Header rows that stand in it.
        rows: Body rows that stand in it.
        part: First row of the part and the one after its last.
        page_width: Width of the page in points.

    Returns:
        A box of the same width.
    """
    begins, ends = part
    letters = (box[2] - box[0]) / GRID * page_width / LETTER
    heights = _heights([*header, *rows], letters)
    before = sum(heights[: len(header) + begins]) if begins else 0
    after = sum(heights[len(header) + ends :])
    line = (box[3] - box[1]) / max(1, sum(heights))
    top = box[1] + math.floor(line * max(0, before - 1))
    bottom = box[3] - math.floor(line * max(0, after - 1))
    return box[0], top, box[2], bottom


def _heights(rows: Sequence[Row], letters: float) -> list[int]:
    """Lines of each row of a table that is some letters wide."""
    # A column of long texts is wider than the others, but not by as much as it is longer.
    shares = [math.sqrt(1 + max(map(len, column))) for column in zip(*rows, strict=True)]
    widths = [max(1.0, letters * share / sum(shares)) for share in shares]
    return [
        max(_lines(cell, width) for cell, width in zip(row, widths, strict=True)) for row in rows
    ]


def _lines(cell: str, width: float) -> int:
    return sum(max(1, math.ceil(len(line) / width)) for line in cell.split("\n"))
