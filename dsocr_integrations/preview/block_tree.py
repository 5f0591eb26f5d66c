"""A block's text as a small tree of typed nodes, which the viewer turns into elements.

The viewer has no Markdown and no HTML parser: it makes the elements named here and fills in
text. Sizes are bounded, so that no answer of a model can stall a browser.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from typing import Literal, NotRequired, TypedDict
from unicodedata import bidirectional

from dsocr_integrations.preview.inline_text import Run, runs
from dsocr_integrations.preview.mathml import MathNode
from dsocr_integrations.preview.plain_text import clean
from dsocr_integrations.records.documents import Block, Table
from dsocr_integrations.tables import to_csv

MAX_NODES = 500
MAX_ROWS = 300
MAX_COLUMNS = 60
MAX_CELL = 1_000
MAX_CSV = 2_000_000


class Cell(TypedDict):
    """A table cell; `number` sets it flush right, headers of numeric columns too."""

    column: int
    runs: list[Run]
    header: bool
    number: bool
    rowspan: int
    colspan: int


class Node(TypedDict):
    """A piece of a block.

    Attributes:
        kind: What to make.
        runs: Content of headings, paragraphs, captions and list items.
        level: Heading level, 1 to 6.
        marker: What stood in front of a list item, such as `•` or `3.`.
        text: Content of code and math.
        rows: Rows of a table.
        hidden_rows: Body rows left out because the table is too long to show.
        direction: Whether a table's columns follow each other from left to right.
        csv: All of a table, for a copy.
        mathml: A formula as MathML, where it is understood.
    """

    kind: Literal["heading", "paragraph", "item", "code", "math", "table"]
    runs: NotRequired[list[Run]]
    level: NotRequired[int]
    marker: NotRequired[str]
    text: NotRequired[str]
    rows: NotRequired[list[list[Cell]]]
    hidden_rows: NotRequired[int]
    direction: NotRequired[Literal["ltr", "rtl"]]
    csv: NotRequired[str]
    mathml: NotRequired[MathNode]


_HEADING = re.compile(r"(#{1,6})\s+(.*)")
_ITEM = re.compile(r"\s{0,12}(?:([-*+•])|(\d{1,4}[.)]))\s+(.*)")
_DISPLAY_MATH = re.compile(r"\\\[(.+?)\\\]|\$\$(.+?)\$\$", re.DOTALL)
_FENCE = re.compile(r"^\s{0,3}```.*$", re.MULTILINE)
_BLANK_LINES = re.compile(r"\n\s*\n")
_LETTER_KINDS = frozenset({"L", "R", "AL"})
_MATH_LABELS = frozenset({"equation", "formula", "interline_equation", "isolate_formula"})


def block_nodes(block: Block) -> list[Node]:
    """Nodes of a block; a parsed table wins over its text."""
    if block.table is not None:
        return [table_node(block.table)]
    if block.label.lower() in _MATH_LABELS and "\\[" not in block.text and block.text.strip():
        return [{"kind": "math", "text": clean(block.text).strip(" \n$")}]
    return text_nodes(block.text)


def text_nodes(text: str) -> list[Node]:
    """Nodes of a Markdown text."""
    text = clean(text)
    nodes: list[Node] = []
    at = 0
    for math in _DISPLAY_MATH.finditer(text):
        nodes += _line_nodes(text[at : math.start()])
        nodes.append({"kind": "math", "text": (math[1] or math[2]).strip()})
        at = math.end()
    nodes += _line_nodes(text[at:])
    return nodes[:MAX_NODES]


def table_node(table: Table) -> Node:
    """A table as rows of cells, spans bounded by the table itself."""
    grid = [*table.header, *table.rows]
    shown = grid[: table.header_rows + MAX_ROWS]
    width = min(MAX_COLUMNS, max((len(row) for row in grid), default=0))
    spans = {(s.row, s.column): (s.row_span, s.column_span) for s in table.spans}
    covered: set[tuple[int, int]] = set()
    numeric = {c for c in range(width) if _is_numeric(table, c)}
    rows: list[list[Cell]] = []
    for r, row in enumerate(shown):
        cells: list[Cell] = []
        for c in range(width):
            if (r, c) in covered:
                continue
            down, across = spans.get((r, c), (1, 1))
            down, across = max(1, min(down, len(shown) - r)), max(1, min(across, width - c))
            covered |= {(r + i, c + j) for i in range(down) for j in range(across)}
            text = clean(row[c] if c < len(row) else "", MAX_CELL)
            cells.append(
                {
                    "column": c,
                    "runs": runs(text),
                    "header": r < table.header_rows,
                    "number": c in numeric and across == 1,
                    "rowspan": down,
                    "colspan": across,
                }
            )
        rows.append(cells)
    return {
        "kind": "table",
        "rows": rows,
        "hidden_rows": len(grid) - len(shown),
        "direction": _direction(grid),
        "csv": clean(to_csv(table), MAX_CSV),
    }


def plain(nodes: Iterable[Node]) -> str:
    """The text of nodes without marks, as it is searched and read aloud."""
    parts: list[str] = []
    for node in nodes:
        parts.append("".join(run["text"] for run in node.get("runs", ())))
        parts.append(node.get("text", ""))
        parts += [
            "".join(run["text"] for run in cell["runs"])
            for row in node.get("rows", ())
            for cell in row
        ]
    return " ".join(" ".join(parts).split())


def _direction(grid: Iterable[Iterable[str]]) -> Literal["ltr", "rtl"]:
    """How most of a table's cells are written, going by the first letter of each."""
    starts = Counter(
        next((kind for c in cell if (kind := bidirectional(c)) in _LETTER_KINDS), "")
        for row in grid
        for cell in row
    )
    return "rtl" if starts["R"] + starts["AL"] > starts["L"] else "ltr"


def _is_numeric(table: Table, column: int) -> bool:
    """Whether a column holds numbers and hardly anything else, so that it is set flush right."""
    written = [row[column] for row in table.rows if column < len(row) and row[column].strip()]
    values = [row[column] for row in table.values if column < len(row)]
    return bool(written) and sum(v is not None for v in values) >= 0.6 * len(written)


def _line_nodes(text: str) -> list[Node]:
    """Nodes of text without display math: fenced code, headings, items, paragraphs."""
    nodes: list[Node] = []
    # Odd parts stand between fences; a fence that is never closed runs to the end.
    for place, part in enumerate(_FENCE.split(text)):
        if place % 2:
            nodes.append({"kind": "code", "text": part.strip("\n")})
            continue
        for paragraph in _BLANK_LINES.split(part):
            nodes += _paragraph_nodes(paragraph.split("\n"))
    return nodes


def _paragraph_nodes(lines: list[str]) -> list[Node]:
    nodes: list[Node] = []
    open_lines: list[str] = []
    for line in [*lines, ""]:
        heading, item = _HEADING.fullmatch(line), _ITEM.fullmatch(line)
        if line.strip() and not heading and not item:
            open_lines.append(line)
            continue
        if open_lines:
            nodes.append({"kind": "paragraph", "runs": runs("\n".join(open_lines))})
            open_lines = []
        if heading:
            nodes.append({"kind": "heading", "level": len(heading[1]), "runs": runs(heading[2])})
        elif item:
            nodes.append({"kind": "item", "marker": item[2] or "•", "runs": runs(item[3])})
    return nodes
