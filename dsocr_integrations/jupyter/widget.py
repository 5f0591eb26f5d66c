"""The widget: the viewer of `preview/` with Python as its model.

Python sends only what is looked at: the list of pages at once, a page with its picture when
the viewer asks for it. Every question is answered, with an `error` field where need be.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self
from uuid import uuid4

import traitlets

from dsocr_integrations.errors import ConfigurationError, DsocrError
from dsocr_integrations.index.base import Index
from dsocr_integrations.index.found import Found
from dsocr_integrations.jupyter.answers import answer
from dsocr_integrations.jupyter.cells import (
    UpdatedOutputs,
    is_watched,
    replace_former,
    show_outputs,
)
from dsocr_integrations.jupyter.document_search import DocumentSearch
from dsocr_integrations.jupyter.index_search import IndexSearch
from dsocr_integrations.jupyter.indexed_documents import (
    PLACES,
    IndexedDocuments,
    Target,
    Where,
    target_of,
)
from dsocr_integrations.jupyter.interruption import ReadingInterrupted
from dsocr_integrations.jupyter.live_reading import LiveReading
from dsocr_integrations.jupyter.loose_pages import document_of, empty_document
from dsocr_integrations.jupyter.summary import document_stats, kept_bundles, kept_html
from dsocr_integrations.jupyter.viewer_state import ViewerState
from dsocr_integrations.output import OutputFolder
from dsocr_integrations.preview.html import write_html
from dsocr_integrations.preview.page_sources import PageSources
from dsocr_integrations.preview.page_view import block_at, document_view
from dsocr_integrations.preview.pictures import PageImages
from dsocr_integrations.preview.saved_files import document_file, form_of, selection_file
from dsocr_integrations.preview.selection import Cell, Selection, selection_named
from dsocr_integrations.records.cards import shown_source
from dsocr_integrations.records.chunks import ChunkSpan
from dsocr_integrations.records.documents import Block, Document, Figure, Page, Table
from dsocr_integrations.tables.spreadsheets import to_frame

if TYPE_CHECKING:
    import pandas as pd

OnSelect = Callable[[Block | None], None]

_WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"


class OcrExplorer(ViewerState):
    """Shows a document: page and boxes beside the text, tables and figures, and a search.

    What a notebook keeps of it is its first page, without any script. To read a file and show it,
    call `explore`.

    Args:
        document: A document, a page, or pages of one; with an index, none is needed.
        index: An index, or where it is: searched from the widget, a hit opens at its box.
        folder: The output folder of the same ingest, from which hits open whole documents.
            Without it, hits show what the index holds of their document.
        images: Gives the pictures of pages; by default they are rendered from the source that
            the document names, relative to the working folder.
        height: Height in pixels.

    Attributes:
        page: Number of the page shown, 1-based.
        selected: Id of the chosen block, figure or cell, empty for none.
        query: What is searched for, as plain text; a structure as SMILES.
        where: What is searched: `document`; of an index `text`, `tables`, and molecules by
            `substructure` or `similarity`.
        matches: The first blocks that hold the query: `page`, `id`, `excerpt` each; of an index,
            its hits, or its documents where there is no query.
        match_count: How many blocks hold the query, or hits there are.
        opened: Which of the matches of an index is open; -1 for none.
        notice: Why an index gave nothing, or what of an opened document is gone.
        stats: Counts of what was read so far, and the engine that read it.
        heard: Of a page that is being read its number and text so far: `page`, `text`.
        progress: How a reading stands: `state`, `done`, `total`, `words`; empty without one.
    """

    def __init__(
        self,
        document: Document | Page | Iterable[Page] | None = None,
        *,
        index: Index | str | Path | None = None,
        folder: OutputFolder | str | Path | None = None,
        images: PageImages | None = None,
        height: int = 640,
        **traits: Any,
    ) -> None:
        self._on_select: list[OnSelect] = []
        self._search_in = DocumentSearch()
        self._kept_outputs = UpdatedOutputs(2, self._kept)
        self._reading: LiveReading | None = None
        self._waited_for = False
        self._start: ChunkSpan | None = None
        self._index: IndexSearch | None = None
        self._sources = PageSources.of_images(images) if images else PageSources.of_documents()
        _refuse_unknown(traits, self.class_trait_names())
        if index is not None:
            self._index = IndexSearch(IndexedDocuments(index, folder))
        if document is None and index is not None:
            self._take(empty_document("Index"))
        else:
            self._take(document_of(document))
        super().__init__(
            document_view=document_view(self._document),
            stats=document_stats(self._document),
            page=traits.pop("page", min(self._pages, default=0)),
            height=height,
            output_id=uuid4().hex[:12],
            **traits,
        )
        if self._index is not None:
            self.places = [[name, *words] for name, words in PLACES.items()]
            self.where = "text"
        self.on_msg(self._answer)
        replace_former(self)

    @classmethod
    def of_reading(
        cls,
        reading: LiveReading,
        *,
        sources: PageSources,
        height: int,
        start: ChunkSpan | None = None,
    ) -> Self:
        """Show a source while it is read, at a place once that has come."""
        made = cls(reading.document, height=height)
        made._sources = sources
        made._start = start
        made._reading = reading
        made.progress = reading.progress
        reading.start(made._hear, made._hear_text)
        return made

    @property
    def document(self) -> Document:
        """The document; one that is being read is waited for.

        Raises:
            DsocrError: What ended the reading, where that was a failure.
        """
        self.wait()
        return self._document

    @property
    def selection(self) -> Selection | None:
        """What is chosen, with its page, block, figure and cell; `None` where nothing is."""
        return selection_named(self._pages, self.selected)

    @property
    def selected_block(self) -> Block | None:
        """The chosen block, `None` where nothing or a figure without a block is chosen."""
        chosen = self.selection
        return chosen.block if chosen is not None else None

    @property
    def selected_figure(self) -> Figure | None:
        """The chosen figure, or the one that was made of the chosen block."""
        chosen = self.selection
        return chosen.figure if chosen is not None else None

    @property
    def selected_table(self) -> Table | None:
        """The table of the chosen block, chart or cell."""
        chosen = self.selection
        return chosen.table if chosen is not None else None

    @property
    def selected_cell(self) -> Cell | None:
        """The chosen cell of a table."""
        chosen = self.selection
        return chosen.cell if chosen is not None else None

    def to_frame(self) -> pd.DataFrame:
        """The chosen table as a DataFrame, numbers as numbers.

        Raises:
            ConfigurationError: If no table is chosen.
            MissingDependencyError: If pandas is not installed.
        """
        table = self.selected_table
        if table is None:
            raise ConfigurationError("No table is chosen.", remedy="Click one, or call select().")
        return to_frame(table)

    def save(self, path: str | Path) -> Path:
        """Save what is chosen, or where nothing is, the whole document once all is read.

        Args:
            path: The file; its suffix says the form: `.csv` or `.xlsx` for tables, `.sdf` for
                molecules, `.md`, or `.html`, which of a whole document is that of `to_html`.

        Raises:
            ConfigurationError: If there is no such form of what is chosen.
            MissingDependencyError: If a package that writes it is not installed.
        """
        path = Path(path)
        form = form_of(path.suffix)
        chosen = self.selection
        if chosen is None and form == "html":
            return self.to_html(path)
        source = self._document.source
        path.write_bytes(
            document_file(self.document, form)
            if chosen is None
            else selection_file(chosen, source, form)
        )
        return path

    def wait(self, seconds: float | None = None) -> Self:
        """Wait until all is read, or for some seconds.

        Interrupting it stops the reading; what was read stays.

        Raises:
            DsocrError: What ended the reading, where that was a failure.
        """
        if self._reading is not None:
            try:
                self._reading.wait(seconds)
            except KeyboardInterrupt:
                self.stop()
                words = self._reading.progress["words"]
                raise ReadingInterrupted(words) from None
            if not self._waited_for and self._reading.state != "reading":
                # Once more from the cell that waits: a run of the whole notebook hears no other.
                self._waited_for = True
                self._kept_outputs.update()
        return self

    def stop(self) -> None:
        """Stop reading; what was read stays."""
        if self._reading is not None:
            self._reading.stop()
            self.progress = self._reading.progress  # its thread tells no more before its page ends

    def close(self) -> None:
        """Stop reading and take the widget from the notebook."""
        self.stop()
        if self._index is not None:
            self._index.close()
        super().close()

    def select(self, name: str) -> None:
        """Choose a block by its id, such as one of `matches`, and turn to its page.

        Args:
            name: The id; `-r2-c0` behind that of a table chooses the first cell of its third row.

        Raises:
            ConfigurationError: If no block of what was read has that id.
        """
        chosen = selection_named(self._pages, name)
        if name and chosen is None:
            raise ConfigurationError(
                f"No block is called {name!r}.", remedy="Take an id from matches."
            )
        if chosen is not None:
            self.page = chosen.page.number
        self.selected = name

    def search(self, query: str, where: Where | None = None) -> list[dict[str, Any]]:
        """Search all pages for plain text, once all are read, or the index.

        Args:
            query: What to search for.
            where: As the attribute; as before if not given.

        Returns:
            The matches, which are shown too; `hits` are those of an index.

        Raises:
            ConfigurationError: If there is no index to search.
        """
        self.wait()
        if (where or self.where) != "document":
            self._of_index()
        with self.hold_trait_notifications():
            self.where = where or self.where
            self.query = query
        return list(self.matches)

    @property
    def hits(self) -> list[Found]:
        """The hits of the index, best first, as its own search gives them."""
        return list(self._index.answered.hits) if self._index is not None else []

    def show(self, hit: Found) -> Self:
        """Open the document of a hit at its box.

        Raises:
            ConfigurationError: If there is no index, or it holds nothing of the document.
        """
        self._open(target_of(hit), self._of_index().place_of(hit))
        return self

    def __repr__(self) -> str:
        return f"OcrExplorer({shown_source(self._document.source)!r})"

    def on_select(self, call: OnSelect) -> None:
        """Call with the chosen block whenever the choice changes."""
        self._on_select.append(call)

    def to_html(self, path: str | Path) -> Path:
        """Save what the widget shows as one offline HTML file, once all is read."""
        return write_html(self.document, path, images=self._sources.usual)

    @traitlets.observe("query", "where")
    def _search(self, _change: dict[str, Any]) -> None:
        if self.where == "document":
            self._search_document()
        else:
            self._search_index()

    def _search_index(self) -> None:
        if self._index is None or not self._index.is_new(self.query, self.where):
            return
        answered = self._index.ask(self.query, self.where)
        with self.hold_sync():
            self.opened = -1
            self.matches = list(answered.entries)
            self.match_count = len(self.matches)
            self.notice = answered.reason

    def _open(self, target: Target, place: int) -> None:
        opened = self._of_index().open(target)
        self._sources = opened.sources
        self._take(opened.document)
        span = target.span
        number = span.page if span is not None and span.page in self._pages else min(self._pages)
        with self.hold_sync():
            self._tell_document()
            self.page = number
            here = span is not None and span.page == number
            self.selected = block_at(self._pages[number], span.box) if span and here else ""
            self.marked = list(target.words)
            self.opened = place
            self.notice = opened.notice
        self._kept_outputs.update()

    def _open_entry(self, place: object) -> None:
        """Open what an entry of the list leads to; why it cannot be is the notice."""
        targets = self._of_index().answered.targets
        if isinstance(place, int) and 0 <= place < len(targets):
            try:
                self._open(targets[place], place)
            except DsocrError as error:
                self.notice = str(error)

    def _of_index(self) -> IndexSearch:
        if self._index is not None:
            return self._index
        raise ConfigurationError(
            "This widget has no index to search.", remedy="Make it with OcrExplorer(index=…)."
        )

    def _search_document(self) -> None:
        if self._index is not None:
            self._index.forget_question()
        found = self._search_in.find(self._document, self.query)
        with self.hold_sync():
            self.matches = [dict(match) for match in found.matches]
            self.match_count = found.count
            self.notice = ""

    @traitlets.observe("selected")
    def _tell_selected(self, _change: dict[str, Any]) -> None:
        block = self.selected_block
        for call in self._on_select:
            call(block)

    def _hear(self) -> None:
        """Take in what the reading has come to; called from its thread."""
        if self._reading is None:
            return
        had_page = bool(self._pages)
        self._take(self._reading.document)
        with self.hold_sync():
            self._tell_document()
            self.progress = self._reading.progress
            self.heard = self._reading.heard
            if not had_page and self._pages:
                self.page = min(self._pages)
            if self._start is not None and self._start.page in self._pages:
                self.page = self._start.page
                self.selected = block_at(self._pages[self._start.page], self._start.box)
                self._start = None
        if self.query:
            self._search_document()
        if self._reading.state != "reading" or (self._pages and not had_page):
            self._kept_outputs.update()

    def _hear_text(self) -> None:
        if self._reading is not None:
            self.heard = self._reading.heard

    def _answer(self, _widget: Any, content: Any, _buffers: Any) -> None:
        if isinstance(content, dict) and content.get("kind") == "stop":
            self.stop()
        if isinstance(content, dict) and content.get("kind") == "open":
            self._open_entry(content.get("hit"))
            content = {**content, "kind": "hello"}
        answered = answer(content, self._document, self._sources)
        if answered is not None:
            self.send(answered.content, buffers=answered.buffers)

    def _kept(self) -> list[dict[str, Any]]:
        words = self.progress.get("words", "")
        return kept_bundles(self._document, self._sources.usual, self.output_id, words)

    def _ipython_display_(self) -> None:
        """Show what is kept, and the living viewer, which hides it, as outputs of their own.

        In one output, a notebook that is opened again shows that the widget is gone, and nothing
        else.
        """
        if not is_watched():
            self.wait()
        self._kept_outputs.show()
        view = super()._repr_mimebundle_()
        data = view[0] if isinstance(view, tuple) else view
        if data and _WIDGET_VIEW in data:
            show_outputs([{_WIDGET_VIEW: data[_WIDGET_VIEW]}])

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        """The widget, and its first page for places that cannot show it."""
        bundle = super()._repr_mimebundle_(**kwargs)
        if not bundle:
            return bundle
        data, *rest = bundle if isinstance(bundle, tuple) else (bundle,)
        data = {**data, "text/html": kept_html(self._document)}
        data["text/plain"] = repr(self)
        return (data, *rest) if rest else data


def _refuse_unknown(traits: dict[str, Any], known: Iterable[str]) -> None:
    for name in traits.keys() - set(known):
        raise ConfigurationError(
            f"OcrExplorer has no setting {name!r}.", remedy="Give document, images, height or page."
        )
