"""What was found, as it is written: one record for all that hand on lines or fields."""

from __future__ import annotations

from typing import Literal, Self

from dsocr_integrations.records.base import Record
from dsocr_integrations.records.chunks import ChunkKind
from dsocr_integrations.records.documents import Box
from dsocr_integrations.retrieval.cited import Cited


class FoundPlace(Record):
    """A place on a page.

    Attributes:
        page: 1-based page number.
        box: Box on the 0–999 grid, origin at the top left.
    """

    page: int
    box: Box


class FoundDocument(Record):
    """The document that a passage comes from.

    Attributes:
        doc_id: Its id.
        uri: The source as recorded.
        title: Its title, where it has one.
        revision: SHA-256 of the bytes that were read.
    """

    doc_id: str
    uri: str
    title: str | None
    revision: str


class FoundPassage(Record):
    """A passage with how it was found, where it stands and who read it.

    Fields are only ever added.

    Attributes:
        chunk_id: The chunk's id.
        document: Where it comes from.
        source: The same as `document.uri`.
        page: 1-based page of what was found.
        page_label: Printed label of the chunk's first page.
        box: Where on that page, on the 0–999 grid.
        spans: Every place the text comes from, in reading order.
        kind: What it holds.
        text: What was printed.
        headings: Headings above it, outermost first.
        caption: Caption of the table or figure.
        smiles: SMILES of a molecule.
        inchikey: InChIKey of a molecule.
        value_source: For a chart: whether its values were printed, measured or said by a model.
        score: How much of the query it holds, in [0, 1]; none for a structure.
        coverage: Share of the query's words that it holds.
        similarity: Cosine to the query, or Tanimoto coefficient to the structure asked for.
        found_by: What found it: `lexical` (words), `vector` (meaning), `exact` (a number, code
            or molecule as typed); for a structure how it was compared.
        rerank_score: What the reranker gave it, in its own unit.
        highlights: Ranges of characters of `text` where the query's words stand.
        mode: How the index looked.
        trusted: False where the reading is doubtful.
        engine: Engine that read it.
    """

    chunk_id: str
    document: FoundDocument
    source: str
    page: int
    page_label: str | None
    box: Box
    spans: tuple[FoundPlace, ...]
    kind: ChunkKind
    text: str
    headings: tuple[str, ...]
    caption: str | None
    smiles: str | None
    inchikey: str | None
    value_source: Literal["printed", "measured", "model"] | None
    score: float | None
    coverage: float | None
    similarity: float | None
    found_by: tuple[str, ...]
    rerank_score: float | None
    highlights: tuple[tuple[int, int], ...]
    mode: str | None
    trusted: bool
    engine: str

    @classmethod
    def of(cls, cited: Cited) -> Self:
        """A cited chunk as it is written."""
        chunk, place = cited.chunk, cited.place
        return cls(
            chunk_id=chunk.chunk_id,
            document=FoundDocument(
                doc_id=chunk.doc_id, uri=chunk.source, title=chunk.title, revision=chunk.revision
            ),
            source=chunk.source,
            page=place.page,
            page_label=chunk.page_label,
            box=place.box,
            spans=tuple(FoundPlace(page=span.page, box=span.box) for span in chunk.spans),
            kind=chunk.kind,
            text=chunk.text,
            headings=chunk.headings,
            caption=chunk.caption,
            smiles=chunk.smiles,
            inchikey=chunk.inchikey,
            value_source=chunk.value_source,
            score=cited.score,
            coverage=cited.coverage,
            similarity=cited.similarity,
            found_by=cited.found_by,
            rerank_score=cited.rerank_score,
            highlights=cited.highlights,
            mode=cited.mode,
            trusted=chunk.trusted,
            engine=chunk.engine,
        )
