"""Where the tables come from: an output folder's documents, or an index's chunks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from dsocr_integrations.chunking.long_tables import row_text
from dsocr_integrations.chunking.table_continuation import join_tables
from dsocr_integrations.index.base import Index
from dsocr_integrations.index.filtering import SearchFilters
from dsocr_integrations.output import OutputFolder
from dsocr_integrations.records.chunks import Chunk
from dsocr_integrations.records.documents import Box, Table
from dsocr_integrations.table_records import ABOVE, MAX_ABOVE, PlacedTable, typed_tables
from dsocr_integrations.tables.typed import type_table


def tables_of_folder(folder: OutputFolder, source: str | None = None) -> Iterator[PlacedTable]:
    """The tables and charts of an output folder's documents, one table over a page break.

    Args:
        folder: The folder.
        source: Only the document of this source.
    """
    for manifest in sorted(folder.manifests(), key=lambda one: one.source):
        if source in {None, manifest.source}:
            document = folder.document(manifest.doc_id)
            pages = tuple(joined.page for joined in join_tables(document.pages))
            yield from typed_tables(document.model_copy(update={"pages": pages}))


def tables_of_index(index: Index, source: str | None = None) -> Iterator[PlacedTable]:
    """The tables and charts of an index, put together again from their chunks.

    A scale is looked for as in `typed_tables`, as far as chunks hold what stands above a table.

    Args:
        index: The index.
        source: Only the document of this source.
    """
    numbers: Counter[tuple[str, int]] = Counter()
    # `typed_tables` counts a page's charts after its tables.
    in_order = sorted(_gathered(index.chunks(SearchFilters(source=source))), key=_place)
    for gathered in in_order:
        first = gathered.chunks[0]
        numbers[first.doc_id, first.page] += 1
        yield PlacedTable(
            source=first.source,
            page=first.page,
            number=numbers[first.doc_id, first.page],
            boxes=gathered.boxes,
            table=type_table(
                gathered.table(),
                context=gathered.above,
                value_source=first.value_source
                or ("model" if first.kind == "chart" else "printed"),
            ),
        )


@dataclass
class _Gathered:
    """The chunks of one table, and what is printed above it."""

    above: str
    chunks: list[Chunk] = field(default_factory=list)

    def takes(self, chunk: Chunk) -> bool:
        """Whether a chunk goes on with this table."""
        last = self.chunks[-1]
        if _shape(chunk) != _shape(last):
            return False
        if chunk.page != last.page:
            return chunk.continued and not _pages(last).isdisjoint({chunk.page - 1, chunk.page})
        return (
            chunk.ordinal == last.ordinal + 1
            and chunk.caption == last.caption
            # A table that was joined over a page break has other boxes for its later rows.
            and (chunk.spans == last.spans or len(_pages(last)) > 1 or _overlap(last, chunk))
        )

    @property
    def boxes(self) -> tuple[Box, ...]:
        """Its boxes on the page it begins on, the strips of its parts put together."""
        first = self.chunks[0]
        strips = [one.spans[0].box for one in self.chunks if one.page == first.page]
        left, right = strips[0][0], strips[0][2]
        whole = left, min(box[1] for box in strips), right, max(box[3] for box in strips)
        others = (span.box for span in first.spans[1:] if span.page == first.page)
        return tuple(dict.fromkeys((whole, *others)))

    def table(self) -> Table:
        """All rows under one header."""
        rows: list[tuple[str, ...]] = []
        values: list[tuple[float | None, ...]] = []
        for before, chunk in zip([None, *self.chunks], self.chunks, strict=False):
            part = chunk.table
            if part is None or (before is not None and _same_row(before, chunk)):
                continue
            rows.extend(part.rows)
            values.extend(part.values)
        first = self.chunks[0]
        table = first.table or Table(columns=(), rows=())
        caption = table.caption or first.caption
        # Spans are by row numbers of each part; no cell's type depends on them.
        changed = {"rows": tuple(rows), "values": tuple(values), "spans": (), "caption": caption}
        return table.model_copy(update=changed)


def _gathered(chunks: Iterable[Chunk]) -> Iterator[_Gathered]:
    current: _Gathered | None = None
    last: Chunk | None = None
    for chunk in chunks:
        if chunk.table is not None:
            if current is not None and current.takes(chunk):
                current.chunks.append(chunk)
            else:
                if current is not None:
                    yield current
                current = _Gathered(_above(chunk, last), [chunk])
        last = chunk
    if current is not None:
        yield current


def _place(gathered: _Gathered) -> tuple[str, str, int, bool]:
    first = gathered.chunks[0]
    return first.source, first.doc_id, first.page, first.kind == "chart"


def _shape(chunk: Chunk) -> object:
    table = chunk.table
    return table and (chunk.doc_id, chunk.kind, table.columns, table.header)


def _overlap(before: Chunk, chunk: Chunk) -> bool:
    """Whether two parts are strips of one table's box: each has a line of the other to spare."""
    one, other = before.spans[0].box, chunk.spans[0].box
    return one[::2] == other[::2] and other[1] < one[3]


def _pages(chunk: Chunk) -> set[int]:
    return {span.page for span in chunk.spans}


def _same_row(before: Chunk, chunk: Chunk) -> bool:
    """Whether a chunk only says more of the row that the chunk before it began."""
    table = chunk.table
    if table is None or table != before.table or len(table.rows) != 1:
        return False
    # Rows in a grid are whole; of a row in lines only its beginning begins it.
    return not chunk.text.startswith("| ") and not row_text(table).startswith(chunk.text)


def _above(chunk: Chunk, before: Chunk | None) -> str:
    near = list(chunk.headings[-1:])
    prose = before is not None and before.kind == "text" and before.table is None
    if before is not None and prose and before.doc_id == chunk.doc_id:
        near += before.text.split("\n\n")[-ABOVE:] if before.page == chunk.page else []
    return "\n".join(text for text in reversed(near) if len(text) <= MAX_ABOVE)
