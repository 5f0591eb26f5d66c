"""Header cells that span columns or rows although no line says so."""

from __future__ import annotations

import re
from collections.abc import Sequence

from dsocr_integrations.engines.embedded.born_digital.line_text import union
from dsocr_integrations.engines.embedded.born_digital.repeated_names import repeats
from dsocr_integrations.engines.embedded.born_digital.table_cells import FilledCell, FilledTable
from dsocr_integrations.engines.embedded.born_digital.table_titles import header_rows

_FIGURE = re.compile(r"^[^\w]*\d[\d.,:/%\s–-]*\W*$")
_OFF_CENTRE = 0.12
"""How far a spanning title may stand off the middle of its columns, as a share of their width."""

_OFF_CENTRE_OF_SHARE = 0.3
"""The same where the titles of a row share the columns evenly, as they do over right-set names."""


def span_headers(table: FilledTable) -> None:
    """Let titles over several columns span them, and names beside such titles span their rows.

    A title spans its empty neighbours when it stands in the middle of the columns together
    but not of its own, and each of these has a name of its own below. A column without a
    title above takes both rows of the header for its name.
    """
    if table.row_count < 3 or table.column_count < 3:
        return
    deepest = max(0, header_rows(table) - 2)
    for row in range(deepest + 1):
        _span_repeats(table, row)
        shares = _even_shares(table, row)
        for cell in [cell for cell in table.row(row) if cell.words]:
            _widen(table, cell, shares.get(cell.column))
    for row in reversed(range(deepest + 1)):
        for cell in [cell for cell in table.row(row) if cell.words]:
            _stretch(table, cell)
        if any(cell.columns > 1 for cell in table.row(row)) and _is_header_row(table.row(row + 1)):
            _heighten(table, row)


def _span_repeats(table: FilledTable, row: int) -> None:
    """Let each title span its own of the sequences of names that come again below.

    Nothing where there are not as many titles as sequences, each over its own.
    """
    names = [""] * table.column_count
    for cell in table.row(row + 1):
        if cell.columns == 1 and cell.column > 0:
            names[cell.column] = cell.text.casefold()
    groups = repeats(names)
    within = range(groups[0].start, groups[-1].stop) if groups else range(0)
    met = [cell for cell in table.row(row) if set(_columns(cell)) & set(within)]
    titles = [cell for cell in met if cell.words]
    if not groups or len(titles) != len(groups) or any(cell.rows > 1 for cell in met):
        return
    pairs = list(zip(titles, groups, strict=True))
    if not all(_stands_over(table, *pair) for pair in pairs):
        return
    wider = [title for title, group in pairs if not _fits(table, title, group)]
    if wider:
        said = f"A title may stand over fewer columns than it spans: {wider[0].text!r}."
        table.doubts += (said,)
        return
    box = union(cell.box for cell in met)
    table.cells = [cell for cell in table.cells if all(cell is not other for other in met)]
    for column in {column for cell in met for column in _columns(cell)}.difference(within):
        table.cells.append(FilledCell(row, column, 1, 1, box))
    for title, group in pairs:
        made = FilledCell(row, group.start, 1, len(group), box, title.words, settled=True)
        table.cells.append(made)


def _stands_over(table: FilledTable, title: FilledCell, group: Sequence[int]) -> bool:
    """Whether the middle of a title lies over its group of names."""
    under = [cell for cell in table.row(title.row + 1) if cell.column in group]
    names = union(word.box for cell in under for word in cell.words)
    return names[0] <= _middle(title) <= names[2]


def _fits(table: FilledTable, title: FilledCell, group: Sequence[int]) -> bool:
    """Whether a title stands rather over its group of names than over all that the grid has it."""
    under, own = table.row(title.row + 1), _columns(title)
    wide = _off_centre(under, own[0], own[-1], _middle(title))
    narrow = _off_centre(under, group[0], group[-1], _middle(title))
    return set(own) <= set(group) or narrow < wide


def _middle(cell: FilledCell) -> float:
    words = union(word.box for word in cell.words)
    return (words[0] + words[2]) / 2


def _columns(cell: FilledCell) -> range:
    return range(cell.column, cell.column + cell.columns)


def _even_shares(table: FilledTable, row: int) -> dict[int, tuple[int, int]]:
    """First and last column for the place of each title, if these share all columns evenly.

    Nothing where a title stands outside its share, or the first column has one.
    """
    titles = [cell for cell in table.row(row) if cell.words]
    width, left = divmod(table.column_count - 1, max(1, len(titles)))
    shares = {
        cell.column: (1 + n * width, (n + 1) * width)
        for n, cell in enumerate(titles)
        if 1 + n * width <= cell.column <= cell.column + cell.columns - 1 <= (n + 1) * width
    }
    return shares if len(titles) > 1 and not left and len(shares) == len(titles) else {}


