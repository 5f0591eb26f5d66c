"""What the viewer and Python both know of what is shown, and how they tell each other."""

from __future__ import annotations

from typing import Any, get_args

import anywidget
import traitlets

from dsocr_integrations.jupyter.cells import answer_beside_cells
from dsocr_integrations.jupyter.indexed_documents import PLACES
from dsocr_integrations.jupyter.summary import document_stats
from dsocr_integrations.preview.assets import viewer_module, viewer_style
from dsocr_integrations.preview.page_view import document_view
from dsocr_integrations.preview.saved_files import Form
from dsocr_integrations.records.documents import Document, Page


class ViewerState(anywidget.AnyWidget):
    """The viewer's model: a document without its pages, and the state of what is looked at.

    Bulk goes one way and is not sent back; pages and pictures are answers to questions.
    """

    _esm = viewer_module()
    _css = viewer_style()

    document_view = traitlets.Dict().tag(sync=True, echo_update=False)
    page = traitlets.Int(0).tag(sync=True)
    selected = traitlets.Unicode("").tag(sync=True)
    query = traitlets.Unicode("").tag(sync=True)
    where = traitlets.Enum(list(PLACES), "document").tag(sync=True)
    places: traitlets.List[list[str]] = traitlets.List().tag(sync=True)
    matches: traitlets.List[dict[str, Any]] = traitlets.List().tag(sync=True, echo_update=False)
    match_count = traitlets.Int(0).tag(sync=True)
    opened = traitlets.Int(-1).tag(sync=True)
    marked: traitlets.List[str] = traitlets.List().tag(sync=True, echo_update=False)
    notice = traitlets.Unicode("").tag(sync=True)
    stats = traitlets.Dict().tag(sync=True, echo_update=False)
    progress = traitlets.Dict().tag(sync=True, echo_update=False)
    heard = traitlets.Dict().tag(sync=True, echo_update=False)
    height = traitlets.Int(640).tag(sync=True)
    forms: traitlets.List[str] = traitlets.List(list(get_args(Form))).tag(sync=True)
    output_id = traitlets.Unicode("").tag(sync=True)

    _document: Document
    _pages: dict[int, Page]

    def _take(self, document: Document) -> None:
        self._document = document
        self._pages = {page.number: page for page in document.pages}

    def _tell_document(self) -> None:
        self.document_view = document_view(self._document)
        self.stats = document_stats(self._document)

    @traitlets.validate("page")
    def _known_page(self, proposal: dict[str, Any]) -> int:
        number = int(proposal["value"])
        if number in self._pages or not self._pages:
            return number
        raise traitlets.TraitError(f"Page {number} was not read; there is no sheet to show.")

    def _send(self, msg: Any, buffers: Any = None) -> None:
        super()._send(msg, buffers)
        answer_beside_cells(self.comm)
