"""Tables for SQL: the same from the output folder as from the index."""

from __future__ import annotations

from pathlib import Path

import pytest

from dsocr_integrations.chunking import Chunker
from dsocr_integrations.index import open_index
from dsocr_integrations.output import OutputFolder
from dsocr_integrations.records.documents import Block, Document, Table
from dsocr_integrations.sql import tables_of_folder, tables_of_index
from tests.builders import ENGINE, FINGERPRINT, make_document, make_page, write_document


def long_table(rows: int, **fields: object) -> Table:
    body = tuple((f"Row {at}", f"{at},{at:03}", "words " * (at % 7)) for at in range(rows))
    return Table(columns=("Name", "Amount", "Note"), header=(("Name", "Amount", "Note"),),
                 header_rows=1, rows=body, **fields)  # fmt: skip


def document_of(*blocks: Block) -> Document:
    return make_document(pages=1).model_copy(update={"pages": (make_page(1, blocks),)})


def table_block(table: Table, top: int) -> Block:
    return Block(label="table", boxes=((80, top, 920, top + 100),), table=table)


@pytest.fixture
def both(tmp_path: Path):
    """The tables of a document by way of the folder and by way of the index."""

    def read(document: Document, chunker: Chunker | None = None):
        chunks = list((chunker or Chunker()).chunk(document))
        write_document(document, chunks, tmp_path / "out")
        with open_index(tmp_path / "index") as index:
            index.upsert_document(
                document.doc_id, chunks,
                revision=document.revision, engine=ENGINE, fingerprint=FINGERPRINT,
            )  # fmt: skip
            from_index = list(tables_of_index(index))
        return list(tables_of_folder(OutputFolder(tmp_path / "out"))), from_index

    return read


def test_tables_and_charts_are_the_same_either_way(both):
    from_folder, from_index = both(make_document(pages=2))
    assert len(from_folder) == 3
    assert from_index == from_folder
    assert from_index[1].table.value_source == "printed"


def test_a_table_that_was_cut_into_chunks_is_whole_again(both):
    one, other = long_table(40), long_table(3)
    from_folder, from_index = both(document_of(table_block(one, 100), table_block(other, 300)))
    assert [len(placed.table.rows) for placed in from_index] == [40, 3]
    assert from_index == from_folder


@pytest.mark.parametrize("chunker", [Chunker(), Chunker(join_tables=True), Chunker(max_tokens=64)])
def test_a_table_over_a_page_break_is_one_either_way(both, chunker):
    whole = long_table(40, caption="Table 1. Amounts")
    body = whole.rows[30:]
    rest = whole.model_copy(update={"rows": body, "header": (), "header_rows": 0, "caption": None,
                                    "columns": ("",) * 3})  # fmt: skip
    first = whole.model_copy(update={"rows": whole.rows[:30]})
    note = Block(label="footnote", boxes=((80, 900, 920, 930),), text="a) Estimated.")
    pages = (
        make_page(1, [table_block(first, 700), note]),
        make_page(2, [table_block(rest, 100)]),
    )
    document = make_document(pages=2).model_copy(update={"pages": pages})
    from_folder, from_index = both(document, chunker)
    assert [len(placed.table.rows) for placed in from_index] == [40]
    assert from_index[0].table == from_folder[0].table
    assert from_index[0].page == 1


def test_rows_too_long_for_one_chunk_are_counted_once(both):
    wordy = " ".join(f"word{at}" for at in range(400))
    table = Table(columns=("Name", "Note"), rows=(("a", wordy), ("b", wordy), ("b", wordy)))
    _, from_index = both(document_of(table_block(table, 100)), Chunker(max_tokens=64))
    (placed,) = from_index
    assert [row[0].printed for row in placed.table.rows] == ["a", "b", "b"]


def test_a_scale_above_the_table_is_applied_either_way(both):
    above = Block(label="text", boxes=((80, 60, 920, 90),), text="(in millions of dollars)")
    tables = both(document_of(above, table_block(long_table(2), 100)))
    for (placed,) in tables:
        assert placed.table.rows[1][1].value == 1_001_000_000


def test_one_source_can_be_asked_for(tmp_path):
    with open_index(tmp_path) as index:
        for source in ("a.pdf", "b.pdf"):
            document = make_document(pages=1, source=source, doc_id=f"{source}-id")
            index.upsert_document(
                document.doc_id, Chunker().chunk(document),
                revision=document.revision, engine=ENGINE, fingerprint=FINGERPRINT,
            )  # fmt: skip
        assert {placed.source for placed in tables_of_index(index, "b.pdf")} == {"b.pdf"}
