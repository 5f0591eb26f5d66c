"""A text laid out on pages, so that what is cited of it can be shown.

Blocks are never torn: a page ends before one that has no room on it, and a block that is higher
than a page has one of its own. The text is that of the file; the pages are ours.
"""

from __future__ import annotations

import html
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from dsocr_integrations.records.documents import PointBox
from dsocr_integrations.rendering.text_files.text_blocks import PageStart, TextBlock
from dsocr_integrations.tables import to_html

WIDTH, HEIGHT = 595.0, 842.0
_MARGIN = 56.0
_GAP = 8.0
_ROOM = 100_000.0
"""Points down that a single block may take."""

_SIZE = 10
_STYLE = """
body { margin: 0; font-family: sans-serif; font-size: 10pt; line-height: 1.3; }
p, h1, h2 { margin: 0; white-space: pre-wrap; }
h1 { font-size: 16pt; }
h2 { font-size: 13pt; }
table { border-collapse: collapse; }
td, th { border: 1px solid #888888; padding: 2pt 4pt; }
"""
_ELEMENTS = {"title": "h1", "sub_title": "h2"}
_UNDRAWN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


@dataclass(frozen=True)
class TextPage:
    """A page of a text.

    Attributes:
        width: In points.
        height: In points.
        blocks: What stands on it, each with its box in points of the page.
        label: What it is called, if it has a name.
    """

    width: float
    height: float
    blocks: tuple[tuple[TextBlock, PointBox], ...]
    label: str | None = None


@dataclass
class _Page:
    start: PageStart = field(default_factory=PageStart)
    placed: list[tuple[TextBlock, Any, float, float]] = field(default_factory=list)
    bottom: float = _MARGIN

    @property
    def width(self) -> float:
        return max(WIDTH, self.start.width + 2 * _MARGIN)

    def takes(self, height: float) -> bool:
        room = max(HEIGHT, self.start.height) - _MARGIN
        return not self.placed or self.bottom + height <= room

    def put(self, block: TextBlock, story: Any, height: float) -> None:
        self.placed.append((block, story, self.bottom, height))
        self.bottom += height + _GAP

    def finished(self) -> TextPage:
        right = self.width - _MARGIN
        blocks = tuple((block, (_MARGIN, y, right, y + h)) for block, _, y, h in self.placed)
        height = max(HEIGHT, self.bottom - _GAP + _MARGIN)
        return TextPage(self.width, height, blocks, self.start.label)


def lay_out(blocks: Iterable[TextBlock]) -> tuple[tuple[TextPage, ...], bytes]:
    """Place blocks on pages. To be called with MuPDF's lock held.

    Returns:
        The pages, at least one, and a PDF of them.
    """
    import pymupdf

    file = io.BytesIO()
    writer = pymupdf.DocumentWriter(file)
    pages = []
    for page in _pages(blocks):
        pages.append(finished := page.finished())
        device = writer.begin_page(pymupdf.Rect(0, 0, finished.width, finished.height))
        for _, story, top, _ in page.placed:
            story.draw(device, pymupdf.Matrix(1, 0, 0, 1, _MARGIN, top))
        writer.end_page()
    writer.close()
    return tuple(pages), file.getvalue()


def _pages(blocks: Iterable[TextBlock]) -> Iterator[_Page]:
    import pymupdf

    page = _Page()
    for block in blocks:
        if block.begins is not None:
            if page.placed:
                yield page
            page = _Page(block.begins)
        story = pymupdf.Story(_markup(block), user_css=_STYLE, em=_SIZE)
        _, filled = story.place(pymupdf.Rect(0, 0, page.width - 2 * _MARGIN, _ROOM))
        height = float(filled[3] - filled[1])
        if not page.takes(height):
            yield page
            page = _Page(page.start)
        page.put(block, story, height)
    yield page


def _markup(block: TextBlock) -> str:
    if block.table is not None:
        return to_html(block.table)
    element = _ELEMENTS.get(block.label, "p")
    text = block.text.lstrip("# ") if element != "p" else block.text
    return f"<{element}>{html.escape(_UNDRAWN.sub(' ', text))}</{element}>"
