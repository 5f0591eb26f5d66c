"""Blocks of a page in HTML: its text, headings, lists and tables of data, and nothing that acts."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from dsocr_integrations.rendering.text_files.html_tokens import Tag, html_tokens
from dsocr_integrations.rendering.text_files.text_blocks import TextBlock, parted
from dsocr_integrations.tables import parse_table, to_html, to_markdown

_DEEPEST = 50
_UNSEEN = frozenset(
    {"head", "svg", "math", "select", "datalist", "iframe", "object", "audio", "video", "canvas"}
)
_BREAKING = frozenset(
    {"p", "div", "blockquote", "section", "article", "header", "footer", "ul", "ol", "li", "dl",
     "dt", "dd", "pre", "hr", "form", "center", "nav", "main", "aside", "figure", "figcaption",
     "address", "details", "summary", "fieldset", "legend", "h1", "h2", "h3", "h4", "h5", "h6"}
)  # fmt: skip
_VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}
)
_HEADINGS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}
_FURNITURE = {"nav": "header", "footer": "footer"}
"""Elements that stand around what a page is about, and what is in them is called."""

_STRUCK = frozenset({"del", "s", "strike"})
_STRIKE = "~~"
_STRIKE_ENDS = re.compile(r"~~([ ]*)~~")
"""Where one struck text goes on in another."""

_SPACES = re.compile(r"[ \t\r\n\u00a0]+")
_LONGEST_CELL = 200
_DATA_ROWS = _DATA_COLUMNS = 2


@dataclass
class _Cell:
    tag: Tag
    blocks: list[TextBlock] = field(default_factory=list)

    @property
    def is_short(self) -> bool:
        return len(self.blocks) <= 1 and all(len(one.text) <= _LONGEST_CELL for one in self.blocks)

    @property
    def is_plain(self) -> bool:
        return all(one.label == "text" for one in self.blocks)

    def markup(self) -> str:
        said = " ".join(" ".join(block.text.split()) for block in self.blocks)
        tag = self.tag
        spans = f' rowspan="{tag.rows}" colspan="{tag.columns}"'
        return f"<{tag.name}{spans}>{html.escape(said, quote=False)}</{tag.name}>"


@dataclass
class _Table:
    """A table under way: the cells of each row."""

    rows: list[list[_Cell]] = field(default_factory=list)
    caption: list[TextBlock] = field(default_factory=list)
    is_captioned: bool = False
    """Whether what is being said is its caption."""

    def target(self) -> list[TextBlock]:
        if self.is_captioned:
            return self.caption
        if not self.rows:
            self.rows.append([])
        if not self.rows[-1]:
            self.rows[-1].append(_Cell(Tag("td")))
        return self.rows[-1][-1].blocks

    def blocks(self) -> Iterator[TextBlock]:
        """One block where it holds data, else what it lays out, cell by cell."""
        rows = [row for row in self.rows if row]
        table = parse_table(self._markup(rows))[0] if self._is_data(rows) else None
        if table is None:
            yield from self.caption
            yield from (block for row in rows for cell in row for block in cell.blocks)
            return
        for block in self.caption:
            yield TextBlock("table_caption", block.text)
        is_simple = table.header_rows == 1 and not table.spans
        yield TextBlock("table", to_markdown(table) if is_simple else to_html(table), table)

    @staticmethod
    def _is_data(rows: list[list[_Cell]]) -> bool:
        cells = [cell for row in rows for cell in row]
        wide = sum(len(row) >= _DATA_COLUMNS for row in rows)
        named = any(cell.tag.name == "th" for cell in cells)
        fits = all(cell.is_plain and (named or cell.is_short) for cell in cells)
        return wide >= _DATA_ROWS and fits

    @staticmethod
    def _markup(rows: list[list[_Cell]]) -> str:
        lines = ("".join(cell.markup() for cell in row) for row in rows)
        return f"<table>{''.join(f'<tr>{line}</tr>' for line in lines)}</table>"


@dataclass(frozen=True)
class HtmlPage:
    """What a page in HTML says.

    Attributes:
        blocks: What a reader of it sees, in its order.
        pictures: How many pictures stand on it, which are not read.
    """

    blocks: tuple[TextBlock, ...]
    pictures: int


def html_page(source: str) -> HtmlPage:
    """Take a page apart. Nothing that it names is fetched, and nothing in it is run."""
    reader = _Reader()
    for token in html_tokens(source):
        if isinstance(token, str):
            reader.take_text(token)
        elif token.is_end:
            reader.end(token.name)
        else:
            reader.begin(token)
    return HtmlPage(tuple(reader.finished()), reader.pictures)


class _Reader:
    def __init__(self) -> None:
        self.pictures = 0
        self._blocks: list[TextBlock] = []
        self._tables: list[_Table] = []
        self._unseen: list[str] = []
        self._furniture: list[str] = []
        self._lists: list[int | None] = []
        self._text: list[str] = []
        self._is_code = False
        self._prefix = ""
        self._level = 0
        self._struck = 0

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
            self._begin_block(tag)
        elif tag == "table" and len(self._tables) < _DEEPEST:
            self._break()
            self._tables.append(_Table())
        elif self._tables and tag in {"caption", "tr", "td", "th"}:
            self._break()
            self._begin_part(self._tables[-1], element)
        else:
            self._begin_inline(element)

    def _begin_inline(self, element: Tag) -> None:
        self.pictures += element.name == "img"
        self._struck += element.name in _STRUCK
        if element.shown:
            self._text.append(f" {element.shown} ")

    def _begin_block(self, tag: str) -> None:
        self._level = _HEADINGS.get(tag, 0)
        self._is_code = tag == "pre"
        if tag in {"ul", "ol"} and len(self._lists) < _DEEPEST:
            self._lists.append(0 if tag == "ol" else None)
        elif tag in _FURNITURE and len(self._furniture) < _DEEPEST:
            self._furniture.append(tag)
        elif tag == "li":
            self._prefix = self._list_mark()

    def _list_mark(self) -> str:
        number = self._lists[-1] if self._lists else None
        if number is None:
            return "- "
        self._lists[-1] = number + 1
        return f"{number + 1}. "

    @staticmethod
    def _begin_part(table: _Table, element: Tag) -> None:
        table.is_captioned = element.name == "caption"
        if element.name == "tr":
            table.rows.append([])
        elif not table.is_captioned:
            if not table.rows:
                table.rows.append([])
            table.rows[-1].append(_Cell(element))

    def end(self, tag: str) -> None:
        if self._unseen:
            if tag in self._unseen:
                del self._unseen[self._unseen.index(tag) :]
            return
        if tag == "table" and self._tables:
            self._break()
            table = self._tables.pop()
            self._target().extend(table.blocks())
        elif tag in _BREAKING or tag in {"caption", "td", "th", "tr"}:
            self._break()
            self._end_block(tag)

        elif tag in _STRUCK:
            self._struck = max(0, self._struck - 1)

    def _end_block(self, tag: str) -> None:
        self._level = 0
        self._is_code = self._is_code and tag != "pre"
        if tag in {"ul", "ol"} and self._lists:
            self._lists.pop()
        elif tag in self._furniture:
            self._furniture.remove(tag)
        elif tag == "caption" and self._tables:
            self._tables[-1].is_captioned = False

    def take_text(self, data: str) -> None:
        if self._unseen:
            return
        said = data if self._is_code else _SPACES.sub(" ", data)
        if self._struck and said.strip():
            said = said.replace(core := said.strip(), f"{_STRIKE}{core}{_STRIKE}", 1)
        self._text.append(said)

    def finished(self) -> list[TextBlock]:
        """All blocks, those of tables that were never closed too."""
        self._break()
        while self._tables:
            table = self._tables.pop()
            self._target().extend(table.blocks())
        return self._blocks

    def _target(self) -> list[TextBlock]:
        return self._tables[-1].target() if self._tables else self._blocks

    def _break(self) -> None:
        said, self._text = "".join(self._text), []
        if self._is_code:
            if said.strip():
                self._target().append(TextBlock("text", f"```\n{said.strip(chr(10))}\n```"))
            return
        said = _STRIKE_ENDS.sub(r"\1", said)
        lines = (_SPACES.sub(" ", line).strip() for line in said.split("\n"))
        text = re.sub(r"\n{2,}", "\n", "\n".join(lines)).strip()
        if not text:
            return
        if self._furniture:
            label = _FURNITURE[self._furniture[-1]]
            self._target().extend(TextBlock(label, part) for part in parted(self._prefix + text))
        elif self._level:
            label = "title" if self._level == 1 else "sub_title"
            title = " ".join(text.split())
            self._target().append(TextBlock(label, f"{'#' * self._level} {title}"))
        else:
            self._target().extend(TextBlock("text", part) for part in parted(self._prefix + text))
        self._prefix = ""
