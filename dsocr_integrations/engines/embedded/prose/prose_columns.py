"""One or two columns of prose: which lines stand in which."""

from __future__ import annotations

from collections.abc import Sequence

from dsocr_integrations.engines.embedded.prose.prose_lines import ProseLine, rows
from dsocr_integrations.engines.embedded.prose.prose_lists import BULLETS

_JOINT = 3.0
"""White within a printed line is at most this many sizes of type wide."""

_GUTTER = 6.0
"""Points of white between two columns, at least."""

_NARROWEST = 130.0
"""A column of prose is at least this many points wide."""

_LEAST_LINES = 6
_FULL = 0.8
"""Half of the lines of a column of prose are longer than this share of its width."""

_MIDDLE = (0.3, 0.7)


class DoubtfulLayoutError(Exception):
    """Something on a page leaves open how it is laid out."""


def columns_of(lines: Sequence[ProseLine]) -> list[list[ProseLine]]:
    """Part the lines of a page into its columns.

    Returns:
        Lines of each column from top to bottom, columns from left to right.

    Raises:
        DoubtfulLayoutError: If lines stand side by side otherwise than in two columns of prose.
    """
    gutter = _gutter(lines)
    if gutter is None:
        return [_column(lines)]
    columns = [
        _column([line for line in lines if line.right < gutter]),
        _column([line for line in lines if line.left > gutter]),
    ]
    if not all(_is_prose(column) for column in columns):
        raise DoubtfulLayoutError("narrow or ragged columns")
    return columns


def _gutter(lines: Sequence[ProseLine]) -> float | None:
    """The middle of the white that no line crosses, in the middle of the page."""
    left, right = min(line.left for line in lines), max(line.right for line in lines)
    low, high = (left + share * (right - left) for share in _MIDDLE)
    spans = sorted((line.left, line.right) for line in lines)
    reach = spans[0][1]
    for start, end in spans[1:]:
        if start - reach >= _GUTTER and low <= (reach + start) / 2 <= high:
            return (reach + start) / 2
        reach = max(reach, end)
    return None


def _column(lines: Sequence[ProseLine]) -> list[ProseLine]:
    """The lines with their pieces joined."""
    column = []
    for row in rows(lines):
        whole = row[0]
        for piece in row[1:]:
            if piece.left - whole.right > _JOINT * whole.size and whole.text not in BULLETS:
                raise DoubtfulLayoutError(
                    f"lines side by side: {whole.text[:30]} | {piece.text[:30]}"
                )
            whole = whole.joined(piece)
        column.append(whole)
    return column


def _is_prose(column: Sequence[ProseLine]) -> bool:
    width = max(line.right for line in column) - min(line.left for line in column)
    full = sum(line.right - line.left > _FULL * width for line in column)
    return width >= _NARROWEST and len(column) >= _LEAST_LINES and 2 * full >= len(column)
