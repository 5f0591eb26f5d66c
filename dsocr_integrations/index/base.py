"""What an index is: chunks in, cited hits out.

The protocol is small on purpose, so that another store can stand behind it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Literal, Protocol, Self

from dsocr_integrations.documents import Chunk, ChunkKind

SearchMode = Literal["lexical", "hybrid"]
"""`lexical`: full text only, no embedder. `hybrid`: full text and vectors, fused."""

Evidence = Literal["exact", "lexical", "vector"]
"""Why a chunk was found: a number, code or molecule as typed; its words; its meaning."""


@dataclass(frozen=True)
class SearchFilters:
    """What a hit must satisfy; a field left `None` does not filter.

    Attributes:
        doc_id: The document it comes from.
        source: The source URI or path as recorded.
        page: 1-based page that the chunk touches.
        kind: What the chunk holds.
        engine: Name of the engine that read it.
        trusted: True for chunks without a quality flag, False for flagged ones only.
    """

    doc_id: str | None = None
    source: str | None = None
    page: int | None = None
    kind: ChunkKind | None = None
    engine: str | None = None
    trusted: bool | None = None


@dataclass(frozen=True)
class Hit:
    """A chunk that answers a query.

    Attributes:
        chunk: The chunk with its provenance (source, pages, boxes, engine).
        score: Fused rank score in (0, 1]; 1 means first by every way of looking.
        mode: How the index looked: `lexical` when it has no embedder.
        found_by: The ways of looking that found the chunk.
        similarity: Cosine of query and chunk, where vectors were compared.
    """

    chunk: Chunk
    score: float
    mode: SearchMode
    found_by: tuple[Evidence, ...] = ()
    similarity: float | None = None


@dataclass(frozen=True)
class IndexedDocument:
    """A document as the index knows it.

    Attributes:
        doc_id: The document's id.
        source: The source URI or path as recorded; empty for a document without chunks.
        revision: SHA-256 of the bytes that were read.
        engine: Engine that read it.
        fingerprint: The engine's fingerprint.
        chunks: Number of its chunks.
    """

    doc_id: str
    source: str
    revision: str
    engine: str
    fingerprint: str
    chunks: int


@dataclass(frozen=True)
class IndexStats:
    """Counts, and what the index was built with.

    Attributes:
        documents: Number of documents.
        chunks: Number of chunks.
        vectors: Number of chunks with a vector.
        kinds: Chunks of each kind.
        engines: Documents of each engine, keyed `name` (mixed fingerprints counted together).
        embedder: Name of the embedder, `None` for a lexical index.
        dimension: Length of a vector.
        mode: How a search on the index as opened looks.
    """

    documents: int
    chunks: int
    vectors: int
    kinds: Mapping[str, int] = field(default_factory=dict)
    engines: Mapping[str, int] = field(default_factory=dict)
    embedder: str | None = None
    dimension: int | None = None
    mode: SearchMode = "lexical"


class Index(Protocol):
    """A store of chunks that can be searched; closed by leaving its `with` block."""

    @property
    def mode(self) -> SearchMode:
        """How `search` looks: `lexical` without an embedder."""
        ...

    def upsert_document(
        self,
        document_id: str,
        chunks: Iterable[Chunk],
        *,
        revision: str,
        engine: str,
        fingerprint: str,
    ) -> int:
        """Put a document's chunks in place of what is stored for it, all or nothing.

        Returns:
            The number of chunks written; unchanged ones are left alone and not counted.

        Raises:
            IndexMismatchError: If the index holds readings of another engine, or was built
                with another embedder.
        """
        ...

    def delete_document(self, document_id: str) -> int:
        """Remove a document; returns the number of chunks removed."""
        ...

    def search(self, query: str, k: int = 5, filters: SearchFilters | None = None) -> list[Hit]:
        """Find the `k` best chunks; the query is plain text, never query syntax."""
        ...

    def get(self, chunk_id: str) -> Chunk | None:
        """Return one chunk by id."""
        ...

    def documents(self) -> list[IndexedDocument]:
        """List the documents, ordered by source."""
        ...

    def stats(self) -> IndexStats:
        """Count what is stored."""
        ...

    def verify(self) -> tuple[str, ...]:
        """Check that every part of the store agrees; one sentence for each problem."""
        ...

    def close(self) -> None:
        """Release the store."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...
