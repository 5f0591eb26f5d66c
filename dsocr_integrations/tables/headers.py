"""Tell a table's header rows from its body when the markup does not say."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import chain, pairwise

from dsocr_integrations.records.documents import Table, TableSpan
from dsocr_integrations.tables.numbers import number_of

MAX_HEADER_ROWS = 4
MAX_NAMING_ROWS = 6
"""Most rows that are taken for a header where the markup says nothing and numbers follow."""
MAX_HEADER_CELL = 60
"""A longer cell is prose, not the name of a column."""

BOX_TO_TICK = re.compile("[\u2610-\u2612]")
"""Stands in questions and answers, never in the name of a column."""

_YEAR = re.compile(r"(?:19|20)\d\d\s{0,2}(?:[AEFHQ]|[Qq][1-4]|H[12]|年|/\d{2,4}|-\d{2,4})?")

_COMPARED = re.compile(
    r"[‘’']?\d{2,4}\s*(?:vs?\.?|over|to)\s*[‘’']?\d{2,4}|[‘’']\d\d", re.IGNORECASE
)
"""Years of which one is compared with the other, as a name has them."""

_DATE = re.compile(
    r"(?:[^\W\d_]{3,9}\.?\s+)?\d{1,2},\s+(?:19|20)\d\d"
    r"|\d{1,2}\.?\s+[^\W\d_]{3,9}\.?,?\s+(?:19|20)\d\d"
)
"""A date, or what is left of one whose month stands in the cell before."""

_NOTHING = re.compile(r"[$€£¥\s]*[—–-]+[\s%]*")
"""A dash, which says that there is no amount."""

_AMOUNT = re.compile(r"\(?[$€£¥]\s?\d")

_NOTE = re.compile(r"\s*\(\w{1,2}\)\s*$|[*†‡¹²³]+\s*$")

Row = tuple[str, ...]


def count_header_rows(grid: Sequence[Row], spans: Sequence[TableSpan]) -> int:
    """Guess how many of the first rows are the header of a table without `<th>`.

    The first row counts as a header when it names columns: short, mostly filled, no
    measurements. With it go the rows that its own row spans cover, and the rows below column
    spans that name their parts. When the evidence is thin the answer is 0: an honest table
    without a header does less harm than a first record lost in the header.

    Args:
        grid: All rows, equally long, spanned places empty.
        spans: Spanning cells of the grid.

    Returns:
        0 to `MAX_HEADER_ROWS`, always less than the number of rows.
    """
    if len(grid) < 2 or not grid[0]:
        return 0
    depth = _span_depth(grid, spans)
    if depth > 1 and not any(s.row < depth and s.column_span > 1 for s in spans):
        # A cell that spans down beside undivided rows names a group of records.
        return 0
    if depth >= len(grid) or not _names_columns(grid[:depth], spans):
        return 0
    body = grid[depth:]
    if depth > 1 or _numeric_columns(grid[depth - 1], body):
        return depth
    return depth if _reads_as_text_header(grid[0], body) else 0


def column_names(header: Sequence[Row], spans: Sequence[TableSpan], width: int) -> Row:
    """Join the header rows of each column by ` / `; a spanning text counts for all it covers."""
    if not header:
        return ("",) * width
    filled = [list(row) for row in header]
    for span in spans:
        if span.row >= len(header):
            continue
        text = header[span.row][span.column]
        for column in range(span.column, min(width, span.column + span.column_span)):
            filled[span.row][column] = text
    names = []
    for column in range(width):
        parts: list[str] = []
        for row in filled:
            part = " ".join(row[column].split())
            if part and part not in parts:
                parts.append(part)
        names.append(" / ".join(parts))
    return tuple(names)


def with_header(table: Table) -> Table:
    """The table with the rows that name its columns as its header, where its body has them.

    Bolder than `count_header_rows`, since a table that is to be cut or asked for columns is of
    little use without names: the rows before the first measurement name what is measured, and
    the first row of a table of words names its columns where it reads as none of its entries.

    A name that was spread over columns which no row fills pushed those behind it aside; each is put
    back above its column.

    Args:
        table: Any table; one whose header names all columns of numbers stays as it is.
    """
    table = _closed_up(table)
    if not table.header_rows:
        table = moved_to_header(table, _naming_rows(table.rows))
    return moved_to_header(table, _rows_below_header(table) if table.header_rows else 0)


def moved_to_header(table: Table, rows: int) -> Table:
    """Make the first body rows of a table part of its header."""
    if not rows:
        return table
    header = (*table.header, *table.rows[:rows])
    return table.model_copy(
        update={
            "columns": column_names(header, table.spans, len(table.columns)),
            "header": header,
            "header_rows": len(header),
            "rows": table.rows[rows:],
            "values": table.values[rows:],
        }
    )


def _closed_up(table: Table) -> Table:
    """The table without columns that no row fills, where its names are as many as the others."""
    spread = [
        range(span.column, span.column + span.column_span)
        for span in table.spans
        if span.row == 0 and span.column_span > 1
    ]
    filled = [at for at in range(len(table.columns)) if any(row[at] for row in table.rows)]
    if table.header_rows != 1 or not any(set(filled).isdisjoint(one) for one in spread):
        return table
    named = [at for at, name in enumerate(table.header[0]) if name]
    # A header without a name for the first column has its names to the right of their columns.
    if len(named) != len(filled) or any(a > b for a, b in zip(named, filled, strict=True)):
        return table
    header = tuple(table.header[0][at] for at in named)
    return table.model_copy(
        update={
            "columns": column_names((header,), (), len(header)),
            "header": (header,),
            "rows": tuple(tuple(row[at] for at in filled) for row in table.rows),
            "values": tuple(tuple(row[at] for at in filled) for row in table.values),
            "spans": tuple(_among(span, filled) for span in table.spans if _is_kept(span, filled)),
        }
    )


def _is_kept(span: TableSpan, columns: Sequence[int]) -> bool:
    return span.row > 0 and span.column in columns


def _among(span: TableSpan, columns: Sequence[int]) -> TableSpan:
    """A span counted in some of the columns only."""
    covered = range(span.column, span.column + span.column_span)
    width = sum(column in covered for column in columns)
    update = {"column": columns.index(span.column), "column_span": width}
    return span.model_copy(update=update)


def _rows_below_header(table: Table) -> int:
    """How many of the first rows name what stands below, where a header does not tell numbers apart.

    Numbers stand below no name then, or below one that is above others, too.
    """
    alike = Counter(table.columns)
    untold = [at for at, name in enumerate(table.columns) if at and (not name or alike[name] > 1)]
    depth = _naming_rows(table.rows) if untold else 0
    while depth and len(list(filter(None, table.rows[depth - 1][1:]))) < 2:
        # One text alone is the heading of the rows below it.
        depth -= 1
    names, body = table.rows[:depth], table.rows[depth:]
    numbers = [at for at in untold if _holds_numbers(body, at)]
    named = [at for at in numbers if any(row[at] for row in names)]
    return depth if numbers and 2 * len(named) >= len(numbers) else 0


def _holds_numbers(rows: Sequence[Row], column: int) -> bool:
    cells = [row[column] for row in rows if _is_said(row[column])]
    return bool(cells) and 2 * sum(map(is_value, cells)) >= len(cells)


def _is_said(text: str) -> bool:
    """Whether a cell holds more than a dash or a sign."""
    return any(map(str.isalnum, text))


def _naming_rows(rows: Sequence[Row]) -> int:
    """How many of the first rows name the columns of a table without a header."""
    if above := _rows_above_labels(rows):
        return above
    valued = [at for at, row in enumerate(rows) if _has_values(row)]
    # Dates name what was measured on them, but where there is nothing else.
    entries = (at for at in valued if _holds_entries(rows[at], rows[:at]))
    measured = next(entries, valued[0] if valued else None)
    if measured is None:
        return _rows_of_words(rows)
    depth = measured
    if any(map(BOX_TO_TICK.search, chain(*rows[:depth]))):
        return 0
    while depth > 1 and not any(rows[depth - 1][1:]):
        # A line with a text in its first cell only is the heading of the rows below it.
        depth -= 1
    named = {column for row in rows[:depth] for column, text in enumerate(row) if column and text}
    said = {column for row in rows for column, text in enumerate(row) if column and _is_said(text)}
    enough = 2 * len(named) >= len(said) if len(rows[0]) > 1 else depth and rows[0][0]
    numbers = {column for column in said if _holds_numbers(rows[depth:], column)}
    if not enough or (numbers and numbers.isdisjoint(named)):
        return 0
    return depth if sum(map(any, rows[:depth])) <= MAX_NAMING_ROWS and named else 0


def is_value(text: str) -> bool:
    """Whether a cell holds a measurement, if need be with its error or its unit."""
    letters = [character for character in text if character.isalnum()]
    digits = sum(map(str.isdigit, letters))
    plain = _NOTE.sub("", text).strip()
    if _YEAR.fullmatch(plain) or _COMPARED.fullmatch(plain) or text.rstrip().endswith(","):
        # A year with a note; the day of a date whose year stands elsewhere.
        return False
    return number_of(text) is not None or 2 * digits > len(letters) or bool(_AMOUNT.match(text))


def _holds_entries(row: Row, above: Sequence[Row]) -> bool:
    """Whether a row with values is one of entries: below names of all columns, or no names."""
    named = bool(above) and all(map(any, zip(*(names[1:] for names in above), strict=True)))
    return named or (any(map(_is_measured, row)) and not _numbers_columns(row))


def _has_values(row: Row) -> bool:
    """Whether a row has values, or a label beside dashes alone."""
    said = [cell for cell in row[1:] if cell]
    return any(map(is_value, row)) or (any(said) and all(map(_NOTHING.fullmatch, said)))


def _is_measured(text: str) -> bool:
    """Whether a cell holds a value that is no date, and no mark of a note."""
    plain = _NOTE.sub("", text).strip()
    if _NOTHING.fullmatch(text):
        return True
    return is_value(text) and plain != "" and _DATE.fullmatch(plain) is None


def _numbers_columns(row: Row) -> bool:
    """Whether numbers are names of columns: they count up, or come again in each group of columns."""
    cells = row[1:]
    counted = [int(cell) for cell in cells if cell.isdecimal() and is_value(cell)]
    if len(counted) > 2 and all(b - a == 1 for a, b in pairwise(counted)):
        return len(counted) == sum(map(is_value, cells))
    if not all(cells) or all(map(is_value, cells)):
        return False
    widths = (width for width in range(2, len(cells) // 2 + 1) if len(cells) % width == 0)
    return any(cells == cells[:width] * (len(cells) // width) for width in widths)


def _rows_of_words(rows: Sequence[Row]) -> int:
    """How many of the first rows name the columns of a table of words.

    Names may begin above the row that names the first column.
    """
    labelled = next((at for at, row in enumerate(rows[:MAX_NAMING_ROWS]) if row and row[0]), 0)
    for depth in sorted({1, labelled + 1}):
        names = column_names(rows[:depth], (), len(rows[0])) if depth < len(rows) else ()
        if names and _names_words(names, rows[depth:]):
            return depth
    return 0


def _rows_above_labels(rows: Sequence[Row]) -> int:
    """How many of the first rows have no label, where all others have one and some word names.

    Their names may be numbers, such as those of models.
    """
    depth = next((at for at, row in enumerate(rows) if row and row[0]), 0)
    names, width = rows[:depth], len(rows[0]) if rows else 0
    named = {at for row in names for at, text in enumerate(row) if text}
    worded = any(not is_value(text) for row in names for text in row if text)
    labelled = all(row[0] for row in rows[depth:])
    enough = width > 2 and 2 * len(named) > width - 1
    return depth if depth <= MAX_NAMING_ROWS and worded and labelled and enough else 0


def _names_words(first: Row, body: Sequence[Row]) -> bool:
    """Whether a row names the columns of a table of words: distinct, and none of the entries."""
    names = [name for name in first if name]
    if 2 * len(names) < len(first) or len(set(names)) < len(names):
        return False
    if any(map(BOX_TO_TICK.search, names)):
        return False
    if any(name in {row[column] for row in body} for column, name in enumerate(first) if name):
        return False
    if len(first) > 2:
        return True
    # Two columns are as often a list of properties, whose first line is no header.
    lengths = [len(cell) for row in body for cell in row if cell]
    return bool(lengths) and 2 * sum(map(len, names)) <= len(names) * sum(lengths) / len(lengths)


def _span_depth(grid: Sequence[Row], spans: Sequence[TableSpan]) -> int:
    depth = 1
    for span in spans:
        if span.row < depth <= MAX_HEADER_ROWS and span.column_span < len(grid[0]):
            reach = span.row + span.row_span
            if span.column_span > 1 and span.row_span == 1:
                # The parts of a spanning name stand in the row below it.
                reach += int(_has_parts(grid, span))
            depth = max(depth, min(reach, MAX_HEADER_ROWS))
    return depth


def _has_parts(grid: Sequence[Row], span: TableSpan) -> bool:
    below = span.row + 1
    if below >= len(grid) - 1:
        return False
    parts = grid[below][span.column : span.column + span.column_span]
    return all(_is_said(part) and not _is_measurement(part) for part in parts)


def _names_columns(header: Sequence[Row], spans: Sequence[TableSpan]) -> bool:
    names = column_names(header, [span for span in spans if span.row < len(header)], len(header[0]))
    named = [name for name in names[1:] if name] if len(names) > 1 else list(names)
    if len(named) < max(1, len(names) - 1) * 0.6:
        return False
    return not any(
        len(cell) > MAX_HEADER_CELL or _is_measurement(cell) or BOX_TO_TICK.search(cell)
        for cell in chain(*header)
    )


def _is_measurement(text: str) -> bool:
    return number_of(text) is not None and not _YEAR.fullmatch(text.strip())


def _numeric_columns(last: Row, body: Sequence[Row]) -> bool:
    """Whether some column is a name above numbers."""
    # Two columns are as often a list of properties, whose first line is no header.
    share = 0.8 if len(last) == 2 else 0.5
    for column, name in enumerate(last):
        cells = [row[column] for row in body if row[column]]
        numbers = sum(number_of(cell) is not None for cell in cells)
        if name and cells and numbers >= share * len(cells) and (numbers > 1 or len(body) == 1):
            years = sum(_YEAR.fullmatch(cell.strip()) is not None for cell in cells)
            if years < len(cells) or not _YEAR.fullmatch(name.strip()):
                return True
    return False


def _reads_as_text_header(first: Row, body: Sequence[Row]) -> bool:
    """Whether an all-text table starts with names: three columns up, distinct and shorter."""
    if len(first) < 3 or len(body) < 2:
        return False
    names = [name for name in first[1:] if name]
    if len(names) < len(first) - 1 or len(set(names)) < len(names):
        return False
    lengths = [len(cell) for row in body for cell in row if cell]
    mean = sum(lengths) / len(lengths) if lengths else 0.0
    return sum(map(len, names)) / len(names) <= max(12.0, mean)
