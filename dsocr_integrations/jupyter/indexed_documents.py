"""The documents of an index in the viewer: listed, searched, and opened where a hit stands."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from dsocr_integrations.errors import ConfigurationError, DsocrError
from dsocr_integrations.index import open_index
from dsocr_integrations.index.base import Hit, Index, IndexedDocument
from dsocr_integrations.index.filtering import SearchFilters
from dsocr_integrations.index.found import Found
from dsocr_integrations.index.structures import StructureMode
from dsocr_integrations.jupyter.indexed_pages import document_of_chunks
from dsocr_integrations.output import OutputFolder
from dsocr_integrations.output.evidence_crops import source_of
from dsocr_integrations.output.records import Manifest
from dsocr_integrations.preview.folder import images_of_folder
from dsocr_integrations.preview.inline_text import Run
from dsocr_integrations.preview.names import given_title
from dsocr_integrations.preview.page_sources import PageSources
from dsocr_integrations.preview.pictures import PageImages
from dsocr_integrations.preview.plain_text import clean
from dsocr_integrations.records.cards import counted, shown_source
from dsocr_integrations.records.chunks import Chunk, ChunkKind, ChunkSpan
from dsocr_integrations.records.documents import Document

Where = Literal["document", "text", "tables", "substructure", "similarity"]

PLACES: dict[Where, str] = {
    "document": "this document",
    "text": "the index",
    "tables": "tables of the index",
    "substructure": "molecules with this part (SMILES)",
    "similarity": "molecules like this (SMILES)",
}
"""What can be searched where there is an index, in words."""

HITS = 50
DOCUMENTS = 500
BEFORE, AFTER = 60, 160
"""Characters of an excerpt on either side of where what was found begins."""


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
            entries=tuple(_document_entry(one, self._manifest(one)) for one in shown),
            targets=tuple(Target(one.doc_id) for one in shown),
            reason=f"{left} more documents are not listed; search for them." if left else "",
        )

    def _manifest(self, one: IndexedDocument) -> Manifest | None:
        """What the folder says of a document; of a store, it would be asked once a document."""
        if self._folder is None or self._folder.local_root is None:
            return None
        return self._folder.manifest(one.doc_id, one.source)

    def _passages(self, query: str, kinds: tuple[ChunkKind, ...] | None) -> Answered:
        hits = self._index.search(query, HITS, SearchFilters(kind=kinds))
        return Answered(
            hits=tuple(hits),
            entries=tuple(_hit_entry(hit.chunk, hit.span, _excerpt(hit)) for hit in hits),
            targets=tuple(Target(hit.chunk.doc_id, hit.span, _words(hit)) for hit in hits),
            reason=hits.reason.message if hits.reason else "",
        )

    def _structures(self, query: str, mode: StructureMode) -> Answered:
        found = self._index.search_structure(query, mode, k=HITS)
        slow = "Time ran out before all molecules were compared."
        return Answered(
            hits=found.hits,
            entries=tuple(
                _hit_entry(hit.chunk, hit.chunk.spans[0], _molecule(hit.chunk, hit.similarity))
                for hit in found.hits
            ),
            targets=tuple(
                Target(hit.chunk.doc_id, hit.chunk.spans[0], (hit.smiles,)) for hit in found.hits
            ),
            reason=found.reason or ("" if found.complete else slow),
        )


def target_of(hit: Found) -> Target:
    """Where a hit opens."""
    if isinstance(hit, Hit):
        return Target(hit.chunk.doc_id, hit.span, _words(hit))
    return Target(hit.chunk.doc_id, hit.chunk.spans[0], (hit.chunk.smiles or "",))


def _no_image(_document: Document, _page: object) -> None:
    return None


def _document_entry(one: IndexedDocument, manifest: Manifest | None) -> dict[str, Any]:
    source = shown_source(one.source)
    title = given_title(manifest.title) if manifest else ""
    holds = [counted(one.chunks, "chunk")]
    if manifest:
        counts = manifest.counts
        holds = [
            counted(counts.pages, "page"),
            counted(counts.tables, "table"),
            counted(counts.figures, "figure"),
            counted(counts.errors, "failure"),
        ]
    facts = [source if title else "", ", ".join(filter(None, holds)), f"read by {one.engine}"]
    return {
        "title": clean(title or source, 300),
        "page": 0,
        "kind": "",
        "doubtful": bool(manifest and manifest.untrusted),
        "runs": [{"text": clean(" · ".join(filter(None, facts)), 300)}],
    }


def _hit_entry(chunk: Chunk, span: ChunkSpan, runs: Iterable[Run]) -> dict[str, Any]:
    return {
        "title": clean(chunk.title or shown_source(chunk.source), 300),
        "page": span.page,
        "kind": chunk.kind,
        "doubtful": not chunk.trusted,
        "runs": [run for run in runs if run["text"]],
    }


def _words(hit: Hit) -> tuple[str, ...]:
    """The words that were found, each once."""
    return tuple(dict.fromkeys(hit.chunk.text[a:b] for a, b in hit.highlights))


def _molecule(chunk: Chunk, similarity: float | None) -> Iterator[Run]:
    yield {"text": clean(chunk.smiles or "", 300), "style": "code"}
    likeness = "" if similarity is None else f"{similarity:.0%} alike"
    caption = chunk.caption or ""
    yield {"text": clean("".join(f" · {said}" for said in (likeness, caption) if said), 300)}


def _excerpt(hit: Hit) -> list[Run]:
    """What stands around the first of what was found, its words marked."""
    chunk = hit.chunk
    if chunk.kind == "molecule":
        return list(_molecule(chunk, None))
    start, end = _window(chunk, hit.highlights[0][0] if hit.highlights else 0)
    runs: list[Run] = [{"text": "… " if start and chunk.table is None else ""}]
    at = start
    for begin, stop in hit.highlights:
        if at <= begin and stop <= end:
            runs.append({"text": _on_one_line(chunk.text[at:begin])})
            runs.append({"text": _on_one_line(chunk.text[begin:stop]), "style": "mark"})
            at = stop
    runs.append({"text": _on_one_line(chunk.text[at:end])})
    runs.append({"text": " …" if end < len(chunk.text) and chunk.table is None else ""})
    if chunk.table is not None and chunk.caption:
        runs.insert(0, {"text": f"{clean(chunk.caption, 200).rstrip(' .:')} — "})
    return runs


def _window(chunk: Chunk, at: int) -> tuple[int, int]:
    """What to show of a text: whole words around a place, or of a table the row with it."""
    text = chunk.text
    if chunk.table is not None:
        start, end = text.rfind("\n", 0, at) + 1, text.find("\n", at)
        row = text[start : end if end >= 0 else len(text)]
        inside = row.strip("| ")
        start += row.find(inside)
        return start, start + len(inside)
    start, end = max(0, at - BEFORE), min(len(text), at + AFTER)
    if start:
        start = next((m.end() for m in re.finditer(r"\s", text[start:at])), 0) + start
    if end < len(text):
        end = max((text.rfind(blank, at, end) for blank in " \n"), default=-1) + 1 or end
    return start, end


def _on_one_line(text: str) -> str:
    """Text without line breaks and without the lines of a table."""
    line = re.sub(r"\s*\|\s*", " · ", clean(text))
    return re.sub(r"\s+", " ", line)
