"""Upkeep of the SQLite index: prune, forget, repair, reindex, neighbours, filters, reasons."""

from __future__ import annotations

from pathlib import Path

import pytest

from dsocr_integrations.errors import ConfigurationError
from dsocr_integrations.index import Index, SearchFilters, open_index
from tests.builders import make_chunk, make_chunks
from tests.index.test_sqlite import PASSAGES, LetterEmbedder, put


@pytest.fixture
def index(tmp_path: Path):
    with open_index(tmp_path) as opened:
        put(opened, make_chunks(PASSAGES))
        yield opened


def test_prune_removes_what_is_gone_under_a_root(tmp_path: Path):
    sources = ["a/1.pdf", "a/2.pdf", "ab/1.pdf", "s3://bucket/a/1.pdf"]
    with open_index(tmp_path) as index:
        ids = {source: make_chunk("x", source=source).doc_id for source in sources}
        for source in sources:
            put(index, [make_chunk("x", source=source)])
        gone = index.prune("a/", {ids["a/1.pdf"]})
        assert [document.source for document in gone] == ["a/2.pdf"]
        assert [document.source for document in index.prune("s3://bucket", set())] == sources[3:]
        assert [document.source for document in index.prune("", {ids["ab/1.pdf"]})] == ["a/1.pdf"]
        assert index.stats().documents == index.stats().chunks == 1
        assert index.verify() == ()


def test_an_emptied_document_keeps_its_source(index: Index):
    doc_id = make_chunk("x").doc_id
    index.upsert_document(doc_id, [], revision="2", engine="embedded", fingerprint="f")
    assert [(one.source, one.chunks) for one in index.documents()] == [("report.pdf", 0)]
    assert index.prune("report.pdf", set())


def test_forget_leaves_nothing_in_the_files(tmp_path: Path):
    with open_index(tmp_path) as index:
        secret = make_chunk("Zanzibar quagga", source="secret.pdf", title="Zanzibar papers")
        put(index, [make_chunk("kept", source="kept.pdf")])
        put(index, [secret])
        assert index.forget(secret.doc_id) == 1
        stored = b"".join(path.read_bytes() for path in tmp_path.iterdir()).lower()
        assert b"kept" in stored
        for word in (b"zanzibar", b"quagga", b"secret.pdf"):
            assert word not in stored
        assert index.verify() == ()


def test_repair_mends_what_verify_names(tmp_path: Path):
    with open_index(tmp_path, embedder=LetterEmbedder()) as index:
        put(index, make_chunks(PASSAGES))
        assert index.repair() == ()
        run = index._connection.execute
        run("PRAGMA foreign_keys = OFF")
        run("DELETE FROM fulltext WHERE rowid < 3")
        run("INSERT INTO fulltext (rowid, context, body) VALUES (77, 'a', 'b')")
        run("DELETE FROM vectors WHERE id = 1")
        run("INSERT INTO vectors SELECT 78, text_hash, vector FROM vectors LIMIT 1")
        run("DELETE FROM documents")
        assert len(index.verify()) == 5
        assert len(index.repair()) == 5
        assert index.verify() == ()
        assert index.search("cyclooxygenase dose 4.2")[0].chunk.text == PASSAGES[0]
        assert index.documents()[0].source == "report.pdf"


def test_reindex_changes_the_embedder(tmp_path: Path):
    with open_index(tmp_path, embedder=LetterEmbedder()) as index:
        put(index, make_chunks(PASSAGES))
    other = LetterEmbedder("other", dimension=8)
    with open_index(tmp_path) as index:
        assert index.reindex(other) == len(PASSAGES)
        assert index.search("dose")[0].mode == "hybrid"
        assert index.verify() == ()
    with open_index(tmp_path, embedder=other) as index:
        assert index.stats().dimension == 8
        vector = index._connection.execute("SELECT length(vector) FROM vectors").fetchone()[0]
        assert vector == 8 * 4
    with open_index(tmp_path) as index:
        assert index.reindex(None) == 0
        assert index.stats().embedder is None
        put(index, [make_chunk("new", source="new.pdf")])


def test_a_text_is_embedded_once(tmp_path: Path):
    embedder = LetterEmbedder()
    with open_index(tmp_path, embedder=embedder) as index:
        put(
            index,
            [make_chunk("alpha", source="a.pdf"), make_chunk("alpha", source="a.pdf", page=2)],
        )
        put(index, [make_chunk("alpha", source="renamed.pdf")])
        assert embedder.embedded == ["alpha"]
        assert index.stats().vectors == 3
        assert index.verify() == ()


