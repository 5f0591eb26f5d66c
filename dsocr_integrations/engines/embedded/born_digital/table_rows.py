"""Rows of a table that the grid cut wrongly: wrapped lines, and notes under the table."""

from __future__ import annotations

import re
import statistics

from dsocr_integrations.engines.embedded.born_digital.line_text import printed_lines, union
from dsocr_integrations.engines.embedded.born_digital.styled_words import StyledWord
from dsocr_integrations.engines.embedded.born_digital.table_cells import FilledCell, FilledTable
from dsocr_integrations.records.documents import PointBox

_NOTE = re.compile(
    r"^(?:sources?|notes?|quellen?|anmerkung(?:en)?|fuente|nota|remarque|注|資料|资料来源|出典)\s*[:：.]"
    r"|^(?:\*|†|‡|[¹²³⁴-⁹])\s?\S+\s+\S+\s+\S+",
    re.IGNORECASE,
)
_DAY = re.compile(r".*[^\W\d_]\.? ?\d{1,2},")
_YEAR = re.compile(r"(?:19|20)\d\d\W{0,2}")
_DIGIT = re.compile(r"\d")
_NEARER = 0.9
"""Share of the distance of rows at which the lines of one label follow each other at most."""

_WORDY = re.compile(r"[^\W\d_]{2,}")


def join_wrapped_rows(table: FilledTable) -> None:
    """Join a row to the one above where it only holds the rest of wrapped cells.

    Each text of such a row stands under a line that had no room for its first word, and figures
    stand in only one of both rows; or it holds the years of the days above, or the end of a label
    that was broken early.
    """
    least = _least_step(table)
    number = 1
    while number < table.row_count:
        if (
            _is_wrapped(table, number)
            or _holds_years(table, number)
            or _ends_label(table, number, least)
        ):
            _join(table, number)
        else:
            number += 1


def take_notes(table: FilledTable) -> list[list[StyledWord]]:
    """Take rows at the end that are notes on the table, such as `Source: …`, out of it.

    Returns:
        The words of each row taken, from top to bottom.
    """
    notes: list[list[StyledWord]] = []
    for first in range(max(table.row_count - 3, 1), table.row_count):
        cells = [cell for cell in table.row(first) if cell.words]
        if not cells or cells[0].column > 0 or not _NOTE.match(cells[0].text):
            continue
        while table.row_count > first:
            row = table.row(first)
            notes.append([word for cell in row for word in cell.words])
            _drop_row(table, first)
        break
    return [note for note in notes if note]


def _drop_row(table: FilledTable, number: int) -> None:
    table.cells = [cell for cell in table.cells if cell.row != number]
    for cell in table.cells:
        if cell.row > number:
            cell.row -= 1
        elif cell.row + cell.rows > number:
            cell.rows -= 1


def _is_wrapped(table: FilledTable, number: int) -> bool:
    upper, lower = table.row(number - 1), table.row(number)
    if not _are_alike(upper, lower):
        return False
    pairs = [(a, b) for a, b in zip(upper, lower, strict=True) if a.words and b.words]
    if not all(_continues(a, b, _room(table, a)) for a, b in pairs):
        return False
    going_on = [_goes_on(a.text, b.text) for a, b in pairs]
    if lower[0].words:
        # The figures of a wrapped label may stand beside any of its lines.
        return bool(upper[0].words) and all(going_on) and _is_close(pairs)
    if not pairs or any(b.words and not a.words for a, b in zip(upper, lower, strict=True)):
        return False
    # Under an empty first cell stands the second row of a header, or a record of a group.
    return (any(going_on) if upper[0].words else all(going_on)) and _is_close(pairs)


def _holds_years(table: FilledTable, number: int) -> bool:
    """Whether a row has a year below each day of the row above, such as `June 30,`."""
    upper, lower = table.row(number - 1), table.row(number)
    named = [
        (a, b) for a, b in zip(upper, lower, strict=False) if a.column and (a.words or b.words)
    ]
    return (
        _are_alike(upper, lower)
        and bool(named)
        and all(_DAY.fullmatch(a.text) and _YEAR.fullmatch(b.text) for a, b in named)
    )


def _ends_label(table: FilledTable, number: int, least: float) -> bool:
    """Whether a row only ends the label above it, nearer to this than rows are to each other."""
    upper, lower = table.row(number - 1), table.row(number)
    if not _are_alike(upper, lower) or any(cell.words for cell in lower[1:]):
        return False
    if not (lower[0].words and upper[0].words and any(cell.words for cell in upper[1:])):
        return False
    step = _step(upper[0], lower[0])
    return 0 < step < _NEARER * least and _goes_on(upper[0].text, lower[0].text)


def _least_step(table: FilledTable) -> float:
    """The least distance of a row with figures below the label above; 0 where there are few."""
    labels = {cell.row: cell for cell in table.cells if cell.column == 0 and cell.words}
    figured = {cell.row for cell in table.cells if cell.column > 0 and cell.words}
    steps = [
        _step(labels[row - 1], labels[row])
        for row in sorted(figured)
        if row in labels and row - 1 in labels
    ]
    return min(steps) if len(steps) > 1 else 0.0


def _step(upper: FilledCell, lower: FilledCell) -> float:
    """From the last line of a cell to the first one of another below it, in points."""
    above, below = printed_lines(upper.words)[-1], printed_lines(lower.words)[0]
    return below[0].box[3] - above[0].box[3]


def _are_alike(upper: list[FilledCell], lower: list[FilledCell]) -> bool:
    """Whether two rows have the same cells, none of which reaches down."""
    return all(cell.rows == 1 for cell in (*upper, *lower)) and [
        (cell.column, cell.columns) for cell in upper
    ] == [(cell.column, cell.columns) for cell in lower]


def _goes_on(upper: str, lower: str) -> bool:
    """Whether a text reads like the rest of the one above."""
    return lower[0].islower() or lower[0] in "(&/" or upper[-1] in "-–,/&("


def _continues(upper: FilledCell, lower: FilledCell, right: float) -> bool:
    """Whether the line above had no room for the first word of the line below."""
    if _DIGIT.search(lower.text) and not _WORDY.search(lower.text):
        return False
    last, first = printed_lines(upper.words)[-1], printed_lines(lower.words)[0]
    needed = first[0].box[2] - first[0].box[0] + 0.25 * first[0].size
    return _WORDY.search(upper.text) is not None and last[-1].box[2] + needed > right


def _room(table: FilledTable, cell: FilledCell) -> float:
    """How far to the right the column's text reaches."""
    return max(
        word.box[2]
        for other in table.cells
        if other.column == cell.column and other.columns == cell.columns
        for word in other.words
    )


def _is_close(pairs: list[tuple[FilledCell, FilledCell]]) -> bool:
    """Whether the lines follow each other at the distance of lines of one text."""
    gaps = [_box(lower)[1] - _box(upper)[3] for upper, lower in pairs]
    size = statistics.median(word.size for _, lower in pairs for word in lower.words)
    return statistics.median(gaps) < 0.6 * size


def _box(cell: FilledCell) -> PointBox:
    return union(word.box for word in cell.words)


def _join(table: FilledTable, number: int) -> None:
    above = {cell.column: cell for cell in table.row(number - 1)}
    for cell in table.row(number):
        target = above[cell.column]
        target.words.extend(cell.words)
        target.box = union((target.box, cell.box))
    _drop_row(table, number)
