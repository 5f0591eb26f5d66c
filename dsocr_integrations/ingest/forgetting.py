"""Erasing a document everywhere: index, output folder, page cache, cached vectors."""

from __future__ import annotations

import os
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dsocr_integrations.identity import document_id
from dsocr_integrations.output import OutputFolder
from dsocr_integrations.output.writer import STAGING

if TYPE_CHECKING:
    from dsocr_integrations.cache import PageCache
    from dsocr_integrations.index.base import Index

VIEW_FILE = "index.html"
"""The page that `dsocr view` writes; it holds every document of the folder."""


@dataclass(frozen=True)
class Forgotten:
    """What was erased of a document.

    Attributes:
        doc_id: The document.
        files: Files of the output folder, the folder's own HTML page among them.
        chunks: Chunks of the index.
        entries: Entries of the page cache, whatever version of the document they were of.
        vectors: Cached vectors; all of them go, because they do not say whose text they are of.
    """

    doc_id: str
    files: int = 0
    chunks: int = 0
    entries: int = 0
    vectors: int = 0

    @property
    def anything(self) -> bool:
        """Whether there was something of the document itself."""
        return bool(self.files or self.chunks or self.entries)


def forget(
    document: str,
    output: str | os.PathLike[str] | OutputFolder | None = None,
    *,
    index: Index | None = None,
    cache: PageCache | None = None,
) -> Forgotten:
    """Erase a document so that nothing of it can be read any more, old versions included.

    A document that had another name before is erased under each name by itself. Copies that
    the caller made, backups and the source are the caller's to remove.

    Args:
        document: Its id, or its source as recorded.
        output: Output folder.
        index: Index, opened for writing.
        cache: Page cache; the vectors beside it go too.
    """
    doc_id = _doc_id(document)
    revisions: set[str] = set()
    files = chunks = entries = vectors = 0
    if index is not None:
        revisions |= {one.revision for one in index.documents() if one.doc_id == doc_id}
        chunks = index.forget(doc_id)
    if output is not None:
        folder = output if isinstance(output, OutputFolder) else OutputFolder(output)
        manifest, failure = folder.manifest(doc_id), folder.failure(doc_id)
        revisions |= {record.revision for record in (manifest, failure) if record is not None}
        files = _erase_files(folder, doc_id)
    if cache is not None:
        entries = cache.forget(doc_id, revisions - {""})
        vectors = _erase_vectors(cache)
    return Forgotten(doc_id, files, chunks, entries, vectors)


def _erase_files(folder: OutputFolder, doc_id: str) -> int:
    erased = folder.delete(doc_id)
    folder.tree.delete(f"{STAGING}/{doc_id}")
    if erased and folder.tree.read(VIEW_FILE) is not None:
        folder.tree.delete(VIEW_FILE)
        erased += 1
    return erased


def _erase_vectors(cache: PageCache) -> int:
    if not cache.is_local:
        return 0
    from dsocr_integrations.index.embedders.vector_cache import VectorCache

    return VectorCache(cache.root).clear()


def _doc_id(document: str) -> str:
    try:
        return str(uuid.UUID(document))
    except ValueError:
        return document_id(document)
