"""One sheet of a workbook, cell by cell."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from dsocr_integrations.rendering.spreadsheets.cells import Cell, CellCount
from dsocr_integrations.rendering.spreadsheets.hidden import RawSheet
from dsocr_integrations.rendering.spreadsheets.number_formats import shown_number
from dsocr_integrations.rendering.spreadsheets.xlsx_styles import StylesVisitor

MAX_ROWS, MAX_COLUMNS = 1_048_576, 16_384
_PLACE = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})")
_ON = frozenset({"1", "true"})
_CONTROL = re.compile(r"_x([0-9A-Fa-f]{4})_")


class SheetVisitor:
    """Fills a sheet with what its part holds."""

    def __init__(
        self,
        sheet: RawSheet,
        shared: Sequence[str],
        styles: StylesVisitor,
        count: CellCount,
        *,
        from_1904: bool,
    ) -> None:
        self.sheet = sheet
        self._shared = shared
        self._styles = styles
        self._count = count
        self._from_1904 = from_1904
        self._row = self._column = -1
        self._kind, self._style = "n", 0
        self._is_placed = True
        self._said: dict[str, list[str]] = {}
        self._within: list[str] | None = None

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        """An element of the sheet."""
        match name:
            case "c":
                self._begin_cell(attributes)
            case "v" | "f" | "t":
                self._within = self._said.setdefault(name, [])
            case "rPh":
                self._said["spoken"] = self._said.setdefault("t", []).copy()
            case "row":
                self._begin_row(attributes)
            case "col" if attributes.get("hidden") in _ON:
                first, last = int(attributes.get("min", "1")), int(attributes.get("max", "1"))
                self.sheet.hidden_columns.update(range(max(0, first - 1), min(last, MAX_COLUMNS)))
            case "mergeCell":
                self._merge(attributes.get("ref", ""))

    def end(self, name: str) -> None:
        """An element ends."""
        self._within = None
        if name == "c":
            self._end_cell()
        elif name == "rPh":
            # How a text is spoken is no part of it.
            self._said["t"] = self._said.pop("spoken", [])

    def text(self, text: str) -> None:
        """Text of a value, a formula or a cell."""
        if self._within is not None:
            self._within.append(text)

    def _begin_row(self, attributes: dict[str, str]) -> None:
        self._row = int(attributes["r"]) - 1 if "r" in attributes else self._row + 1
        self._column = -1
        if not 0 <= self._row < MAX_ROWS:
            raise ValueError(f"There is no row {self._row + 1}.")
        if attributes.get("hidden") in _ON:
            self.sheet.hidden_rows.add(self._row)

    def _begin_cell(self, attributes: dict[str, str]) -> None:
        said = attributes.get("r")
        place = _PLACE.fullmatch(said or "")
        self._is_placed = said is None or (place is not None and _column(place[1]) < MAX_COLUMNS)
        if self._is_placed:
            self._column = _column(place[1]) if place else self._column + 1
        self._kind = attributes.get("t", "n")
        self._style = int(attributes.get("s", "0"))
        self._said = {}

    def _end_cell(self) -> None:
        text, is_number = self._shown()
        if not text and "f" in self._said and self._kind != "str":
            text = f"={''.join(self._said['f']) or '…'}"
            self.sheet.formulas += 1
        if not text.strip():
            return
        self._count.take(text)
        if not self._is_placed:
            self.sheet.misplaced += 1
            return
        cell = Cell(text, is_number, self._styles.is_bold(self._style))
        self.sheet.rows.setdefault(self._row, {})[self._column] = cell

    def _shown(self) -> tuple[str, bool]:
        """What the cell shows, and whether it is a number."""
        said = "".join(self._said.get("v", ()))
        match self._kind:
            case "s":
                place = int(said or "-1")
                return _plain(self._shared[place] if 0 <= place < len(self._shared) else ""), False
            case "inlineStr":
                return _plain("".join(self._said.get("t", ()))), False
            case "b":
                return {"1": "TRUE", "0": "FALSE"}.get(said, said), False
            case "d":
                return said.removesuffix("T00:00:00").replace("T", " "), True
            case "str" | "e":
                return _plain(said), False
        return self._number(said) if said.strip() else ("", False)

    def _number(self, said: str) -> tuple[str, bool]:
        value = float(said)
        if not math.isfinite(value):
            return said, False
        code = self._styles.format_of(self._style)
        return shown_number(value, code, from_1904=self._from_1904), True

    def _merge(self, area: str) -> None:
        first, _, last = area.partition(":")
        begin, end = _PLACE.fullmatch(first), _PLACE.fullmatch(last)
        if begin is not None and end is not None:
            row, column = int(begin[2]) - 1, _column(begin[1])
            self.sheet.merge(row, column, int(end[2]) - row, _column(end[1]) + 1 - column)


def _column(letters: str) -> int:
    place = 0
    for letter in letters:
        place = place * 26 + ord(letter) - ord("A") + 1
    return place - 1


def _plain(text: str) -> str:
    """A text with the characters that XML cannot hold, which are written by their numbers."""
    decoded = _CONTROL.sub(lambda match: chr(int(match[1], 16)), text)
    return "".join(c for c in decoded.replace("\r\n", "\n") if c >= " " or c in "\t\n")
