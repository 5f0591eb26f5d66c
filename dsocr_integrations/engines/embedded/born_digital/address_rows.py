"""Addresses side by side that were taken for rows of a table: bill to, ship to, and what follows.

An invoice sets them close above its items, so that both become one table whose rows run across the
addresses.
"""

from __future__ import annotations

import itertools
import re
import statistics
from collections.abc import Sequence
from dataclasses import replace

from dsocr_integrations.engines.embedded.born_digital.line_text import (
    Line,
    line_text,
    printed_lines,
    union,
)
from dsocr_integrations.engines.embedded.born_digital.styled_words import StyledWord
from dsocr_integrations.engines.embedded.born_digital.table_cells import FilledCell, FilledTable
from dsocr_integrations.engines.embedded.born_digital.table_columns import split_columns
from dsocr_integrations.engines.embedded.born_digital.zones import Zone

_NEW_GROUP = 1.4
"""A wider step than this many usual ones begins another group of rows."""

_GUTTER = 1.8
"""White between two addresses is at least this many sizes of type wide."""

_LEAST_LINES, _MOST_LINES = 3, 8
_STREET = re.compile(r"^\D{3,}\d{1,4}\w?$|^(?:\D{2,})?\d{1,5}\w?,? \D{3,}$")
_TOWN = re.compile(r"^(?:[A-Z]{1,2}-)?\d{4,6} \D{3,}$|^\D{3,}\b[A-Z]{0,2}\d[\dA-Z -]{3,8}$")
_LEVEL = 0.3


def part_addresses(zone: Zone) -> list[Zone]:
    """Take the addresses that stand side by side out of a table.

    Args:
        zone: Any region; a table without addresses comes back as it is.

    Returns:
        A text for each address, a table for the details beside them, and one for each group of
        the other rows, from top to bottom.
    """
    if zone.table is None or not all(word.horizontal for word in zone.words):
        return [zone]
    groups = _groups(zone.table)
    columns = [_address_columns(words) for words in groups]
    if not any(columns):
        return [zone]
    parts: list[Zone] = []
    waiting: list[StyledWord] = []
    for words, found in zip(groups, columns, strict=True):
        if found:
            parts += _rest(zone, waiting)
            waiting = []
            parts += _texts(zone, found)
        else:
            waiting += words
    return [*parts, *_rest(zone, waiting)]


def _groups(table: FilledTable) -> list[list[StyledWord]]:
    """The words of a table's rows, cut at the wider steps between lines."""
    lines = printed_lines(table.words)
    feet = [statistics.median(word.box[3] for word in line) for line in lines]
    steps = [lower - upper for upper, lower in itertools.pairwise(feet)]
    usual = statistics.median_low(steps) if steps else 0.0
    groups: list[list[StyledWord]] = [list(lines[0])] if lines else []
    for step, line in zip(steps, lines[1:], strict=True):
        if step > _NEW_GROUP * usual:
            groups.append([])
        groups[-1] += line
    return groups


def _address_columns(words: Sequence[StyledWord]) -> list[list[Line]]:
    """The columns of a group of rows where at least two of them are addresses; else none."""
    columns = [printed_lines(column) for column in _columns(words)]
    addresses = [column for column in columns if _is_address(column)]
    tops = [column[0][0].box[3] for column in addresses]
    size = words[0].size
    if len(addresses) < 2 or max(tops) - min(tops) > _LEVEL * size:
        return []
    return columns


def _columns(words: Sequence[StyledWord]) -> list[list[StyledWord]]:
    """Words parted at all white from the first line to the last, from left to right."""
    gutter = _GUTTER * statistics.median(word.size for word in words)
    columns: list[list[StyledWord]] = []
    right = float("-inf")
    for word in sorted(words, key=lambda word: word.box[0]):
        if word.box[0] - right >= gutter:
            columns.append([])
        columns[-1].append(word)
        right = max(right, word.box[2])
    return columns


def _is_address(column: Sequence[Line]) -> bool:
    texts = [line_text(line) for line in column]
    return (
        _LEAST_LINES <= len(texts) <= _MOST_LINES
        and not any(character.isdigit() for character in texts[0])
        and any(
            _STREET.match(upper) and _TOWN.match(lower)
            for upper, lower in itertools.pairwise(texts)
        )
    )


def _texts(zone: Zone, columns: Sequence[list[Line]]) -> list[Zone]:
    """A text for each address; a column of labels and the values beside it make a table."""
    parts: list[Zone] = []
    place = 0
    while place < len(columns):
        column = columns[place]
        beside = columns[place + 1] if place + 1 < len(columns) else []
        if not _is_address(column) and beside and _are_level(column, beside):
            parts.append(_table(zone, [[a, b] for a, b in zip(column, beside, strict=True)]))
            place += 2
            continue
        words = [word for line in column for word in line]
        box = union(word.box for word in words)
        parts.append(replace(zone, kind="text", box=box, words=words, table=None, grid=None))
        place += 1
    return parts


def _are_level(labels: Sequence[Line], values: Sequence[Line]) -> bool:
    return len(labels) == len(values) and all(
        abs(a[0].box[3] - b[0].box[3]) <= _LEVEL * a[0].size
        for a, b in zip(labels, values, strict=True)
    )


def _table(zone: Zone, rows: Sequence[Sequence[Line]]) -> Zone:
    cells = [
        FilledCell(row, column, 1, 1, union(word.box for word in line), list(line))
        for row, lines in enumerate(rows)
        for column, line in enumerate(lines)
    ]
    words = [word for cell in cells for word in cell.words]
    box = union(cell.box for cell in cells)
    return replace(zone, box=box, words=words, table=FilledTable(cells), grid=None)


def _rest(zone: Zone, words: Sequence[StyledWord]) -> list[Zone]:
    """The rows of a table that hold some of its words, without the columns that hold none."""
    if not words or zone.table is None:
        return []
    kept = {id(word) for word in words}
    cells = [cell for cell in zone.table.cells if any(id(word) in kept for word in cell.words)]
    rows = sorted({cell.row for cell in cells})
    columns = sorted({cell.column for cell in cells})
    left = [
        replace(
            cell,
            row=rows.index(cell.row),
            column=columns.index(cell.column),
            rows=sum(cell.row <= r < cell.row + cell.rows for r in rows),
            columns=sum(cell.column <= c < cell.column + cell.columns for c in columns),
            words=[word for word in cell.words if id(word) in kept],
        )
        for cell in cells
    ]
    box = union(word.box for word in words)
    table = FilledTable(_filled(left))
    # The addresses may have stood across the white between two columns.
    split_columns(table)
    return [replace(zone, box=box, words=list(words), table=table, grid=None)]


def _filled(cells: list[FilledCell]) -> list[FilledCell]:
    """The same with an empty cell at each place of the grid that has none."""
    table = FilledTable(cells)
    taken = {
        (cell.row + down, cell.column + across)
        for cell in cells
        for down in range(cell.rows)
        for across in range(cell.columns)
    }
    box = union(cell.box for cell in cells)
    empty = [
        FilledCell(row, column, 1, 1, box)
        for row in range(table.row_count)
        for column in range(table.column_count)
        if (row, column) not in taken
    ]
    return [*cells, *empty]
