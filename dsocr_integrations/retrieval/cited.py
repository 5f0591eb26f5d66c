"""A chunk of an index as it is cited: where to look, and how it was found."""

from __future__ import annotations

from dataclasses import dataclass, replace

from dsocr_integrations.index.base import Hit, SearchMode
from dsocr_integrations.index.structure_search import StructureHit
from dsocr_integrations.index.structures import StructureMode
from dsocr_integrations.passages import Passage, Scalar, chunk_passage
from dsocr_integrations.records.chunks import BOX_KEYS, Chunk, ChunkSpan


@dataclass(frozen=True)
class Cited:
    """A chunk with the place to cite and what is known of how it was found.

    Attributes:
        chunk: The chunk.
        place: Page and box of what was found; all of the chunk's are in `chunk.spans`.
        score: How much of the query it holds, in [0, 1], of a search by words and meaning.
        found_by: The ways of looking that found it; for a molecule how structures were compared.
        mode: How the index looked.
        highlights: Where the query's words stand in the chunk's text.
        similarity: Cosine to the query, or Tanimoto coefficient to the structure asked for.
        coverage: Share of the query's words that it holds, in [0, 1].
        rerank_score: What the reranker gave it, in its own unit.
    """

    chunk: Chunk
    place: ChunkSpan
    score: float | None = None
    found_by: tuple[str, ...] = ()
    mode: SearchMode | StructureMode | None = None
    similarity: float | None = None
    coverage: float | None = None
    rerank_score: float | None = None
    highlights: tuple[tuple[int, int], ...] = ()

    @classmethod
    def of_hit(cls, hit: Hit) -> Cited:
        """What a search found."""
        return cls(
            hit.chunk,
            hit.span,
            score=round(hit.score, 6),
            found_by=hit.found_by,
            mode=hit.mode,
            similarity=hit.similarity,
            coverage=hit.coverage,
            rerank_score=hit.rerank_score,
            highlights=hit.highlights,
        )

    @classmethod
    def of_structure(cls, hit: StructureHit) -> Cited:
        """What a search for a structure found."""
        place = hit.chunk.span_of()
        return cls(hit.chunk, place, found_by=(hit.mode,), mode=hit.mode, similarity=hit.similarity)

    @classmethod
    def of_chunk(cls, chunk: Chunk) -> Cited:
        """A chunk that was not searched for."""
        return cls(chunk, chunk.span_of())

    @property
    def rank_score(self) -> float | None:
        """What hits are ordered by: the reranker's score, else that of the search."""
        scores = (self.rerank_score, self.score, self.similarity)
        return next((score for score in scores if score is not None), None)

    @property
    def passage(self) -> Passage:
        """The chunk as frameworks take it: id and metadata of the loaders, and what was found.

        Page and box are those to cite. `revision` is there, since an answer is not compared with
        an older one, and whoever draws the place needs it.
        """
        passage = chunk_passage(self.chunk)
        page = self.place.page
        label = self.chunk.page_label if page == self.chunk.page else None
        found: dict[str, Scalar | None] = {
            "score": self.score,
            "found_by": ",".join(self.found_by) or None,
            "mode": self.mode,
            "similarity": None if self.similarity is None else float(self.similarity),
            "coverage": self.coverage,
            "rerank_score": self.rerank_score,
        }
        metadata: dict[str, Scalar] = {
            **passage.metadata,
            "page_number": page,
            "page_label": label or str(page),
            **dict(zip(BOX_KEYS, self.place.box, strict=True)),
            "revision": self.chunk.revision,
            **{name: value for name, value in found.items() if value is not None},
        }
        return replace(passage, page=page, metadata=metadata)
