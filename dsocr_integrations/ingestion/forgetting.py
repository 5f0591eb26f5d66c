"""Erasing a document everywhere: index, output folder, page cache, cached vectors."""

from __future__ import annotations

import contextlib
import os
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydantic import ValidationError

from dsocr_integrations.errors import SourceNotFoundError
from dsocr_integrations.output import OutputFolder
from dsocr_integrations.output.folder_names import VIEW_FILE
from dsocr_integrations.output.places import STAGING
from dsocr_integrations.preview.index_page import write_index_page
from dsocr_integrations.records.identity import document_id
from dsocr_integrations.sources.names import holder_of

if TYPE_CHECKING:
    from dsocr_integrations.index.base import Index, IndexedDocument
    from dsocr_integrations.output.records import FailureRecord, Manifest
    from dsocr_integrations.records.chunks import Chunk
    from dsocr_integrations.runner.cache import PageCache


@dataclass(frozen=True)
class Forgotten:
    """What was erased of a document and of what was attached to it.

    Attributes:
        doc_id: The document.
        files: Files of the output folder, the page of `dsocr view` among them.
        chunks: Chunks of the index.
        entries: Entries of the page cache, whatever version of the document they were of.
        vectors: Cached vectors. They do not say whose text they are of, old versions' included,
            so all go but those of texts that other documents of the index or folder have.
        also: Sources of other documents with the same bytes, such as older names of this one;
            they are left as they are.
    """

    doc_id: str
    files: int = 0
    chunks: int = 0
    entries: int = 0
    vectors: int = 0
    also: tuple[str, ...] = ()

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

    What was read from its attachments goes with it.

    Two names of the same bytes are two documents: the others are named in the answer, each to be
    forgotten by itself. Copies that the caller made, backups and the source are the caller's to
    remove.

    Args:
        document: Its id, or its source as recorded.
        output: Output folder.
        index: Index, opened for writing.
        cache: Page cache; the vectors beside it go too, but those of other documents' texts.
    """
    doc_id = _doc_id(document)
    revisions: set[str] = set()
    files = chunks = entries = vectors = 0
    folder = OutputFolder(output) if isinstance(output, str | os.PathLike) else output
    for one, source in {**_attached_to(doc_id, index, folder), doc_id: document}.items():
        versions: set[str] = set()
        if index is not None:
            versions |= {known.revision for known in index.documents() if known.doc_id == one}
            chunks += index.forget(one)
        if folder is not None:
            manifest, failure = folder.manifest(one, source), folder.failure(one)
            versions |= {record.revision for record in (manifest, failure) if record is not None}
            files += _erase_files(folder, one)
        if cache is not None:
            entries += cache.forget(one, versions - {""})
        revisions |= versions
    if cache is not None:
        vectors = _erase_vectors(cache, index, folder)
    also = _same_bytes(revisions - {""}, index, folder)
    return Forgotten(doc_id, files, chunks, entries, vectors, also)


def _attached_to(doc_id: str, index: Index | None, folder: OutputFolder | None) -> dict[str, str]:
    """Id and source of each document that was attached to one, or to what was attached to it."""
    known: list[IndexedDocument | Manifest | FailureRecord] = []
    if index is not None:
        known.extend(index.documents())
    if folder is not None:
        known.extend([*folder.manifests(), *folder.failures()])
    return {one.doc_id: one.source for one in known if doc_id in _holders(one.source)}


def _holders(source: str) -> Iterator[str]:
    """Ids of the documents that one was taken out of."""
    holder = holder_of(source)
    while holder is not None:
        yield document_id(holder)
        holder = holder_of(holder)


def _erase_files(folder: OutputFolder, doc_id: str) -> int:
    erased = folder.delete(doc_id)
    folder.tree.delete(f"{STAGING}/{doc_id}")
    if erased and folder.tree.read(VIEW_FILE) is not None:
        folder.tree.delete(VIEW_FILE)
        erased += 1
    if erased and folder.has_index_page():
        write_index_page(folder)
    return erased


def _erase_vectors(cache: PageCache, index: Index | None, folder: OutputFolder | None) -> int:
    if not cache.is_local:
        return 0
    from dsocr_integrations.index.embedders.vector_cache import VectorCache
    from dsocr_integrations.index.text_vectors import text_hash

    vectors = VectorCache(cache.root)
    if not vectors.path.exists():
        return 0
    return vectors.keep({bytes.fromhex(text_hash(chunk)) for chunk in _chunks(index, folder)})


def _chunks(index: Index | None, folder: OutputFolder | None) -> Iterator[Chunk]:
    """The chunks of all documents that are left."""
    if index is not None:
        yield from index.chunks()
    if folder is not None:
        for manifest in folder.manifests():
            # A damaged document is written anew by the next run; its texts are embedded again.
            with contextlib.suppress(SourceNotFoundError, ValidationError):
                yield from folder.chunks(manifest.doc_id)


def _same_bytes(
    revisions: set[str], index: Index | None, folder: OutputFolder | None
) -> tuple[str, ...]:
    """Sources of the documents left that were read from the same bytes."""
    left: list[IndexedDocument | Manifest] = [] if index is None else [*index.documents()]
    if folder is not None:
        left.extend(folder.manifests())
    return tuple(sorted({one.source for one in left if one.revision in revisions}))


def _doc_id(document: str) -> str:
    try:
        return str(uuid.UUID(document))
    except ValueError:
        return document_id(document)
