"""The cells of a drawn table, and what a reading of it gets wrong."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from lxml import html as markup

from tests.engines.embedded.people_pages.seeded import Drawn

_DASHES = re.compile("[\u2010-\u2015\u2212]")


@dataclass(frozen=True)
class HeadCell:
    """A name in the head of a table.

    Attributes:
        text: Its lines are parted by line ends.
        storey: Where it begins, from the top.
        first: Leftmost column below it.
        last: Rightmost one.
        storeys: How many it stands in.
    """

    text: str
    storey: int
    first: int
    last: int
    storeys: int = 1


@dataclass(frozen=True)
class TableCells:
    """A table.

    Attributes:
        head: Its names.
        body: Rows of texts, all of one length; lines of a text are parted by line ends.
    """

    head: tuple[HeadCell, ...]
    body: tuple[tuple[str, ...], ...]

    @property
    def storeys(self) -> int:
        return max(cell.storey + cell.storeys for cell in self.head)

    @property
    def columns(self) -> int:
        return len(self.body[0])

    def names(self) -> list[str]:
        """What stands above each column, from top to bottom."""
        over = [
            [c.text for c in sorted(self.head, key=lambda c: c.storey) if c.first <= n <= c.last]
            for n in range(self.columns)
        ]
        return ["".join(map(plain, texts)) for texts in over]

    def to_html(self) -> str:
        """As PubTabNet writes tables."""
        rows = [
            "".join(
                f"<td{_span('rowspan', c.storeys)}{_span('colspan', c.last - c.first + 1)}>"
                f"{html.escape(_one_line(c.text))}</td>"
                for c in sorted(self.head, key=lambda cell: cell.first)
                if c.storey == storey
            )
            for storey in range(self.storeys)
        ]
        rows += ["".join(f"<td>{html.escape(_one_line(t))}</td>" for t in row) for row in self.body]
        return "<table>" + "".join(f"<tr>{row}</tr>" for row in rows) + "</table>"


@dataclass(frozen=True)
class DrawnTable(Drawn):
    """A picture with one table.

    Attributes:
        cells: What stands in it.
    """

    cells: TableCells = TableCells((), ())

    def faults(self, markdown: str) -> list[str]:
        grids = [grid(table) for table in tables_of(markdown)]
        if len(grids) != 1:
            return [f"{len(grids)} tables", *super().faults(markdown)]
        return [*_faults(self.cells, *grids[0]), *super().faults(markdown)]


def tables_of(markdown: str) -> list[str]:
    """The tables of a page as HTML, also those that are written with bars."""
    found = re.findall(r"<table>.*?</table>", markdown, re.DOTALL)
    rest = re.sub(r"<table>.*?</table>", "", markdown, flags=re.DOTALL)
    for block in re.findall(r"(?:^\|.*\|\n?)+", rest, re.MULTILINE):
        rows = [line for line in block.splitlines() if not re.fullmatch(r"[|\s:-]+", line)]
        cells = (re.split(r"(?<!\\)\|", row.strip())[1:-1] for row in rows)
        found.append(
            "<table>"
            + "".join(f"<tr>{''.join(f'<td>{c}</td>' for c in row)}</tr>" for row in cells)
            + "</table>"
        )
    return found


def plain(text: str) -> str:
    """A text without what may be printed one way or another."""
    text = _DASHES.sub("-", unicodedata.normalize("NFKC", text)).replace("\u2019", "'")
    return re.sub(r"\s+|\\[()]?|[\^{}/]", "", text)


Grid = list[list[str]]


def grid(table: str) -> tuple[Grid, Grid]:
    """A table's places, with the text of wide cells in the first of theirs, and in all."""
    once: dict[tuple[int, int], str] = {}
    spread: dict[tuple[int, int], str] = {}
    for row, line in enumerate(markup.fromstring(table).iter("tr")):
        column = 0
        for cell in line:
            while (row, column) in spread:
                column += 1
            text = plain(cell.text_content())
            wide, high = int(cell.get("colspan", 1)), int(cell.get("rowspan", 1))
            for down in range(high):
                for right in range(wide):
                    spread[row + down, column + right] = text if not down else ""
                    once[row + down, column + right] = text if not down and not right else ""
            column += wide
    rows, columns = (1 + max(place[n] for place in spread) for n in (0, 1))
    shapes = (
        [[texts.get((r, c), "") for c in range(columns)] for r in range(rows)]
        for texts in (once, spread)
    )
    first, second = shapes
    return first, second


def _faults(wanted: TableCells, once: Grid, spread: Grid) -> list[str]:
    if len(once[0]) != wanted.columns:
        return [f"{len(once[0])} columns, not {wanted.columns}"]
    head = len(once) - len(wanted.body)
    if head < 1:
        return [f"{len(once)} rows, not {len(wanted.body)} and a head"]
    said = ["".join(_unlike(row[n] for row in spread[:head])) for n in range(wanted.columns)]
    faults = [f"name {b!r}, not {a!r}" for a, b in zip(wanted.names(), said, strict=True) if a != b]
    for row, read in zip(wanted.body, once[head:], strict=True):
        for text, cell in zip(row, read, strict=True):
            if plain(text) != cell:
                faults.append(f"{cell!r}, not {plain(text)!r}")
    return faults


def _unlike(texts: Sequence[str]) -> list[str]:
    """Texts without those that only go on from row to row."""
    kept = list(texts)
    return kept[:1] + [b for a, b in pairwise(kept) if b != a]


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _span(name: str, count: int) -> str:
    return f' {name}="{count}"' if count > 1 else ""
