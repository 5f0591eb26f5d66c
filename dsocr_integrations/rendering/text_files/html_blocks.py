"""Blocks of a mail's HTML: its text, headings, lists and tables of data, and nothing that acts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from dsocr_integrations.rendering.text_files.html_tokens import Tag, html_tokens
from dsocr_integrations.rendering.text_files.text_blocks import TextBlock, parted
from dsocr_integrations.tables import parse_table

_DEEPEST = 50
_UNSEEN = frozenset({"head", "svg", "math"})
_BREAKING = frozenset(
    {"p", "div", "blockquote", "section", "article", "header", "footer", "ul", "ol", "li", "dl",
     "dt", "dd", "pre", "hr", "form", "center", "h1", "h2", "h3", "h4", "h5", "h6"}
)  # fmt: skip
_VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}
)
_HEADINGS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}
_SPACES = re.compile(r"[ \t\r\n\u00a0]+")
_LONGEST_CELL = 200
_DATA_ROWS = _DATA_COLUMNS = 2


@dataclass
class _Table:
    """A table under way: the blocks of each cell of each row."""

    rows: list[list[list[TextBlock]]] = field(default_factory=list)

    def cell(self) -> list[TextBlock]:
        if not self.rows:
            self.rows.append([])
        if not self.rows[-1]:
            self.rows[-1].append([])
        return self.rows[-1][-1]

    def blocks(self) -> Iterator[TextBlock]:
        """One block where it holds data, else what it lays out, cell by cell."""
        cells = [cell for row in self.rows for cell in row]
        wide = sum(len(row) >= _DATA_COLUMNS for row in self.rows)
        is_data = wide >= _DATA_ROWS and all(map(_is_short, cells))
        if not is_data:
            yield from (block for cell in cells for block in cell)
            return
        lines = [" | ".join(_written(cell) for cell in row) for row in self.rows if row]
        rule = " | ".join("---" for _ in self.rows[0])
        text = "\n".join(f"| {line} |" for line in [lines[0], rule, *lines[1:]])
        yield TextBlock("table", text, parse_table(text)[0])


def html_blocks(source: str) -> Iterator[TextBlock]:
    """The blocks that a reader of a page sees, in its order."""
    reader = _Reader()
    for token in html_tokens(source):
        if isinstance(token, str):
            reader.take_text(token)
        elif token.is_end:
            reader.end(token.name)
        else:
            reader.begin(token)
    return iter(reader.finished())


class _Reader:
    def __init__(self) -> None:
        self._blocks: list[TextBlock] = []
        self._tables: list[_Table] = []
        self._unseen: list[str] = []
        self._text: list[str] = []
        self._prefix = ""
        self._level = 0

    def begin(self, element: Tag) -> None:
        tag = element.name
        if self._unseen == ["p"] and tag in _BREAKING:
            # A paragraph ends where the next one begins.
            self._unseen = []
        if self._unseen or tag in _UNSEEN or element.is_hidden:
            if tag not in _VOID and len(self._unseen) < _DEEPEST:
                self._unseen.append(tag)
            return
        if tag == "br":
            self._text.append("\n")
        elif tag in _BREAKING:
            self._break()
            self._level = _HEADINGS.get(tag, 0)
            self._prefix = "- " if tag == "li" else self._prefix
        elif tag == "table" and len(self._tables) < _DEEPEST:
            self._break()
            self._tables.append(_Table())
        elif tag == "tr" and self._tables:
            self._break()
            self._tables[-1].rows.append([])
        elif tag in {"td", "th"} and self._tables:
            self._break()
            rows = self._tables[-1].rows or [[]]
            rows[-1].append([])
            self._tables[-1].rows = rows

    def end(self, tag: str) -> None:
        if self._unseen:
            if tag in self._unseen:
                del self._unseen[self._unseen.index(tag) :]
            return
        if tag == "table" and self._tables:
            self._break()
            table = self._tables.pop()
            self._target().extend(table.blocks())
        elif tag in _BREAKING or tag in {"td", "th", "tr"}:
            self._break()
            self._level = 0

    def take_text(self, data: str) -> None:
        if not self._unseen:
            self._text.append(_SPACES.sub(" ", data))

    def finished(self) -> list[TextBlock]:
        """All blocks, those of tables that were never closed too."""
        self._break()
        while self._tables:
            table = self._tables.pop()
            self._target().extend(table.blocks())
        return self._blocks

    def _target(self) -> list[TextBlock]:
        return self._tables[-1].cell() if self._tables else self._blocks

    def _break(self) -> None:
        lines = (_SPACES.sub(" ", line).strip() for line in "".join(self._text).split("\n"))
        text = re.sub(r"\n{2,}", "\n", "\n".join(lines)).strip()
        self._text = []
        if not text:
            return
        if self._level:
            label = "title" if self._level == 1 else "sub_title"
            title = " ".join(text.split())
            self._target().append(TextBlock(label, f"{'#' * self._level} {title}"))
        else:
            self._target().extend(TextBlock("text", part) for part in parted(self._prefix + text))
        self._prefix = ""


def _is_short(cell: list[TextBlock]) -> bool:
    if len(cell) > 1 or any(block.table is not None for block in cell):
        return False
    return all(len(block.text) <= _LONGEST_CELL for block in cell)


def _written(cell: list[TextBlock]) -> str:
    return " ".join(" ".join(block.text.split()) for block in cell).replace("|", "\\|")
