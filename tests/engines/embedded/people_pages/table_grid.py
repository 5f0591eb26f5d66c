"""Sets the cells of a table on a sheet, in one of the ways that tables are ruled."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from tests.engines.embedded.people_pages.pictured_cells import HeadCell
from tests.engines.embedded.people_pages.table_contents import Content
from tests.engines.embedded.people_pages.table_sheet import Sheet

STYLES = ("ruled", "booktabs", "booktabs", "zebra", "borderless", "level", "open")
"""All cells drawn; three rules; shades; nothing; a rule a row; drawn without the outer sides."""


class TableGrid:
    """A table and how it is set.

    Args:
        sheet: Where it is set.
        content: What it holds.
    """

    def __init__(self, sheet: Sheet, content: Content) -> None:
        chance = sheet.chance
        self.sheet, self.cells = sheet, content.cells
        self.sums, self.low_names = content.sums, content.low_names
        self.style = chance.choice(STYLES)
        self.bold = chance.random() < 0.6
        self.align = chance.choice(("right", "middle", "right", "left"))
        self.stand = chance.choice(("top", "top", "middle"))
        self.leading = 1.15 * sheet.size
        self.gap = chance.uniform(0.35, 0.9) * sheet.size
        self.right = 0.0

    def draw(self, left: float, top: float, width: float) -> float:
        """Set it; the height below it."""
        edges = self._edges(left, width)
        self.right = edges[-1]
        y, levels = top, [top]
        for storey in range(self.cells.storeys):
            y += self._height([c.text for c in self.cells.head if c.storey == storey])
            levels.append(y)
        for storey, cell in ((c.storey, c) for c in self.cells.head):
            self._set_name(cell, edges, levels[storey], levels[storey + cell.storeys])
        head_end = len(levels) - 1
        for n, row in enumerate(self.cells.body):
            bottom = y + self._height(row)
            if self.style == "zebra" and n % 2:
                box = (edges[0], y, edges[-1], bottom)
                self.sheet.page.draw_rect(box, color=None, fill=(0.91, 0.93, 0.96), overlay=False)
            if n in self.sums and self.style not in {"ruled", "open", "level"}:
                for a, b in pairwise(edges[1:]):
                    self.sheet.rule(a + 0.8 * self.sheet.size, b, y + 1)
            for k, text in enumerate(row):
                self._set(
                    text,
                    edges[k],
                    edges[k + 1],
                    y,
                    bottom,
                    "left" if self._is_text(k) else self.align,
                )
            y = bottom
            levels.append(y)
        self._rules(edges, levels, head_end)
        return y

    def _is_text(self, column: int) -> bool:
        texts = [row[column] for row in self.cells.body if row[column]]
        return 2 * sum(text.strip()[:1].isalpha() for text in texts) > len(texts)

    def _edges(self, left: float, width: float) -> list[float]:
        """Where the columns begin and end."""
        widths = []
        for n in range(self.cells.columns):
            texts = [row[n] for row in self.cells.body]
            texts += [c.text for c in self.cells.head if c.first == c.last == n]
            widths.append(max(self._width(text) for text in texts) + 0.6 * self.sheet.size)
        for cell in self.cells.head:
            inside = range(cell.first, cell.last + 1)
            lacks = self._width(cell.text) + self.sheet.size - sum(widths[n] for n in inside)
            for n in inside:
                widths[n] += max(0.0, lacks / len(inside))
        spare = max(0.0, width - sum(widths)) / len(widths)
        least = 0.7 * self.sheet.size
        edges = [left]
        for one in widths:
            edges.append(edges[-1] + one + min(max(spare, least), 5 * self.sheet.size))
        return edges

    def _width(self, text: str) -> float:
        return max(self.sheet.width(line, bold=self.bold) for line in text.split("\n"))

    def _height(self, texts: Sequence[str]) -> float:
        lines = max((1 + text.count("\n") for text in texts), default=1)
        return lines * self.leading + self.gap

    def _set_name(self, cell: HeadCell, edges: Sequence[float], top: float, bottom: float) -> None:
        left, right = edges[cell.first], edges[cell.last + 1]
        align = "left" if self._is_text(cell.first) and cell.first == cell.last else self.align
        if cell.last > cell.first:
            align = "middle"
            if self.style not in {"ruled", "open", "borderless"}:
                self.sheet.rule(left + 0.5 * self.sheet.size, right - 2, bottom - 0.15 * self.gap)
        if cell.storeys > 1 and self.low_names:
            top = bottom - self._height([cell.text])
        self._set(cell.text, left, right, top, bottom, align, bold=self.bold)

    def _set(
        self,
        text: str,
        left: float,
        right: float,
        top: float,
        bottom: float,
        align: str,
        *,
        bold: bool = False,
    ) -> None:
        lines = text.split("\n")
        pad = 0.4 * self.sheet.size
        indent = self.sheet.size if text.startswith(" ") else 0.0
        x = {"left": left + pad + indent, "right": right - pad, "middle": (left + right) / 2}[align]
        free = bottom - top - self.gap - len(lines) * self.leading
        y = (
            top
            + self.gap / 2
            + (free / 2 if self.stand == "middle" else 0.0)
            + 0.85 * self.sheet.size
        )
        for line in lines:
            self.sheet.text(x, y, line.strip(), align, bold=bold)
            y += self.leading

    def _rules(self, edges: Sequence[float], levels: Sequence[float], head_end: int) -> None:
        if self.style == "borderless":
            return
        drawn = [levels[0], levels[head_end], levels[-1]]
        if self.style in {"ruled", "open", "level"}:
            drawn += levels[head_end:]
        if self.style == "zebra":
            drawn = [levels[head_end]]
        for y in drawn:
            self.sheet.rule(edges[0], edges[-1], y)
        if self.style not in {"ruled", "open"}:
            return
        for n, x in enumerate(edges):
            if self.style == "open" and n in {0, len(edges) - 1}:
                continue
            over = [c for c in self.cells.head if c.first < n <= c.last]
            top = levels[max((c.storey + c.storeys for c in over), default=0)]
            self.sheet.page.draw_line((x, top), (x, levels[-1]), width=0.5)
        for cell in self.cells.head:
            if cell.last > cell.first:
                self.sheet.rule(edges[cell.first], edges[cell.last + 1], levels[cell.storey + 1])
