"""The index that an ingest keeps in step with its output folder."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from dsocr_integrations.records.identity import document_id

if TYPE_CHECKING:
    from dsocr_integrations.index.base import Index
    from dsocr_integrations.output.records import Manifest
    from dsocr_integrations.records.chunks import Chunk
    from dsocr_integrations.records.documents import Document
    from dsocr_integrations.runner import Runner
    from dsocr_integrations.sources import Source


class KeptIndex:
    """An index beside an output folder; where there is none, nothing is done.

    Args:
        index: The index, opened for writing.

    Attributes:
        put: Documents put into the index.
    """

    def __init__(self, index: Index | None) -> None:
        self.put = 0
        self._index = index
        self._roots: set[str] = set()
        self._held = {
            (one.doc_id, one.revision, one.fingerprint, one.chunks)
            for one in (index.documents() if index is not None else ())
        }

    def owns(self, file: Path) -> bool:
        """Whether a file is the index's own: its database, or what SQLite keeps beside that."""
        database = getattr(self._index, "path", None)
        if not isinstance(database, Path):
            return False
        names = {f"{database.name}{ending}" for ending in ("", "-wal", "-shm", ".vectors")}
        named = file if file.name in names else file.parent
        return named.name in names and named.parent.resolve() == database.parent.resolve()

    def remember_root(self, source: Source) -> None:
        """Let the index know what a local source is relative to, for the pictures of hits."""
        root = _root(source)
        if self._index is not None and root is not None and root not in self._roots:
            self._roots.add(root)
            self._index.add_root(root)

    def expect(self, source: Source, runner: Runner) -> None:
        """Refuse before a source is read what the index would refuse afterwards.

        Raises:
            IndexMismatchError: As `Index.upsert_document`.
        """
        if self._index is not None:
            reader = runner.reader_of(source)
            self._index.check_reading(
                document_id(source.uri), engine=reader.name, fingerprint=reader.fingerprint
            )

    def catch_up(self, manifest: Manifest, chunks: Iterable[Chunk]) -> None:
        """Put in a finished document that the index does not have as it stands.

        Args:
            manifest: The document.
            chunks: Its chunks; taken only where they are needed.
        """
        counted = manifest.counts.chunks
        if (
            manifest.doc_id,
            manifest.revision,
            manifest.fingerprint,
            counted,
        ) not in self._held:
            self.upsert(manifest, chunks)

    def upsert(self, document: Document | Manifest, chunks: Iterable[Chunk]) -> None:
        """Put in a document, in place of what the index has of it."""
        if self._index is None:
            return
        self._index.upsert_document(
            document.doc_id,
            chunks,
            revision=document.revision,
            engine=document.engine,
            fingerprint=document.fingerprint,
        )
        self.put += 1


def _root(source: Source) -> str | None:
    """The folder that a local source's name is relative to."""
    path, tail = source.path.as_posix(), f"/{source.uri}"
    if source.spooled is not None or not path.endswith(tail):
        return None
    return path.removesuffix(tail) or "/"