def test_neighbours_stand_in_reading_order(index: Index):
    ids = [chunk.chunk_id for chunk in make_chunks(PASSAGES)]
    assert [c.text for c in index.neighbours(ids[1])] == PASSAGES[0:3]
    assert [c.text for c in index.neighbours(ids[0], before=2, after=1)] == PASSAGES[0:2]
    assert [c.text for c in index.neighbours(ids[4], before=0, after=3)] == PASSAGES[4:]
    assert index.neighbours("no such chunk") == []


def test_filters_by_heading_and_metadata(tmp_path: Path):
    with open_index(tmp_path) as index:
        first = make_chunk("cats", headings=("Größe", "Animals"), page_label="iv")
        second = make_chunk("cats", ordinal=1, title="Animals at large")
        put(index, [first, second])
        for heading, found in (("ANIMALS", [first]), ("GRÖSSE", [first]), ("anim", [])):
            hits = index.search("cats", filters=SearchFilters(heading=heading))
            assert [hit.chunk for hit in hits] == found
        hits = index.search("cats", filters=SearchFilters(heading="animals at  large"))
        assert [hit.chunk for hit in hits] == [second]
        labelled = SearchFilters(metadata={"page_label": "iv"})
        assert [hit.chunk for hit in index.search("cats", filters=labelled)] == [first]
        unlabelled = SearchFilters(metadata={"page_label": None, "trusted": True})
        assert [hit.chunk for hit in index.search("cats", filters=unlabelled)] == [second]
        with pytest.raises(ConfigurationError, match="page_label"):
            index.search("cats", filters=SearchFilters(metadata={"x' OR 1 --": 1}))


@pytest.mark.parametrize(
    ("query", "marked"),
    [
        ("inhibiting 4.2", ["inhibits", "4.2"]),
        ("1234.5 SALES", ["sales", "1,234.5"]),
        ("北京大学", ["北京大学"]),
        ("iso 9001", ["ISO", "9001"]),
    ],
)
def test_highlights_are_ranges_of_the_text(index: Index, query: str, marked: list[str]):
    hit = index.search(query)[0]
    assert [hit.chunk.text[start:end] for start, end in hit.highlights] == marked


def test_highlights_of_folded_text(tmp_path: Path):
    text = "Ｓｔｒａßｅ ﬁnal cafe\u0301 x Ⅳ 中文"
    with open_index(tmp_path) as index:
        put(index, [make_chunk(text)])
        hit = index.search("final café 中文")[0]
        marked = [text[start:end] for start, end in hit.highlights]
        assert marked == ["ﬁnal", "cafe\u0301", "中文"]


def test_a_query_that_finds_nothing_says_why(index: Index, tmp_path: Path):
    def reason(query: str, **filters: object) -> tuple[str, str]:
        hits = index.search(query, filters=SearchFilters(**filters))
        assert hits == []
        assert hits.reason is not None
        return hits.reason.kind, hits.reason.message

    assert index.search("aspirin").reason is None
    assert reason("  ")[0] == "empty_query"
    assert reason("zebra")[0] == "words"
    assert "zebra" in reason("zebra")[1]
    assert reason("aspirin", page=7) == ("filters", "None of the 5 chunks has page = 7.")
    put(index, [make_chunk("zebra", source="b.pdf")])
    assert "only in chunks without source" in reason("aspirin", source="b.pdf")[1]
    with open_index(tmp_path / "v", embedder=LetterEmbedder()) as built:
        put(built, [make_chunk("alpha")])
        assert built.search("1").reason is None
    with open_index(tmp_path / "v") as lexical:
        found = lexical.search("beta").reason
        assert found is not None
        assert "letters" in found.message
    with open_index(tmp_path / "empty") as empty:
        found = empty.search("beta").reason
        assert found is not None
        assert found.kind == "empty_index"


def test_a_page_with_several_matches_comes_first(tmp_path: Path):
    with open_index(tmp_path) as index:
        spread = ["Operating income of the year.", "Table of the margin.", "Adobe and its income."]
        lone = make_chunk("Adobe margin notes", page=1)
        put(index, [lone, *make_chunks(spread, page=2)])
        pages = [hit.chunk.page for hit in index.search("Adobe operating income margin")]
        assert pages[0] == 2
        assert 1 in pages


def test_documents_are_found_by_their_file_name(tmp_path: Path):
    with open_index(tmp_path) as index:
        put(index, [make_chunk("revenue grew", source="in/ADOBE_2022_10K.pdf")])
        put(index, [make_chunk("revenue grew", source="in/AMAZON_2017.pdf")])
        assert index.search("amazon revenue")[0].chunk.source == "in/AMAZON_2017.pdf"
        assert len(index.search("adobe fy2022")) == 1