def _widen(table: FilledTable, cell: FilledCell, share: tuple[int, int] | None) -> None:
    """Let a title span the columns in whose middle it stands."""
    if cell.rows > 1 or cell.column == 0 or cell.settled:
        return
    row = {other.column: other for other in table.row(cell.row)}
    under = table.row(cell.row + 1)
    named = {other.column for other in under if other.words and other.columns == 1}
    free = {c for c, other in row.items() if not other.words and other.columns == other.rows == 1}
    own = range(cell.column, cell.column + cell.columns)
    middle = _middle(cell)
    if share and _is_over(under, share, own, middle) and named >= set(_reach(share)):
        reach = share
    elif cell.columns == 1 and cell.column in named:
        reach = _best_reach(under, own, free & named, middle)
    else:
        return
    if free.issuperset(set(_reach(reach)) - set(own)):
        merged = [row[c] for c in _reach(reach) if c in row]
        cell.column, cell.columns = reach[0], len(_reach(reach))
        cell.box = union(other.box for other in merged)
        table.cells = [other for other in table.cells if other is cell or other not in merged]


def _is_over(under: list[FilledCell], share: tuple[int, int], own: range, middle: float) -> bool:
    """Whether a title stands nearer to the middle of its share of columns than to its own."""
    off = _off_centre(under, *share, middle)
    alone = _off_centre(under, own[0], own[-1], middle)
    return off <= _OFF_CENTRE_OF_SHARE and (len(own) > 1 or off < alone)


def _best_reach(
    under: list[FilledCell], own: range, open_to: set[int], middle: float
) -> tuple[int, int]:
    """First and last of the columns together in whose middle a title stands best."""
    first = last = own[0]
    while first - 1 in open_to and first - 1 > 0:
        first -= 1
    while last + 1 in open_to:
        last += 1
    best = (_off_centre(under, own[0], own[0], middle), own[0], own[0])
    for left in range(first, own[0] + 1):
        for right in range(own[0], last + 1):
            if right > left:
                best = min(best, (_off_centre(under, left, right, middle), left, right))
    off, left, right = best
    return (left, right) if off <= _OFF_CENTRE else (own[0], own[0])


def _reach(columns: tuple[int, int]) -> range:
    return range(columns[0], columns[1] + 1)


def _stretch(table: FilledTable, cell: FilledCell) -> None:
    """Let a title over titles that span columns span all of these."""
    last = cell.column + cell.columns - 1
    under = [
        other
        for other in table.row(cell.row + 1)
        if other.words and other.columns > 1 and other.rows == 1
        if other.column <= last and cell.column < other.column + other.columns
    ]
    if len(under) < 2 or cell.rows > 1 or cell.settled:
        return
    left = min(other.column for other in under)
    right = max(other.column + other.columns - 1 for other in under)
    row = [o for o in table.row(cell.row) if left <= o.column <= right and o is not cell]
    words = union(word.box for word in cell.words)
    off = _off_centre(under, left, right, (words[0] + words[2]) / 2)
    if off > _OFF_CENTRE or any(other.words or other.rows > 1 for other in row):
        return
    if left > cell.column or right < last or any(o.column + o.columns - 1 > right for o in row):
        return
    cell.column, cell.columns = left, right - left + 1
    cell.box = union([cell.box, *(other.box for other in row)])
    table.cells = [other for other in table.cells if all(other is not gone for gone in row)]


def _off_centre(under: list[FilledCell], left: int, right: int, middle: float) -> float:
    """Distance of a title's middle from that of the names below, by the width of these."""
    boxes = [
        union(word.box for word in cell.words)
        for cell in under
        if left <= cell.column <= right and cell.words
    ]
    if not boxes:
        return 1.0
    span = union(boxes)
    return abs((span[0] + span[2]) / 2 - middle) / max(span[2] - span[0], 1.0)


def _is_header_row(row: list[FilledCell]) -> bool:
    texts = [cell.text for cell in row if cell.words]
    return bool(texts) and not any(_FIGURE.match(text) for text in texts[1:])


def _heighten(table: FilledTable, row: int) -> None:
    below = {cell.column: cell for cell in table.row(row + 1)}
    for cell in table.row(row):
        under = below.get(cell.column)
        if cell.columns > 1 or cell.rows > 1 or under is None:
            continue
        if under.columns > 1 or not (cell.words or under.words):
            continue
        cell.words.extend(under.words)
        cell.box = union((cell.box, under.box))
        cell.rows += under.rows
        table.cells = [other for other in table.cells if other is not under]
