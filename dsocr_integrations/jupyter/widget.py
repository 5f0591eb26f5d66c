"""The widget: the viewer of `preview/` with Python as its model.

Python sends only what is looked at: the list of pages at once, a page with its picture when
the viewer asks for it. Every question is answered, with an `error` field where need be.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from dsocr_integrations.errors import ConfigurationError
from dsocr_integrations.jupyter.answers import answer
from dsocr_integrations.jupyter.loose_pages import document_of_pages
from dsocr_integrations.jupyter.summary import document_stats, fallback_html
from dsocr_integrations.preview.assets import viewer_module, viewer_style
from dsocr_integrations.preview.find import SearchedBlock, find, searched_blocks
from dsocr_integrations.preview.html import write_html
from dsocr_integrations.preview.page_view import block_id, document_view, page_view
from dsocr_integrations.preview.pictures import CLOSER_DPI, PageImages, images_of_sources
from dsocr_integrations.records.documents import Block, Document, Page

OnSelect = Callable[[Block | None], None]


class OcrExplorer(anywidget.AnyWidget):
    """Shows a document: page and boxes beside the text, tables and figures, and a search.

    Args:
        document: A document, or pages of one.
        images: Gives the pictures of pages; by default they are rendered from the source that
            the document names, relative to the working folder.
        height: Height in pixels.

    Attributes:
        page: Number of the page shown, 1-based.
        selected: Id of the chosen block, empty for none.
        query: What is searched for, as plain text.
        matches: The first blocks that hold the query: `page`, `id`, `excerpt` each.
        match_count: How many blocks hold the query.
        stats: Counts of the document, and the engine that read it.
    """

    _esm = viewer_module()
    _css = viewer_style()

    document_view = traitlets.Dict().tag(sync=True, echo_update=False)
    page = traitlets.Int(0).tag(sync=True)
    selected = traitlets.Unicode("").tag(sync=True)
    query = traitlets.Unicode("").tag(sync=True)
    matches: traitlets.List[dict[str, Any]] = traitlets.List().tag(sync=True, echo_update=False)
    match_count = traitlets.Int(0).tag(sync=True)
    stats = traitlets.Dict().tag(sync=True, echo_update=False)
    height = traitlets.Int(640).tag(sync=True)

    def __init__(
        self,
        document: Document | Iterable[Page],
        *,
        images: PageImages | None = None,
        height: int = 640,
        **traits: Any,
    ) -> None:
        self.document = document if isinstance(document, Document) else document_of_pages(document)
        self._images = images or images_of_sources()
        self._closer_images = images or images_of_sources(dpi=CLOSER_DPI)
        self._searched: list[SearchedBlock] | None = None
        self._pages = {page.number: page for page in self.document.pages}
        self._on_select: list[OnSelect] = []
        first = self.document.pages[0].number if self.document.pages else 0
        super().__init__(
            document_view=document_view(self.document),
            stats=document_stats(self.document),
            page=traits.pop("page", first),
            height=height,
            **traits,
        )
        self.on_msg(self._answer)

    @property
    def selected_block(self) -> Block | None:
        """The chosen block, `None` where nothing or a figure without a block is chosen."""
        for page in self._pages.values():
            for place, block in enumerate(page.blocks):
                if block_id(page.number, place) == self.selected:
                    return block
        return None

    def select(self, name: str) -> None:
        """Choose a block by its id, such as one of `matches`, and turn to its page."""
        number = name.removeprefix("p").partition("-")[0]
        if name and (not number.isdecimal() or int(number) not in self._pages):
            raise ConfigurationError(
                f"No block is called {name!r}.", remedy="Take an id from matches."
            )
        if name:
            self.page = int(number)
        self.selected = name

    def search(self, query: str) -> list[dict[str, Any]]:
        """Search all pages for plain text; shows and returns the matches."""
        self.query = query
        return list(self.matches)

    def on_select(self, call: OnSelect) -> None:
        """Call with the chosen block whenever the choice changes."""
        self._on_select.append(call)

    def to_html(self, path: str | Path) -> Path:
        """Save what the widget shows as one offline HTML file."""
        return write_html(self.document, path, images=self._images)

    @traitlets.validate("page")
    def _known_page(self, proposal: dict[str, Any]) -> int:
        number = int(proposal["value"])
        if number in self._pages or not self._pages:
            return number
        raise traitlets.TraitError(f"Page {number} was not read; there is no sheet to show.")

    @traitlets.observe("query")
    def _search(self, change: dict[str, Any]) -> None:
        if self._searched is None:
            views = map(page_view, self.document.pages)
            self._searched = [block for view in views for block in searched_blocks(view)]
        found = find(self._searched, change["new"])
        with self.hold_sync():
            self.matches = [dict(match) for match in found.matches]
            self.match_count = found.count

    @traitlets.observe("selected")
    def _tell_selected(self, _change: dict[str, Any]) -> None:
        block = self.selected_block
        for call in self._on_select:
            call(block)

    def _answer(self, _widget: Any, content: Any, _buffers: Any) -> None:
        answered = answer(content, self.document, self._images, self._closer_images)
        if answered is not None:
            self.send(answered.content, buffers=answered.buffers)

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        """The widget, and plain escaped text for places that cannot show it."""
        bundle = super()._repr_mimebundle_(**kwargs)
        if not bundle:
            return bundle
        data, *rest = bundle if isinstance(bundle, tuple) else (bundle,)
        data = {**data, "text/html": fallback_html(self.document)}
        data["text/plain"] = f"OcrExplorer({self.document.source!r})"
        return (data, *rest) if rest else data
