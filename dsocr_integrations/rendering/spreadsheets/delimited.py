"""Delimited text: CSV and TSV, whatever parts its cells."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable
from itertools import islice, pairwise

from dsocr_integrations.errors import BrokenSourceError
from dsocr_integrations.rendering.spreadsheets.cells import Cell, CellCount, Sheet, Workbook
from dsocr_integrations.tables import number_of

_DELIMITERS = ",;\t|"
_LOOKED_AT = 200
"""Rows by which the delimiter is told."""

_SAID = "sep="
"""How a first line begins that tells the delimiter to Excel."""


def read_delimited(text: str, name: str, *, likely: str = ",") -> Workbook:
    """Read the rows of a delimited text; what is quoted may hold line ends.

    Args:
        text: All of it.
        name: Name of the file, for messages.
        likely: The delimiter where nothing speaks for another one.

    Raises:
        SourceTooLargeError: If it holds too much.
        BrokenSourceError: If a quoted cell never ends.
    """
    first, _, rest = text.partition("\n")
    if first.lower().startswith(_SAID) and len(first) == len(_SAID) + 1:
        delimiter, text = first[-1], rest
    else:
        delimiter = _delimiter(text, likely)
    count = CellCount(name)
    rows: dict[int, dict[int, Cell]] = {}
    try:
        for number, row in enumerate(_rows(text, delimiter)):
            cells = {
                at: Cell(said.strip(), number_of(said) is not None)
                for at, said in enumerate(row)
                if said.strip()
            }
            for cell in cells.values():
                count.take(cell.text)
            if cells:
                rows[number] = cells
    except csv.Error as error:
        raise BrokenSourceError(
            f"{name} cannot be read as delimited text: {error}.",
            remedy="Check that every quotation mark that opens a cell is closed.",
        ) from error
    return Workbook((Sheet(None, _closed_up(rows), named=True),))


def _closed_up(rows: dict[int, dict[int, Cell]]) -> dict[int, dict[int, Cell]]:
    """Rows without the empty one behind each, which comes of line ends written twice."""
    if any(after - before != 2 for before, after in pairwise(rows)):
        return rows
    return dict(enumerate(rows.values()))


def _rows(text: str, delimiter: str) -> Iterable[list[str]]:
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=True)


def _delimiter(text: str, likely: str) -> str:
    """What parts most rows into the same number of cells, and into more than one."""
    choices = likely + _DELIMITERS.replace(likely, "")
    return max(choices, key=lambda one: _fit(text, one))


def _fit(text: str, delimiter: str) -> tuple[float, int]:
    try:
        rows = [row for row in islice(_rows(text, delimiter), _LOOKED_AT) if any(row)]
    except csv.Error:
        return 0.0, 0
    widths = Counter(len(row) for row in rows if len(row) > 1)
    if not widths:
        return 0.0, 0
    width, often = max(widths.items(), key=lambda item: (item[1], item[0]))
    # Commas within numbers and sentences part few rows alike.
    return round(often / len(rows), 1), width
