"""The documents of an index in the viewer: listed, searched, and opened where a hit stands."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from dsocr_integrations.errors import ConfigurationError, DsocrError
from dsocr_integrations.index import open_index
from dsocr_integrations.index.base import Hit, Index, IndexedDocument
from dsocr_integrations.index.filtering import SearchFilters
from dsocr_integrations.index.found import Found
from dsocr_integrations.index.structures import StructureMode
from dsocr_integrations.jupyter.index_entries import (
    document_entry,
    found_words,
    hit_entries,
    molecule_entry,
)
from dsocr_integrations.jupyter.indexed_pages import document_of_chunks
from dsocr_integrations.output import OutputFolder
from dsocr_integrations.output.evidence_crops import source_of
from dsocr_integrations.output.records import Manifest
from dsocr_integrations.preview.folder import images_of_folder
from dsocr_integrations.preview.page_sources import PageSources
from dsocr_integrations.preview.pictures import PageImages
from dsocr_integrations.records.chunks import Chunk, ChunkKind, ChunkSpan
from dsocr_integrations.records.documents import Document

Where = Literal["document", "text", "tables", "substructure", "similarity"]

PLACES: dict[Where, tuple[str, str]] = {
    "document": ("this document", "Search this document"),
    "text": ("the index", "Search the index"),
    "tables": ("tables of the index", "Search tables of the index"),
    "substructure": ("molecules with a part", "SMILES of the part"),
    "similarity": ("similar molecules", "SMILES of a molecule"),
}
"""What can be searched where there is an index, in words, and what is typed for it."""

HITS = 50
DOCUMENTS = 500


@dataclass(frozen=True)
class Target:
    """What opens when an entry of the list is chosen.

    Attributes:
        doc_id: The document.
        span: Where in it; its beginning if not given.
        words: What is marked there, as printed.
    """

    doc_id: str
    span: ChunkSpan | None = None
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Answered:
    """What the index answered.

    Attributes:
        hits: The hits, best first.
        entries: What the viewer lists: `title`, `page`, `kind` and `runs` each.
        targets: What each entry opens.
        reason: Why there is none, or not all, as a sentence.
    """

    hits: tuple[Found, ...] = ()
    entries: tuple[dict[str, Any], ...] = ()
    targets: tuple[Target, ...] = ()
    reason: str = ""


@dataclass(frozen=True)
class Opened:
    """A document of the index, as far as it is still there.

    Attributes:
        document: From the output folder, else put together from the index.
        sources: Gives the pictures of its pages.
        notice: What is missing, and why; empty where nothing is.
    """

    document: Document
    sources: PageSources
    notice: str


class IndexedDocuments:
    """Searches an index and opens its documents.

    Args:
        index: The index, which must stay open meanwhile, or where it is.
        folder: The output folder of the same ingest, where documents are whole.
    """

    def __init__(
        self, index: Index | str | Path, folder: OutputFolder | str | Path | None = None
    ) -> None:
        self._opened_here = isinstance(index, str | Path)
        self._index = (
            open_index(index, embedder="auto", create=False)
            if isinstance(index, str | Path)
            else index
        )
        self._folder = OutputFolder(folder) if isinstance(folder, str | Path) else folder

    def close(self) -> None:
        """Release the index, if it was opened here."""
        if self._opened_here:
            self._index.close()

    def answer(self, query: str, where: Where) -> Answered:
        """Search; an empty query lists the documents."""
        try:
            if not query.strip():
                return self._listed()
            if where == "substructure" or where == "similarity":  # noqa: PLR1714 - narrows the type
                return self._structures(query.strip(), where)
            return self._passages(query, ("table", "chart") if where == "tables" else None)
        except DsocrError as error:
            return Answered(reason=str(error))

    def open(self, target: Target) -> Opened:
        """Open a document at what was found.

        Raises:
            ConfigurationError: If the index holds nothing of it any more.
        """
        chunks = list(self._index.chunks(SearchFilters(doc_id=target.doc_id)))
        if not chunks:
            raise ConfigurationError(
                "The index holds nothing of this document any more.", remedy="Search again."
            )
        whole = self._whole(chunks[0])
        notice = "" if whole else "Only what the index holds of this document is shown."
        try:
            source = source_of(chunks[0], roots=self._index.roots())
            sources = PageSources.of_source(source)
        except DsocrError as error:
            sources = PageSources.of_images(self._kept_images(whole))
            notice = " ".join(filter(None, ("" if whole else str(error), notice)))
        return Opened(whole or document_of_chunks(chunks), sources, notice)

    def _whole(self, chunk: Chunk) -> Document | None:
        """The document in the folder, if it was read from the same bytes."""
        if self._folder is None:
            return None
        manifest = self._folder.manifest(chunk.doc_id)
        if manifest is None or manifest.revision != chunk.revision:
            return None
        return self._folder.document(chunk.doc_id)

    def _kept_images(self, whole: Document | None) -> PageImages:
        if whole is None or self._folder is None:
            return _no_image
        return images_of_folder(self._folder)

    def _listed(self) -> Answered:
        documents = self._index.documents()
        shown = [one for one in documents if one.chunks][:DOCUMENTS]
        left = len(documents) - len(shown)
        return Answered(
            entries=tuple(document_entry(one, self._manifest(one)) for one in shown),
            targets=tuple(Target(one.doc_id) for one in shown),
            reason=f"{left} more documents are not listed; search for them." if left else "",
        )

    def _manifest(self, one: IndexedDocument) -> Manifest | None:
        """What the folder says of a document; of a store, it would be asked once a document."""
        if self._folder is None or self._folder.local_root is None:
            return None
        return self._folder.manifest(one.doc_id, one.source)

    def _passages(self, query: str, kinds: tuple[ChunkKind, ...] | None) -> Answered:
        found = self._index.search(query, HITS + 1, SearchFilters(kind=kinds))
        hits = tuple(found)[:HITS]
        return Answered(
            hits=hits,
            entries=tuple(hit_entries(hits, query)),
            targets=tuple(map(target_of, hits)),
            reason=found.reason.message if found.reason else _more_than_listed(len(found)),
        )

    def _structures(self, query: str, mode: StructureMode) -> Answered:
        found = self._index.search_structure(query, mode, k=HITS + 1)
        hits = found.hits[:HITS]
        slow = "" if found.complete else "Time ran out before all molecules were compared."
        return Answered(
            hits=hits,
            entries=tuple(map(molecule_entry, hits)),
            targets=tuple(map(target_of, hits)),
            reason=found.reason or slow or _more_than_listed(len(found.hits)),
        )


def target_of(hit: Found) -> Target:
    """Where a hit opens."""
    if isinstance(hit, Hit):
        return Target(hit.chunk.doc_id, hit.span, found_words(hit))
    return Target(hit.chunk.doc_id, hit.chunk.spans[0], (hit.chunk.smiles or "",))


def _more_than_listed(found: int) -> str:
    return f"Only the first {HITS} hits are listed; there are more." if found > HITS else ""


def _no_image(_document: Document, _page: object) -> None:
    return None
