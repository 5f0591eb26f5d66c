"""Cut documents into chunks along their structure, each with page and box.

A chunk never crosses a page, so a change on page 3 leaves the ids of page 4 alone, but for a
table that goes on there and repeats its header and caption; headings are carried over from
earlier pages but are no part of an id. Prose is gathered up to the bound, past what stands beside
it and over short sections; tables, charts, molecules, drawings, pictures and formulas are chunks
of their own, with their captions. Only `Chunker.join_tables`, off by default, lets a table's chunk stand on two pages.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import takewhile

from dsocr_integrations.chunking.long_tables import table_parts
from dsocr_integrations.chunking.pieces import Piece, page_pieces
from dsocr_integrations.chunking.row_boxes import box_of_rows
from dsocr_integrations.chunking.table_continuation import (
    JoinedPage,
    Stretch,
    join_tables,
    repeat_headers,
)
from dsocr_integrations.chunking.token_bounds import (
    TokenCounter,
    estimate_tokens,
    fit,
    shorten,
    without_frame,
)
from dsocr_integrations.records.chunks import Chunk, ChunkKind, ChunkSpan
from dsocr_integrations.records.documents import GRID, Box, Document, Page, Table
from dsocr_integrations.records.identity import chunk_id

MIN_MAX_TOKENS = 32
"""A smaller bound leaves no room for a heading beside the text."""

Headings = list[tuple[int, str]]
"""Level and name of each heading above a place, outermost first."""


@dataclass(frozen=True)
class Chunker:
    """Makes chunks of at most `max_tokens` tokens, headings and caption counted in.

    A quarter of the bound is kept for title and headings, so that a changed heading never
    moves the cuts of the text below it.

    Attributes:
        max_tokens: Bound of `Chunk.embedding_text`, in tokens of `count_tokens`.
        count_tokens: Token counter, best the embedder's own, with what it takes as `max_tokens`;
            the default needs no tokenizer and never counts too few (see
            `token_bounds.estimate_tokens`): embedders of 512 tokens take 640 of its prose.
        page_furniture: Keep headers, footers and page numbers.
        join_tables: Make a table that goes on over a page break one table (see
            `table_continuation`): its chunks belong to the page it begins on, and each has the
            pages and boxes of its rows. Off, each page keeps its rows, under the header and
            caption of the page the table began on.
    """

    max_tokens: int = 640
    count_tokens: TokenCounter | None = None
    page_furniture: bool = False
    join_tables: bool = False

    def __post_init__(self) -> None:
        if self.max_tokens < MIN_MAX_TOKENS:
            msg = f"max_tokens must be at least {MIN_MAX_TOKENS}, not {self.max_tokens}."
            raise ValueError(msg)

    @property
    def fingerprint(self) -> str:
        """What decides where the cuts are, for manifests and resume."""
        counter = self.count_tokens
        name = "estimate" if counter is None else getattr(counter, "__qualname__", "custom")
        joined = ":joined" if self.join_tables else ""
        return f"chunker-10:{self.max_tokens}:{name}:{int(self.page_furniture)}{joined}"

    def chunk(self, document: Document) -> Iterator[Chunk]:
        """Yield the chunks of a document, page by page."""
        return self.chunk_pages(document.pages, document)

    def chunk_pages(self, pages: Iterable[Page], head: Document) -> Iterator[Chunk]:
        """Yield the chunks of pages as they come; holds one page, or one joined table's pages.

        Args:
            pages: Pages of one document in order.
            head: The document, whose own pages are not looked at.
        """
        for _, chunks in self.cut_pages(pages, head):
            yield from chunks

    def cut_pages(
        self, pages: Iterable[Page], head: Document
    ) -> Iterator[tuple[Page, Iterator[Chunk]]]:
        """Yield each page with its chunks, which must be taken before the next page is.

        Arguments as `chunk_pages`.
        """
        counter = self.count_tokens or estimate_tokens
        count = without_frame(counter)
        bound = self.max_tokens - counter("")
        headings: Headings = []
        for one in join_tables(pages) if self.join_tables else repeat_headers(pages):
            yield one.page, _PageChunks(one, head, self, count, bound, headings).chunks()


@dataclass
class _PageChunks:
    """The chunks of one page; `headings` is the path so far and lives on to the next page.

    Headings wait in `pending` for the text below them, which begins with them as printed; what is
    no prose waits in `beside` for the text that goes on around it.
    """

    joined: JoinedPage
    head: Document
    settings: Chunker
    count: TokenCounter
    bound: int
    headings: Headings
    gathered: list[tuple[str, Piece, Headings]] = field(default_factory=list)
    beside: list[Piece] = field(default_factory=list)
    filled: int = 0
    ordinal: int = 0
    pending: list[Piece] = field(default_factory=list)

    @property
    def budget(self) -> int:
        return self.bound - self.bound // 4

    def chunks(self) -> Iterator[Chunk]:
        for piece in page_pieces(self.joined, furniture=self.settings.page_furniture):
            if piece.heading_level:
                yield from self._enter(piece)
            elif piece.kind in {"text", "formula"} and piece.table is None:
                yield from self._gather(piece)
            else:
                yield from self._headings_without_room()
                self.beside.append(piece)
                if not self.gathered:
                    yield from self._flush()
        yield from self._flush()
        yield from self._headings_as_text(len(self.pending))

    def _enter(self, piece: Piece) -> Iterator[Chunk]:
        """Start a section."""
        if self.beside:
            yield from self._flush()
        while self.headings and self.headings[-1][0] >= piece.heading_level:
            self.headings.pop()
        name = shorten(piece.text, self._heading_budget, self.count)
        self.headings.append((piece.heading_level, name))
        self.pending.append(piece)

    @property
    def _heading_budget(self) -> int:
        return max(4, self.bound // 8 - 2)

    def _headings_without_room(self) -> Iterator[Chunk]:
        """Settle the headings above a chunk that does not begin with them.

        It names those of its path that fit beside it; the others must stand in a text.
        """
        if not self.pending:
            return
        yield from self._flush()
        _, named = self._context(self.headings)
        own = [" ".join(piece.text.split()) for piece in self.pending]
        most = range(min(len(own), len(named)), -1, -1)
        kept = next(n for n in most if tuple(own[len(own) - n :]) == named[len(named) - n :])
        yield from self._headings_as_text(len(own) - kept)
        self.pending.clear()

    def _headings_as_text(self, count: int) -> Iterator[Chunk]:
        """Make text of the first `count` headings under which nothing stood yet."""
        pending, self.pending = self.pending[:count], []
        for piece in pending:
            yield from self._add(piece, piece.text)
        yield from self._flush()

    def _gather(self, piece: Piece) -> Iterator[Chunk]:
        """Add prose to the chunk under way, closing it when it is full."""
        if self.gathered and self.gathered[-1][1].kind != piece.kind:
            yield from self._flush()
        if piece.kind != "text":
            yield from self._headings_without_room()
            yield from self._add(piece, piece.text)
            return
        pending, self.pending = self.pending, []
        section = sum(self.count(one.text) + 2 for one in (*pending, piece)) if pending else 0
        if self.filled + section > self.budget:
            # A section begins beside the one before only where its beginning fits whole.
            yield from self._flush()
        for heading in pending:
            yield from self._add(heading, heading.text)
        text = piece.text
        room = self.budget - self.filled - 2
        if pending and self.gathered and self.count(text) > room >= self.budget // 4:
            # A heading is no find without the beginning of what it stands above.
            beginning = fit(text, room, self.count)[0]
            yield from self._add(piece, beginning)
            text = text.strip()[len(beginning) :]
        yield from self._add(piece, text)

    def _add(self, piece: Piece, text: str) -> Iterator[Chunk]:
        size = self.count(text)
        if size > self.budget:
            yield from self._flush()
            for part in fit(text, self.budget, self.count):
                yield self._chunk(part, piece.kind, piece.boxes)
            return
        if self.gathered and self.filled + size + 2 > self.budget:
            yield from self._flush()
        if text.strip():
            self.gathered.append((text.strip(), piece, self.headings.copy()))
            self.filled += size + 2

    def _flush(self) -> Iterator[Chunk]:
        """Close the text under way; then comes what stood beside it."""
        gathered, self.gathered, self.filled = self.gathered, [], 0
        beside, self.beside = self.beside, []
        if gathered:
            yield from self._prose(gathered)
        for piece in beside:
            yield from self._alone(piece)

    def _prose(self, gathered: Sequence[tuple[str, Piece, Headings]]) -> Iterator[Chunk]:
        """Make one chunk of text, under the headings that all of it is under."""
        text = "\n\n".join(part for part, _, _ in gathered)
        kind = gathered[0][1].kind
        if self.count(text) <= self.budget:
            boxes = tuple(box for _, piece, _ in gathered for box in piece.boxes)
            levels = zip(*(headings for _, _, headings in gathered), strict=False)
            shared = takewhile(lambda level: len(set(level)) == 1, levels)
            yield self._chunk(text, kind, boxes, headings=[level[0] for level in shared])
            return
        # A tokenizer may count the joint text above the sum of its parts.
        for part, piece, headings in gathered:
            for cut in fit(part, self.budget, self.count):
                yield self._chunk(cut, kind, piece.boxes, headings=headings)

    def _alone(self, piece: Piece) -> Iterator[Chunk]:
        """Make the chunks of a table or figure, with its caption in each."""
        caption = " ".join((piece.caption or piece.introduction).split())
        kept = shorten(caption, self.budget // 3, self.count) if caption else ""
        if kept != caption and piece.caption:
            for text in fit(caption, self.budget, self.count):
                yield self._chunk(text, "text", piece.boxes)
        room = self.budget - (self.count(kept) + 1 if kept else 0)
        begins = ends = 0
        previous: Table | None = None
        for text, table in self._parts(piece, room):
            if table is not None and table is not previous:
                begins, ends, previous = ends, ends + len(table.rows), table
            chunk = self._chunk(
                text, piece.kind, piece.boxes, piece=piece, caption=kept, table=table
            )
            if piece.stretches:
                trusted = all(stretch.page.reading.quality.trusted for stretch in piece.stretches)
                spans = _spans_of_rows(piece, begins, ends)
                goes_on = piece.continued or spans[0].page > self.joined.page.number
                changed = {"spans": spans, "trusted": trusted, "continued": goes_on}
                chunk = chunk.model_copy(update=changed)
            yield chunk

    def _parts(self, piece: Piece, room: int) -> Iterator[tuple[str, Table | None]]:
        rest = piece.text
        if piece.table is not None:
            held: tuple[str, Table] | None = None
            for part in table_parts(piece.table, room, self.count):
                if held is not None:
                    yield held
                held = part
            if held is not None:
                joint = f"{held[0]}\n\n{rest}"
                # What a chart says beside its data is no find of its own.
                fits = bool(rest) and self.count(joint) <= room
                yield (joint if fits else held[0]), held[1]
                rest = "" if fits else rest
        if rest:
            for text in fit(rest, room, self.count):
                yield text, None

    def _chunk(
        self,
        text: str,
        kind: ChunkKind,
        boxes: tuple[Box, ...],
        *,
        headings: Headings | None = None,
        piece: Piece | None = None,
        caption: str = "",
        table: Table | None = None,
    ) -> Chunk:
        title, names = self._context(self.headings if headings is None else headings)
        ordinal = self.ordinal
        self.ordinal += 1
        page = self.joined.page
        chunk = Chunk(
            chunk_id=chunk_id(self.head.doc_id, page.number, kind, ordinal, text),
            doc_id=self.head.doc_id,
            revision=self.head.revision,
            source=self.head.source,
            title=title,
            kind=kind,
            ordinal=ordinal,
            text=text,
            headings=names,
            caption=caption or None,
            spans=tuple(
                ChunkSpan(page=page.number, box=box, page_width=page.width, page_height=page.height)
                for box in dict.fromkeys(boxes or ((0, 0, GRID, GRID),))
            ),
            page_label=page.label,
            engine=self.head.engine,
            fingerprint=self.head.fingerprint,
            trusted=page.reading.quality.trusted,
            table=table,
            smiles=piece.smiles if piece else None,
            inchikey=piece.inchikey if piece else None,
            figure=piece.figure if piece else None,
            value_source=piece.value_source if piece else None,
        )
        return self._bounded(chunk)

    def _bounded(self, chunk: Chunk) -> Chunk:
        """Leave title and outer headings out that a tokenizer counts for more than they are."""
        while self.count(chunk.embedding_text) > self.bound and (chunk.title or chunk.headings):
            fewer = {"headings": chunk.headings[1:]} if chunk.title is None else {"title": None}
            chunk = chunk.model_copy(update=fewer)
        return chunk

    def _context(self, headings: Headings) -> tuple[str | None, tuple[str, ...]]:
        """Title and headings that fit beside the text; the outermost headings go first."""
        room = self.bound // 4 - self.bound // 50 - 2
        title = self.head.title
        if title:
            title = shorten(title, max(4, room // 2), self.count)
            room -= self.count(f" > {title}")
        names: list[str] = []
        for _, name in reversed(headings):
            room -= self.count(f" > {name}")
            if room < 0:
                break
            names.append(name)
        return title or None, tuple(reversed(names))


def _spans_of_rows(piece: Piece, begins: int, ends: int) -> tuple[ChunkSpan, ...]:
    """Where rows of a table stand; its caption with those of its first page."""
    assert piece.table is not None  # noqa: S101 - only tables have stretches
    spans: list[ChunkSpan] = []
    row = 0
    for at, stretch in enumerate(piece.stretches):
        if (begins < row + stretch.rows and row < max(ends, begins + 1)) or not stretch.rows:
            rows = piece.table.rows[row : row + stretch.rows]
            part = max(0, begins - row), min(len(rows), max(ends, begins + 1) - row)
            header = () if at or piece.continued else piece.table.header
            boxes = _boxes_of_rows(stretch, header, rows, part)
            if at == 0:
                boxes = (*boxes, *(box for box in piece.boxes if box not in stretch.boxes))
            spans.extend(
                ChunkSpan(
                    page=stretch.page.number,
                    box=box,
                    page_width=stretch.page.width,
                    page_height=stretch.page.height,
                )
                for box in dict.fromkeys(boxes or ((0, 0, GRID, GRID),))
            )
        row += stretch.rows
    return tuple(spans)


def _boxes_of_rows(
    stretch: Stretch,
    header: tuple[tuple[str, ...], ...],
    rows: tuple[tuple[str, ...], ...],
    part: tuple[int, int],
) -> tuple[Box, ...]:
    """Boxes of a part of a stretch; all of them where it is the whole or has several."""
    if len(stretch.boxes) != 1 or part[1] - part[0] >= len(rows):
        return stretch.boxes
    return (box_of_rows(stretch.boxes[0], header, rows, part, stretch.page.width),)
