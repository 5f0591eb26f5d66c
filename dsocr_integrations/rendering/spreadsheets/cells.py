"""Sheets of cells, whatever file they came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from dsocr_integrations.errors import SourceTooLargeError
from dsocr_integrations.records.documents import TableSpan

MAX_CELLS = 400_000
"""Filled cells of a file; what holds more is data rather than a document."""

MAX_CHARACTERS = 20_000_000
"""Characters in all cells; a few long texts can be named by many of them."""


MAX_XML_BYTES = 200_000_000
"""What the parts of a file may unpack to together; most of it may be cells that are empty."""


class Cell(NamedTuple):
    """A filled cell.

    Attributes:
        text: As it is shown.
        is_number: Whether it holds a number or a date.
        is_bold: Whether all of it is set in bold.
    """

    text: str
    is_number: bool = False
    is_bold: bool = False


@dataclass(frozen=True)
class Sheet:
    """What is shown of a sheet.

    Attributes:
        name: Its name; `None` where the file knows none.
        rows: Filled cells by 0-based row and column, hidden ones left out and not counted.
        merged: Cells that cover others.
        named: Whether the first row of its tables is known to name the columns where it can.
    """

    name: str | None
    rows: Mapping[int, Mapping[int, Cell]]
    merged: tuple[TableSpan, ...] = ()
    named: bool = False


@dataclass(frozen=True)
class Workbook:
    """A file of sheets.

    Attributes:
        sheets: Those that are shown, in order.
        left_out: What of the file is not in them, a sentence each.
    """

    sheets: tuple[Sheet, ...]
    left_out: tuple[str, ...] = ()


@dataclass
class CellCount:
    """Counts what a file holds and refuses what is too much.

    Attributes:
        name: Name of the file, for messages.
    """

    name: str
    _cells: int = 0
    _characters: int = 0
    _bytes: int = 0

    def unpack(self, block: bytes) -> None:
        """Count what was unpacked.

        Raises:
            SourceTooLargeError: If it is too much.
        """
        self._bytes += len(block)
        if self._bytes > MAX_XML_BYTES:
            raise SourceTooLargeError(f"{self.name} unpacks to more than can be read.")

    def take(self, text: str) -> None:
        """Count a cell.

        Raises:
            SourceTooLargeError: If there are too many, or too much stands in them.
        """
        self._cells += 1
        self._characters += len(text)
        if self._cells > MAX_CELLS or self._characters > MAX_CHARACTERS:
            raise SourceTooLargeError(
                f"{self.name} holds more than {MAX_CELLS:,} filled cells or"
                f" {MAX_CHARACTERS // 1_000_000} million characters.",
                remedy="Split it, or load it into a database: it is data rather than a document.",
            )
