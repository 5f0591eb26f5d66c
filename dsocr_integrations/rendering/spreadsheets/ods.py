"""ODS files (OpenDocument 1.3, part 3), read by the text that each cell shows."""

from __future__ import annotations

import zipfile
from pathlib import Path

from dsocr_integrations.errors import BrokenSourceError
from dsocr_integrations.rendering.spreadsheets.cells import Cell, CellCount, Workbook
from dsocr_integrations.rendering.spreadsheets.hidden import RawSheet, counted, hidden_sheets
from dsocr_integrations.rendering.spreadsheets.package_xml import walk

MAX_ROWS, MAX_COLUMNS = 1_048_576, 16_384
_MOST_HIDDEN = 10_000
_CONTENT = "content.xml"
_HIDDEN = frozenset({"collapse", "filter"})
_NUMBERS = frozenset({"float", "percentage", "currency", "date", "time"})
_BESIDE = frozenset({"annotation", "shapes", "frame", "custom-shape"})


def read_ods(path: Path, name: str) -> Workbook:
    """Read what a spreadsheet shows; arguments and errors as `read_xlsx`."""
    count = CellCount(name)
    with zipfile.ZipFile(path) as archive:
        if _CONTENT not in archive.namelist():
            raise BrokenSourceError(f"{name} has no content.")
        visitor = _ContentVisitor(count)
        with archive.open(_CONTENT) as stream:
            walk(stream, visitor, count)
    hidden = {sheet.name for sheet, style in visitor.sheets if style in visitor.hidden_styles}
    shown = [sheet for sheet, style in visitor.sheets if style not in visitor.hidden_styles]
    left_out = [*hidden_sheets(sorted(hidden)), *(told for one in shown for told in one.left_out())]
    if visitor.beside:
        left_out.append(f"{counted(visitor.beside, 'drawing')} not read.")
    return Workbook(tuple(sheet.shown() for sheet in shown), tuple(left_out))


class _ContentVisitor:
    """The sheets of a spreadsheet, each with the name of its style."""

    def __init__(self, count: CellCount) -> None:
        self.sheets: list[tuple[RawSheet, str]] = []
        self.hidden_styles: set[str] = set()
        self.beside = 0
        self._count = count
        self._bold: set[str] = set()
        self._style = ""
        self._row = self._column = self._rows = 0
        self._cell: dict[str, str] = {}
        self._paragraphs: list[str] = []
        self._depth_beside = 0
        self._is_text = False

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        """An element of the content."""
        if self._depth_beside or name in _BESIDE:
            self.beside += not self._depth_beside and name in {"frame", "custom-shape"}
            self._depth_beside += 1
        elif name == "style":
            self._style = attributes.get("name", "")
        elif name == "table-properties" and attributes.get("display") == "false":
            self.hidden_styles.add(self._style)
        elif name == "text-properties" and attributes.get("font-weight") == "bold":
            self._bold.add(self._style)
        elif name == "table":
            sheet = RawSheet(attributes.get("name", ""))
            self.sheets.append((sheet, attributes.get("style-name", "")))
            self._row = self._column = self._rows = 0
        elif self.sheets:
            self._begin_within(name, attributes)

    def _begin_within(self, name: str, attributes: dict[str, str]) -> None:
        sheet = self.sheets[-1][0]
        match name:
            case "table-column":
                last = min(self._column + _times(attributes, "columns"), MAX_COLUMNS)
                if attributes.get("visibility") in _HIDDEN:
                    sheet.hidden_columns.update(range(self._column, last))
                self._column = last
            case "table-row":
                self._row += self._rows
                self._rows = min(_times(attributes, "rows"), MAX_ROWS - self._row)
                self._column = 0
                if attributes.get("visibility") in _HIDDEN:
                    # The last row of a sheet is often repeated down to its very end.
                    last = self._row + min(self._rows, _MOST_HIDDEN)
                    sheet.hidden_rows.update(range(self._row, last))
            case "table-cell" | "covered-table-cell":
                self._cell, self._paragraphs = attributes, []
            case "p":
                self._is_text = True
                self._paragraphs.append("")
            case "s" if self._is_text:
                self.text(" " * min(_number(attributes.get("c")), 100))
            case "tab" | "line-break" if self._is_text:
                self.text("\n" if name == "line-break" else "\t")

    def end(self, name: str) -> None:
        """An element ends."""
        if self._depth_beside:
            self._depth_beside -= 1
        elif name == "p":
            self._is_text = False
        elif name in {"table-cell", "covered-table-cell"} and self.sheets:
            self._end_cell(is_covered=name != "table-cell")

    def text(self, text: str) -> None:
        """Text of a cell."""
        if self._is_text and not self._depth_beside and self._paragraphs:
            self._paragraphs[-1] += text

    def _end_cell(self, *, is_covered: bool) -> None:
        times = _times(self._cell, "columns")
        text = "\n".join(self._paragraphs).strip()
        if text and not is_covered:
            self._fill(text, times)
        self._column = min(self._column + times, MAX_COLUMNS)
        self._paragraphs = []

    def _fill(self, text: str, times: int) -> None:
        sheet = self.sheets[-1][0]
        is_number = self._cell.get("value-type") in _NUMBERS
        cell = Cell(text, is_number, self._cell.get("style-name", "") in self._bold)
        rows, columns = (
            _number(self._cell.get(f"number-{one}-spanned")) for one in ("rows", "columns")
        )
        for row in range(self._row, self._row + self._rows):
            line = sheet.rows.setdefault(row, {})
            for column in range(self._column, min(self._column + times, MAX_COLUMNS)):
                self._count.take(text)
                line[column] = cell
        sheet.merge(self._row, self._column, rows, columns)


def _times(attributes: dict[str, str], what: str) -> int:
    return _number(attributes.get(f"number-{what}-repeated"))


def _number(said: str | None) -> int:
    return max(1, int(said)) if said and said.isdigit() and len(said) < 8 else 1
