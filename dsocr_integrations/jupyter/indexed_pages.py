"""A document put together again from its chunks in an index, so that a hit can be opened there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from dsocr_integrations.records.chunks import Chunk, ChunkSpan
from dsocr_integrations.records.documents import Block, Box, Document, Figure, FigureKind, Page
from dsocr_integrations.records.readings import PageQuality, PageReading

_FIGURES: dict[str, FigureKind] = {
    "chart": "chart",
    "molecule": "molecule",
    "geometry": "geometry",
    "picture": "picture",
}


def document_of_chunks(chunks: Sequence[Chunk]) -> Document:
    """What an index knows of a document: the pages that its chunks stand on.

    Args:
        chunks: All of one document, in reading order; at least one.
    """
    first = chunks[0]
    pages: dict[int, _Gathered] = {}
    for chunk in chunks:
        for span, block in _blocks(chunk):
            pages.setdefault(span.page, _Gathered(span, chunk)).take(block, chunk)
    return Document(
        doc_id=first.doc_id,
        revision=first.revision,
        source=first.source,
        title=first.title,
        page_count=max(pages),
        engine=first.engine,
        fingerprint=first.fingerprint,
        pages=tuple(pages[number].page() for number in sorted(pages)),
    )


@dataclass
class _Gathered:
    """A page on the way: its size and first chunk, and what stands on it."""

    span: ChunkSpan
    chunk: Chunk
    blocks: list[Block] = field(default_factory=list)
    figures: list[Figure] = field(default_factory=list)
    trusted: bool = True

    def take(self, block: Block, chunk: Chunk) -> None:
        self.trusted = self.trusted and chunk.trusted
        kind = _FIGURES.get(chunk.kind)
        if kind is not None:
            self.figures.append(
                _figure(chunk, kind, len(self.figures) + 1, len(self.blocks), block)
            )
        self.blocks.append(block)

    def page(self) -> Page:
        own = self.chunk.page == self.span.page
        return Page(
            number=self.span.page,
            label=self.chunk.page_label if own else None,
            width=self.span.page_width,
            height=self.span.page_height,
            markdown="\n\n".join(block.text for block in self.blocks),
            blocks=tuple(self.blocks),
            figures=tuple(self.figures),
            reading=PageReading(
                engine=self.chunk.engine,
                fingerprint=self.chunk.fingerprint,
                quality=PageQuality(trusted=self.trusted),
            ),
        )


def _blocks(chunk: Chunk) -> Iterator[tuple[ChunkSpan, Block]]:
    """A chunk's pieces, each with the page and the boxes that it stands on."""
    paragraphs = chunk.text.split("\n\n")
    if chunk.kind in {"text", "formula"} and len(paragraphs) == len(chunk.spans):
        for span, text in zip(chunk.spans, paragraphs, strict=True):
            yield span, Block(label=chunk.kind, boxes=(span.box,), text=text)
        return
    first = chunk.spans[0]
    label = "image" if chunk.kind in _FIGURES else chunk.kind
    text = "" if chunk.kind in _FIGURES else chunk.text
    table = chunk.table if chunk.kind == "table" else None
    yield first, Block(label=label, boxes=_boxes_on(chunk, first.page), text=text, table=table)


def _figure(chunk: Chunk, kind: FigureKind, number: int, place: int, block: Block) -> Figure:
    return Figure(
        number=number,
        block=place,
        kind=kind,
        boxes=block.boxes,
        caption=chunk.caption or (chunk.text if kind in {"picture", "geometry"} else None),
        table=chunk.table,
        smiles=chunk.smiles,
        smiles_valid=True if chunk.inchikey else None,
        inchikey=chunk.inchikey,
        value_source=chunk.value_source,
    )


def _boxes_on(chunk: Chunk, page: int) -> tuple[Box, ...]:
    spans: Iterable[ChunkSpan] = (span for span in chunk.spans if span.page == page)
    return tuple(dict.fromkeys(span.box for span in spans))
