"""Tables in model text: HTML or pipe tables in, `Table` records out, and back.

The model writes `<table>` HTML without `<th>`; charts and the CPU engine may write pipe
tables. Parsing never raises and takes time linear in the text; counts are bounded, and what
is over a bound stays readable in the block's text.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from dsocr_integrations.records.documents import ParseWarning, Table, TableSpan
from dsocr_integrations.tables.headers import column_names, count_header_rows
from dsocr_integrations.tables.numbers import number_of
from dsocr_integrations.tables.rendering import (
    excel_safe,
    rows_as_records,
    to_csv,
    to_html,
    to_markdown,
)

__all__ = [
    "build_table",
    "excel_safe",
    "find_tables",
    "number_of",
    "parse_table",
    "rows_as_records",
    "to_csv",
    "to_html",
    "to_markdown",
]

MAX_SPAN = 1_000
MAX_GRID_CELLS = 400_000
"""Largest grid built; spans of a few hostile cells could ask for billions of places."""

_TABLE_TAG = re.compile(r"<(/?)table(?=[\s/>])[^<>]{0,400}>", re.IGNORECASE)
_TAG = re.compile(
    r"<(/?)(table|caption|thead|tbody|tfoot|tr|td|th|br|center|p|div|span|b|i|u|strong|em|sup|sub|img"
    r"|colgroup|col)(?=[\s/>])([^<>]{0,400})>",
    re.IGNORECASE,
)
_SPAN = re.compile(r"(row|col)span\s{0,4}=\s{0,4}[\"']?\s{0,4}(\d{1,6})", re.IGNORECASE)
_SPACES = re.compile(r"[^\S\n]+")
_DELIMITER = re.compile(r"\s{0,8}\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*")
_LINE_BREAK = re.compile(r"</?br\s?/?>", re.IGNORECASE)
_UNESCAPED_PIPE = re.compile(r"((?:^|[^\\])(?:\\\\)*)\|")
_RAISED = re.compile(r"<(sup|sub)>\s{0,4}([0-9+\-=()]{1,12})\s{0,4}</\1>", re.IGNORECASE)
_RAISED_DIGITS = {
    "sup": str.maketrans("0123456789+-=()", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾"),
    "sub": str.maketrans("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎"),
}


@dataclass
class _Cell:
    parts: list[str] = field(default_factory=list)
    row_span: int = 1
    column_span: int = 1
    header: bool = False

    @property
    def text(self) -> str:
        lines = (_SPACES.sub(" ", line).strip() for line in "".join(self.parts).split("\n"))
        return "\n".join(line for line in lines if line)


def parse_table(text: str) -> tuple[Table | None, tuple[ParseWarning, ...]]:
    """Parse the first table of a text.

    Args:
        text: HTML (closed or not) or a pipe table, with or without text around it.

    Returns:
        The table, or `None` where there is none or it is over a bound, and what was odd.
    """
    opening = _TABLE_TAG.search(text)
    if opening and not opening[1]:
        return _HtmlTable(text[opening.start() :]).result()
    rows, header = _pipe_rows(text)
    if rows is None:
        return None, ()
    return build_table([[_Cell([cell]) for cell in row] for row in rows], header_rows=header), ()


def find_tables(text: str) -> Iterator[tuple[int, int]]:
    """Yield `(start, end)` of each outermost HTML table and each pipe table, in order.

    An unclosed HTML table reaches to the end of the text.
    """
    position = 0
    for start, end in html_spans(text):
        yield from _pipe_spans(text, position, start)
        yield start, end
        position = end
    yield from _pipe_spans(text, position, len(text))


def build_table(
    cells: list[list[_Cell]], *, header_rows: int | None = None, caption: str | None = None
) -> Table | None:
    """Lay cells out on a dense grid, spans included.

    Args:
        cells: Rows of cells in reading order; a cell covered by an earlier span is absent.
        header_rows: Number of header rows; worked out when `None`.
        caption: Printed caption.

    Returns:
        The table, or `None` when there is no cell or the grid would be too large.
    """
    placed, spans = _place(cells)
    if placed is None or not placed:
        return None
    width = 1 + max(column for _, column in placed)
    # Columns in which no cell begins come from a span that says more than there is.
    height = len(cells)
    if height * width > MAX_GRID_CELLS:
        return None
    grid = [[""] * width for _ in range(height)]
    for (row, column), cell in placed.items():
        grid[row][column] = cell.text
    kept = _clip_spans(spans, height, width)
    marked = _marked_header_rows(cells)
    wide = tuple(tuple(row) for row in grid)
    header = header_rows
    if header is None:
        header = marked or count_header_rows(wide, kept)
    header = max(0, min(header, height))
    body = wide[header:]
    return Table(
        columns=column_names(wide[:header], kept, width),
        rows=body,
        values=tuple(tuple(number_of(text) for text in row) for row in body),
        header=wide[:header],
        header_rows=header,
        spans=kept,
        caption=caption or None,
    )


def _place(
    cells: list[list[_Cell]],
) -> tuple[dict[tuple[int, int], _Cell] | None, list[TableSpan]]:
    """Give each cell its place; `None` when the spans ask for more than the bound."""
    taken: set[tuple[int, int]] = set()
    placed: dict[tuple[int, int], _Cell] = {}
    spans: list[TableSpan] = []
    area = 0
    for row, line in enumerate(cells):
        column = 0
        for cell in line:
            while (row, column) in taken:
                taken.discard((row, column))
                column += 1
            placed[row, column] = cell
            rows = min(cell.row_span, len(cells) - row)
            if rows > 1 or cell.column_span > 1:
                area += rows * cell.column_span
                if area > MAX_GRID_CELLS:
                    return None, []
                spans.append(
                    TableSpan(row=row, column=column, row_span=rows, column_span=cell.column_span)
                )
                taken.update(
                    (row + down, column + right)
                    for down in range(1, rows)
                    for right in range(cell.column_span)
                )
            column += cell.column_span
    return placed, spans


def _clip_spans(spans: list[TableSpan], height: int, width: int) -> tuple[TableSpan, ...]:
    clipped = (
        span.model_copy(
            update={
                "row_span": min(span.row_span, height - span.row),
                "column_span": min(span.column_span, width - span.column),
            }
        )
        for span in spans
    )
    return tuple(span for span in clipped if span.row_span > 1 or span.column_span > 1)


def _marked_header_rows(cells: list[list[_Cell]]) -> int:
    """Count the leading rows whose cells are all marked as header cells."""
    count = 0
    for line in cells:
        if not line or not all(cell.header for cell in line):
            break
        count += 1
    return count if count < len(cells) else 0


class _HtmlTable:
    """One pass over the tags of a table; nested tables are flattened into their cell."""

    def __init__(self, text: str) -> None:
        self.rows: list[list[_Cell]] = []
        self.caption: list[str] = []
        self.depth = 0
        self.in_head = False
        self.in_caption = False
        self.nested = False
        self.closed = False
        # x<sup>2</sup> must not become x2.
        text = _RAISED.sub(lambda match: match[2].translate(_RAISED_DIGITS[match[1].lower()]), text)
        position = 0
        for tag in _TAG.finditer(text):
            self._take_text(text[position : tag.start()])
            position = tag.end()
            self._take_tag(tag[2].lower(), closing=bool(tag[1]), attributes=tag[3])
            if self.closed:
                break
        if not self.closed:
            self._take_text(text[position:])

    def result(self) -> tuple[Table | None, tuple[ParseWarning, ...]]:
        warnings = []
        if not self.closed:
            warnings.append(
                ParseWarning(
                    kind="unclosed_table", message="A table has no </table>; its rows were kept."
                )
            )
        if self.nested:
            warnings.append(
                ParseWarning(
                    kind="nested_table",
                    message="A table inside a table was flattened into its cell.",
                )
            )
        rows = [row for row in self.rows if row]
        caption = _Cell(self.caption).text.replace("\n", " ")
        table = build_table(rows, caption=caption)
        if table is None and rows:
            warnings.append(
                ParseWarning(
                    kind="table_too_large",
                    message=f"A table asks for more than {MAX_GRID_CELLS} places; kept as text.",
                )
            )
        return table, tuple(warnings)

    def _take_tag(self, name: str, *, closing: bool, attributes: str) -> None:
        if name == "table":
            self._take_table_tag(closing=closing)
        elif self.depth > 1:
            self._take_text("\n" if name in {"tr", "br", "p", "div"} else " ")
        elif name in {"thead", "tbody", "tfoot"}:
            self.in_head = name == "thead" and not closing
        elif name == "caption":
            self.in_caption = not closing
        elif name == "tr":
            if not closing:
                self.rows.append([])
        elif name in {"td", "th"}:
            if not closing:
                self._open_cell(header=name == "th" or self.in_head, attributes=attributes)
        elif name in {"br", "p", "div"}:
            self._take_text("\n")

    def _take_table_tag(self, *, closing: bool) -> None:
        if closing:
            self.depth -= 1
            self.closed = self.depth <= 0
            self._take_text("\n")
            return
        self.depth += 1
        self.nested = self.nested or self.depth > 1

    def _open_cell(self, *, header: bool, attributes: str) -> None:
        self.in_caption = False
        if not self.rows:
            self.rows.append([])
        spans = {name.lower(): int(size) for name, size in _SPAN.findall(attributes)}
        self.rows[-1].append(
            _Cell(
                row_span=max(1, min(MAX_SPAN, spans.get("row", 1))),
                column_span=max(1, min(MAX_SPAN, spans.get("col", 1))),
                header=header,
            )
        )

    def _take_text(self, text: str) -> None:
        if not text:
            return
        if text != "\n" and not text.strip():
            text = " "
        cell = self._last_cell()
        target = self.caption if self.in_caption or cell is None else cell.parts
        target.append(html.unescape(text))

    def _last_cell(self) -> _Cell | None:
        for row in reversed(self.rows[-2:]):
            if row:
                return row[-1]
        return None


def html_spans(text: str) -> Iterator[tuple[int, int]]:
    """Yield `(start, end)` of each outermost HTML table; an unclosed one reaches to the end."""
    depth, start = 0, 0
    for tag in _TABLE_TAG.finditer(text):
        if not tag[1]:
            start = tag.start() if depth == 0 else start
            depth += 1
        elif depth:
            depth -= 1
            if depth == 0:
                yield start, tag.end()
    if depth:
        yield start, len(text)


def _pipe_spans(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the pipe tables, known by their delimiter row, between two places."""
    lines = _lines(text, start, end)
    number = 1
    while number < len(lines):
        above = text[slice(*lines[number - 1])]
        if not _is_delimiter(text[slice(*lines[number])]) or "|" not in above:
            number += 1
            continue
        last = number
        while last + 1 < len(lines) and "|" in text[slice(*lines[last + 1])]:
            last += 1
        yield lines[number - 1][0], lines[last][1]
        number = last + 2


