"""Chunks: pieces of documents fit for retrieval, each with the places it comes from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Literal

from pydantic import Field

from dsocr_integrations.records.base import Record
from dsocr_integrations.records.cards import Card, Fact, shown_source
from dsocr_integrations.records.documents import Box, Table

ChunkKind = Literal["text", "table", "chart", "molecule", "geometry", "formula", "picture"]


class ChunkSpan(Record):
    """Where a piece of a chunk stands: a page and a box on it.

    Attributes:
        page: 1-based page number.
        box: Box on the 0–999 grid; the whole page when the text came without one.
        page_width: Width of the page in points.
        page_height: Height of the page in points.
    """

    page: int
    box: Box
    page_width: float
    page_height: float


class Chunk(Card, Record):
    """A piece of a document fit for retrieval, with its provenance.

    Attributes:
        chunk_id: UUIDv5 of document, page, kind, ordinal within the page and text.
        doc_id: The document it comes from.
        revision: SHA-256 of the source's bytes.
        source: The source as in `Document.source`.
        title: The document's title.
        kind: What it holds.
        ordinal: 0-based place among the chunks of its first page.
        text: What was printed: prose, table as markdown, chart as table, SMILES with caption.
        headings: Headings above it, outermost first.
        caption: Caption of the table or figure.
        spans: Every page and box the text comes from, in reading order.
        page_label: Printed label of the first page.
        engine: Engine that read it.
        fingerprint: The reading versions it was read with.
        trusted: False when a page it comes from was kept with a quality flag.
        table: Data of a table, of a list laid out as one, or of a chart (only this chunk's rows).
        smiles: SMILES of a molecule chunk.
        inchikey: InChIKey of a molecule chunk.
        figure: Relative path of the figure's crop, if one was written.
        value_source: For a chart: whether its values were printed, measured or said by a model.
        continued: Whether it is of a table that began on an earlier page, whose header and
            caption it repeats.
    """

    chunk_id: str
    doc_id: str
    revision: str
    source: str
    title: str | None = None
    kind: ChunkKind = "text"
    ordinal: int
    text: str
    headings: tuple[str, ...] = ()
    caption: str | None = None
    spans: Annotated[tuple[ChunkSpan, ...], Field(min_length=1)]
    page_label: str | None = None
    engine: str
    fingerprint: str
    trusted: bool = True
    table: Table | None = None
    smiles: str | None = None
    inchikey: str | None = None
    figure: str | None = None
    value_source: Literal["printed", "measured", "model"] | None = None
    continued: bool = False

    @property
    def page(self) -> int:
        """1-based number of the first page."""
        return self.spans[0].page

    def facts(self) -> Iterable[Fact]:
        """What its card in a notebook tells."""
        yield "kind", self.kind
        yield "source", shown_source(self.source)
        yield "page", self.page_label or self.page
        yield "box", self.spans[0].box
        yield "below", " > ".join(self.headings)
        yield "caption", self.caption
        if self.table is not None:
            yield from (fact for fact in self.table.facts() if fact[0] != "caption")
        else:
            yield "text", self.text
        yield "read by", self.engine
        yield "doubtful", "" if self.trusted else "yes"

    def span_of(self, ranges: Sequence[tuple[int, int]] = ()) -> ChunkSpan:
        """Where words of the text stand, so that a hit points at them and not at the heading.

        Args:
            ranges: Ranges of characters of `text`, start included, end not. Of several
                paragraphs the one that holds most of their words counts.

        Returns:
            The span of that paragraph; without ranges, or where paragraphs and spans do not go
            in pairs, the first one below the heading. Of a table or figure, its own.
        """
        if self.kind not in {"text", "formula"}:
            return self.spans[0]
        paragraphs = self.text.split("\n\n")
        below = self.spans[min(len(self.spans) - 1, self._headings_in(paragraphs))]
        if not ranges or len(paragraphs) != len(self.spans):
            return below
        found, start = [], 0
        for paragraph in paragraphs:
            end = start + len(paragraph)
            words = [self.text[a:b].casefold() for a, b in ranges if start <= a < end]
            found.append((len(set(words)), len(words)))
            start = end + 2
        best = max(found)
        # A word of the heading says the same below it, where the answer is.
        return below if found[self.spans.index(below)] == best else self.spans[found.index(best)]

    def _headings_in(self, paragraphs: Sequence[str]) -> int:
        """How many paragraphs are headings: a section's first text begins with its own."""
        plain = [" ".join(paragraph.split()) for paragraph in paragraphs]
        most = range(min(len(plain), len(self.headings)), 0, -1)
        return next((n for n in most if tuple(plain[:n]) == self.headings[-n:]), 0)

    @property
    def place(self) -> tuple[str, ...]:
        """Title and headings, outermost first; the title once where it is the first heading."""
        title = () if self.title is None or self.title in self.headings[:1] else (self.title,)
        return (*title, *self.headings)

    @property
    def context(self) -> str:
        """Title and heading path, and the caption: what is to be known beside the text.

        Headings that the text begins with, and a caption that it holds, are left out; empty
        where nothing is left.
        """
        paragraphs = self.text.split("\n\n")
        said = self._headings_in(paragraphs) if self.kind == "text" else 0
        path = self.place[: len(self.place) - said]
        caption = self.caption if self.caption and self.caption not in self.text else None
        return "\n".join(part for part in (" > ".join(path), caption) if part)

    @property
    def embedding_text(self) -> str:
        """Text to embed: the context, then the text.

        SMILES are left out, since prose embedders make nothing of them.
        """
        if self.kind == "molecule":
            return "\n".join(part for part in (" > ".join(self.place), self.caption) if part)
        return "\n\n".join(part for part in (self.context, self.text) if part)


BOX_KEYS = ("box_x0", "box_y0", "box_x1", "box_y1")
"""Where flat metadata says the first box."""


def flat_metadata(chunk: Chunk) -> Mapping[str, str | int | float | bool]:
    """Flatten a chunk's provenance for vector stores that refuse lists and objects.

    Revision and fingerprint are left out: they change with the file and not with the chunk, and
    frameworks embed anew what has other metadata.

    Returns:
        JSON-safe scalars only; deterministic for the same readings. `spans` is a JSON string.
    """
    first = chunk.spans[0]
    spans = ",".join(f'{{"page":{span.page},"box":{list(span.box)}}}' for span in chunk.spans)
    optional: dict[str, str | int | float | bool | None] = {
        "title": chunk.title,
        "caption": chunk.caption,
        "headings": " > ".join(chunk.headings) or None,
        "page_label": chunk.page_label,
        "smiles": chunk.smiles,
        "inchikey": chunk.inchikey,
        "figure": chunk.figure,
        "value_source": chunk.value_source,
    }
    return {
        "source": chunk.source,
        "doc_id": chunk.doc_id,
        "kind": chunk.kind,
        "page_number": first.page,
        **dict(zip(BOX_KEYS, first.box, strict=True)),
        "spans": f"[{spans}]".replace(" ", ""),
        "engine": chunk.engine,
        "trusted": chunk.trusted,
        **{key: value for key, value in optional.items() if value is not None},
    }
