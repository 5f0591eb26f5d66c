"""What an index is: chunks in, cited hits out.

The protocol is small on purpose, so that another store can stand behind it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, Protocol, Self

from dsocr_integrations.index.filtering import SearchFilters
from dsocr_integrations.index.found import Found
from dsocr_integrations.index.structure_search import StructureHits
from dsocr_integrations.index.structures import StructureMode, StructureNotation
from dsocr_integrations.records.cards import Card, Fact
from dsocr_integrations.records.chunks import Chunk, ChunkSpan

if TYPE_CHECKING:
    from dsocr_integrations.index.embedders import Embedder

SearchMode = Literal["lexical", "hybrid"]
"""`lexical`: full text only, no embedder. `hybrid`: full text and vectors, fused."""

Evidence = Literal["exact", "lexical", "vector"]
"""Why a chunk was found: a number, code or molecule as typed; its words; its meaning."""


@dataclass(frozen=True)
class Hit(Card, Found):
    """A chunk that answers a query.

    Attributes:
        chunk: The chunk with its provenance (source, pages, boxes, engine).
        score: How much of the query it holds, in [0, 1]; 1 for the molecule asked for. It does
            not depend on what else was found; `docs/indexes.md` says how it is made.
        mode: How the index looked: `lexical` when it has no embedder.
        found_by: The ways of looking that found the chunk.
        similarity: Cosine of query and chunk, where vectors were compared.
        coverage: Share of the query's words, each weighed by how rare it is in the index, that
            stand in the chunk, its caption, headings, title or file name; in [0, 1].
        rerank_score: What the reranker gave it, in its own unit; the order goes by it then.
        highlights: Where the query's words stand in `chunk.text`: ranges of characters, start
            included, end not; other forms of a word count. Empty for a hit by meaning alone.
        roots: Folders that the chunk's source may be relative to, for `crop`.
    """

    chunk: Chunk
    score: float
    mode: SearchMode
    found_by: tuple[Evidence, ...] = ()
    similarity: float | None = None
    coverage: float | None = None
    rerank_score: float | None = None
    highlights: tuple[tuple[int, int], ...] = ()
    roots: tuple[str, ...] = field(default=(), repr=False, compare=False)

    # Named here, as what a dataclass writes of itself would come first.
    _repr_pretty_ = Card._repr_pretty_

    @property
    def span(self) -> ChunkSpan:
        """Page and box of the words that were found; all of the chunk's are in `chunk.spans`."""
        return self.chunk.span_of(self.highlights)

    def facts(self) -> Iterable[Fact]:
        """What its card in a notebook tells."""
        yield "score", f"{self.score:.2f}, {self.mode}"
        yield "found by", ", ".join(self.found_by)
        yield "box", self.span.box
        yield from (fact for fact in self.chunk.facts() if fact[0] != "box")


NoHitsKind = Literal["empty_query", "empty_index", "filters", "words", "score"]


@dataclass(frozen=True)
class NoHits:
    """Why a query found nothing.

    Attributes:
        kind: `empty_query`; `empty_index`; `filters` when they leave nothing that would be
            found without them; `words` when no chunk holds any of the query's words; `score` when
            the best one scores less than was asked for.
        message: The same as a sentence, naming filter or words, and what could be done.
    """

    kind: NoHitsKind
    message: str


class Hits(list[Hit]):
    """The hits of a query, best first; a list that says why it is empty.

    Attributes:
        reason: Why nothing was found; `None` when something was.
    """

    def __init__(self, hits: Iterable[Hit] = (), reason: NoHits | None = None) -> None:
        super().__init__(hits)
        self.reason = reason


@dataclass(frozen=True)
class IndexedDocument:
    """A document as the index knows it.

    Attributes:
        doc_id: The document's id.
        source: The source URI or path as recorded; empty for a document without chunks.
        revision: SHA-256 of the bytes that were read.
        engine: Engine that read it.
        fingerprint: The reading versions it was read with.
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
        mapped: Vectors in the file beside an SQLite index, which searches map into memory
            rather than read; further ones are read.
        notice: What the index says of its own size, once it has outgrown its backend, and why
            vectors are kept in memory that should be mapped.
    """

    documents: int
    chunks: int
    vectors: int
    kinds: Mapping[str, int] = field(default_factory=dict)
    engines: Mapping[str, int] = field(default_factory=dict)
    embedder: str | None = None
    dimension: int | None = None
    mode: SearchMode = "lexical"
    mapped: int = 0
    notice: str | None = None


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

    def check_reading(self, document_id: str, *, engine: str, fingerprint: str) -> None:
        """Raise before a document is read what `upsert_document` would raise afterwards."""
        ...

    def delete_document(self, document_id: str) -> int:
        """Remove a document; returns the number of chunks removed."""
        ...

    def prune(self, root: str, seen: Collection[str]) -> list[IndexedDocument]:
        """Remove the documents under a root whose ids are not among those seen; returns them."""
        ...

    def forget(self, document_id: str) -> int:
        """Remove a document so that nothing of it can be recovered; returns its chunks."""
        ...

    def search(
        self,
        query: str,
        k: int = 5,
        filters: SearchFilters | None = None,
        *,
        min_score: float = 0.0,
        per_page: int | None = None,
    ) -> Hits:
        """Find the `k` best chunks; the query is plain text, never query syntax.

        Args:
            query: Words, numbers, codes or a question.
            k: How many hits at most.
            filters: What a hit must satisfy.
            min_score: Least score of a hit, in [0, 1].
            per_page: How many hits of one page at most. By default two, or four
                tenths of `k`, come before those of other pages, and further ones where nothing else
                is left.

        Returns:
            Hits, best first; each says whether the search was lexical or hybrid. Without any,
            `reason` says why.
        """
        ...

    def search_structure(
        self,
        query: str,
        mode: StructureMode = "substructure",
        *,
        k: int = 10,
        filters: SearchFilters | None = None,
        notation: StructureNotation = "auto",
        min_similarity: float = 0.0,
        seconds: float = 5.0,
    ) -> StructureHits:
        """Find molecules by structure: SMILES, SMARTS, molfile or InChIKey."""
        ...

    def get(self, chunk_id: str) -> Chunk | None:
        """Return one chunk by id."""
        ...

    def chunks(self, filters: SearchFilters | None = None) -> Iterator[Chunk]:
        """Yield the chunks that satisfy filters: by source, then in reading order."""
        ...

    def neighbours(self, chunk_id: str, before: int = 1, after: int = 1) -> list[Chunk]:
        """Return a chunk between those around it in its document, in reading order."""
        ...

    def documents(self) -> list[IndexedDocument]:
        """List the documents, ordered by source."""
        ...

    def add_root(self, root: str) -> None:
        """Remember a folder that sources are relative to, so that hits can show them."""
        ...

    def roots(self) -> tuple[str, ...]:
        """The folders that sources may be relative to, in the order they were added."""
        ...

    def stats(self) -> IndexStats:
        """Count what is stored."""
        ...

    def verify(self) -> tuple[str, ...]:
        """Check that every part of the store agrees; one sentence for each problem."""
        ...

    def repair(self) -> tuple[str, ...]:
        """Mend what `verify` names; one sentence for each thing done."""
        ...

    def reindex(self, embedder: Embedder | None) -> int:
        """Embed every chunk anew and remember the embedder; `None` makes the index lexical.

        Returns:
            The number of vectors stored.
        """
        ...

    def close(self) -> None:
        """Release the store."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(self, *error: object) -> None: ...