def _lines(text: str, start: int, end: int) -> list[tuple[int, int]]:
    spans, position = [], start
    for line in text[start:end].split("\n"):
        spans.append((position, position + len(line)))
        position += len(line) + 1
    return spans


def _is_delimiter(line: str) -> bool:
    return "-" in line and "|" in line and _DELIMITER.fullmatch(line) is not None


def _pipe_rows(text: str) -> tuple[list[list[str]] | None, int]:
    span = next(iter(_pipe_spans(text, 0, len(text))), None)
    if span is None:
        return None, 0
    lines = text[slice(*span)].split("\n")
    head = _pipe_cells(lines[0])
    rows = [_pipe_cells(line) for line in lines[2:]]
    width = max(len(head), *(len(row) for row in rows)) if rows else len(head)
    if width * (len(rows) + 1) > MAX_GRID_CELLS:
        return None, 0
    header = 1 if any(head) else 0
    grid = [head, *rows] if header else rows
    return [row + [""] * (width - len(row)) for row in grid], header


def _pipe_cells(line: str) -> list[str]:
    body = line.strip().removeprefix("|")
    if body.endswith("|") and not body.endswith("\\|"):
        body = body[:-1]
    cells = _UNESCAPED_PIPE.sub("\\1\0", body).split("\0")
    return [
        html.unescape(_LINE_BREAK.sub("\n", cell.replace("\\|", "|").strip())) for cell in cells
    ]
