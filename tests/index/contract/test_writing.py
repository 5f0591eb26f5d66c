"""Documents put in, replaced, listed and removed; by any backend."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from dsocr_integrations.errors import ConfigurationError, IndexMismatchError
from dsocr_integrations.index import Index, PostgresIndex, SearchFilters, open_index
from dsocr_integrations.index.postgres.writing import PostgresVectors
from dsocr_integrations.index.sqlite.writing import SqliteVectors
from dsocr_integrations.index.text_vectors import text_hash
from dsocr_integrations.index.unit_vectors import normalised
from dsocr_integrations.records.reading_versions import document_fingerprint
from tests.builders import make_chunk, make_chunks
from tests.index.molecule_chunks import SMILES, molecule_chunk
from tests.index.passages import PASSAGES, LetterEmbedder, put
from tests.postgres_server import Place


def test_replacing_a_document_leaves_only_the_new(index: Index):
    chunks = make_chunks([PASSAGES[0], "A new second passage."])
    assert put(index, chunks) == 1
    assert index.stats().chunks == 2
    assert not index.search("ISO-9001")
    assert index.search("second passage")[0].chunk == chunks[1]
    assert put(index, chunks) == 0
    assert index.verify() == ()
    assert index.delete_document(chunks[0].doc_id) == 2
    assert index.stats().documents == 0
    assert not index.search("aspirin")


def test_chunks_of_other_pages_kinds_and_number_leave_nothing_of_the_old(place: Place):
    drawn = [
        molecule_chunk(at, name, SMILES[name]) for at, name in enumerate(("aspirin", "ethanol"))
    ]
    plain = [make_chunk(f"quokka {page}", kind="table", page=page) for page in (3, 4, 5)]
    with open_index(place(), embedder=LetterEmbedder()) as index:
        for chunks in (drawn, plain, drawn[1:], plain[:1]):
            assert put(index, chunks) == len(chunks)
            assert list(index.chunks()) == chunks
            assert index.verify() == ()
        assert not index.search("aspirin", filters=SearchFilters(kind="molecule"))
        assert not index.search("quokka", filters=SearchFilters(page=1))
        assert index.search("quokka", filters=SearchFilters(page=3))[0].chunk == plain[0]
        assert index.stats().vectors == 1
        with open_index(place("direct"), embedder=LetterEmbedder()) as direct:
            put(direct, plain[:1])
            assert index.search("quokka")[0].score == direct.search("quokka")[0].score


def test_refuses_to_mix_engines_unless_told(place: Place):
    with open_index(place()) as index:
        put(index, [make_chunk("a", source="a.pdf")])
        with pytest.raises(IndexMismatchError, match=r"embedded.*server.*[Aa]llow mixed"):
            put(index, [make_chunk("b", source="b.pdf")], engine="server")
        with pytest.raises(IndexMismatchError):
            put(index, [make_chunk("b", source="b.pdf")], fingerprint="other")
        put(index, [make_chunk("a", source="a.pdf")], fingerprint="other")
    with open_index(place(), allow_mixed_engines=True) as index:
        put(index, [make_chunk("b", source="b.pdf")], engine="server")
        assert index.stats().engines == {"embedded": 1, "server": 1}


def test_what_would_be_refused_is_told_before_it_is_read(place: Place):
    reading = {"engine": "embedded", "fingerprint": "embedded/1 parser/1 figures/1"}
    with open_index(place()) as index:
        put(index, [make_chunk("a", source="a.pdf")], **reading)
        put(index, [make_chunk("b", source="b.pdf")], **reading)
        index.check_reading("of another document", **reading)
        with pytest.raises(IndexMismatchError, match="allow mixed"):
            index.check_reading("of another document", engine="server", fingerprint="other")
        assert index.stats().documents == 2
    with open_index(place(), allow_mixed_engines=True) as index:
        index.check_reading("of another document", engine="server", fingerprint="other")


def test_every_engine_that_an_index_holds_is_looked_at(place: Place):
    first, last = make_chunk("a", source="a.pdf"), make_chunk("b", source="b.pdf")
    today = document_fingerprint("embedded/1", 1, 1)
    for other in ("aaa", "zzz"):
        with open_index(place(other), allow_mixed_engines=True) as index:
            put(index, [first], fingerprint=today)
            put(index, [last], engine=other, fingerprint=today)
        with open_index(place(other)) as index, pytest.raises(IndexMismatchError, match=other):
            index.check_reading("of another document", engine="embedded", fingerprint=today)


def test_readings_of_a_former_release_stand_beside_todays(place: Place, caplog):
    former = "embedded/5f98516b08e4 pymupdf=2.0 tesseract=5.3.0"
    today = document_fingerprint("embedded/1", 1, 1)
    with open_index(place()) as index:
        put(index, [make_chunk("a", source="a.pdf")], fingerprint=former)
        put(index, [make_chunk("b", source="b.pdf")], fingerprint=today)
        put(index, [make_chunk("c", source="c.pdf")], fingerprint=today)
        put(index, [make_chunk("d", source="d.pdf")], fingerprint=former)
        with pytest.raises(IndexMismatchError, match=r"embedded/2.*mixed"):
            put(
                index,
                [make_chunk("e", source="e.pdf")],
                fingerprint=document_fingerprint("embedded/2", 1, 1),
            )
    assert len([one for one in caplog.messages if "count as the same engine's" in one]) == 1


def test_a_chunk_of_another_document_is_refused(place: Place):
    with open_index(place()) as index, pytest.raises(ConfigurationError):
        put(index, [make_chunk("a", source="a.pdf"), make_chunk("b", source="b.pdf")])


def test_another_embedder_is_refused(place: Place):
    with open_index(place("v"), embedder=LetterEmbedder()) as index:
        put(index, [make_chunk("alpha")])
    with pytest.raises(IndexMismatchError, match="letters"):
        open_index(place("v"), embedder=LetterEmbedder("other"))
    with open_index(place("v")) as index:
        assert index.search("alpha")[0].mode == "lexical"
        with pytest.raises(IndexMismatchError, match="vectors"):
            put(index, [make_chunk("beta")])
    with open_index(place("w")) as index:
        put(index, [make_chunk("alpha")])
    with pytest.raises(IndexMismatchError, match="without an embedder"):
        open_index(place("w"), embedder=LetterEmbedder())


def test_vectors_are_made_once_and_follow_changes(place: Place):
    embedder = LetterEmbedder()
    with (
        open_index(place(), embedder=embedder) as index,
        open_index(place(), embedder=LetterEmbedder()) as reader,
    ):
        put(index, make_chunks(["alpha", "beta"]))
        assert reader.search("alpha")[0].chunk.text == "alpha"
        put(index, make_chunks(["alpha", "gamma"]))
        assert embedder.embedded == ["alpha", "beta", "gamma"]
        assert {hit.chunk.text for hit in reader.search("gamma", 9)} == {"alpha", "gamma"}


def test_threads_share_an_index(place: Place):
    with open_index(place()) as index:

        def work(number: int) -> int:
            put(index, [make_chunk(f"passage {number}", source=f"{number}.pdf")])
            return len(index.search("passage", 100))

        with ThreadPoolExecutor(4) as pool:
            assert max(pool.map(work, range(20))) == 20
        assert index.verify() == ()


def test_writers_in_several_processes_leave_no_duplicates(place: Place):
    from multiprocessing import get_context

    with get_context("forkserver").Pool(2) as pool:
        pool.map(write_same, [place()] * 2)
    with open_index(place()) as index:
        assert index.stats().documents == 5
        assert index.stats().chunks == 25
        assert index.verify() == ()


def write_same(path: str) -> None:
    with open_index(path) as index:
        for number in range(5):
            put(index, make_chunks(PASSAGES, source=f"{number}.pdf"))


def test_chunks_are_listed_by_source_in_reading_order(index):
    put(index, make_chunks(["b one", "b two"], source="b.pdf"))
    put(index, [*make_chunks(["a one", "a two"], source="a.pdf"),
                make_chunk("| a |", source="a.pdf", kind="table", page=2)])  # fmt: skip
    texts = [chunk.text for chunk in index.chunks()]
    assert texts == ["a one", "a two", "| a |", "b one", "b two", *PASSAGES]
    tables = index.chunks(SearchFilters(kind="table"))
    assert [chunk.text for chunk in tables] == ["| a |"]
    document = next(index.chunks()).doc_id
    on_page = index.chunks(SearchFilters(doc_id=document, page=2))
    assert [chunk.text for chunk in on_page] == ["| a |"]


def test_roots_are_remembered_once_and_come_with_the_hits(index):
    put(index, make_chunks(["Herons wade."]))
    for root in ("/data/one", "/data/two", "/data/one"):
        index.add_root(root)
    assert index.roots() == ("/data/one", "/data/two")
    assert index.search("herons")[0].roots == index.roots()


def test_prune_removes_what_is_gone_under_a_root(place: Place):
    sources = ["a/1.pdf", "a/2.pdf", "ab/1.pdf", "s3://bucket/a/1.pdf"]
    with open_index(place()) as index:
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


def test_reindex_changes_the_embedder(place: Place):
    with open_index(place(), embedder=LetterEmbedder()) as index:
        put(index, make_chunks(PASSAGES))
    other = LetterEmbedder("other", dimension=8)
    with open_index(place()) as index:
        assert index.reindex(other) == len(PASSAGES)
        assert index.search("dose")[0].mode == "hybrid"
        assert index.verify() == ()
    with open_index(place(), embedder=other) as index:
        assert index.stats().dimension == 8
    with open_index(place()) as index:
        assert index.reindex(None) == 0
        assert index.stats().embedder is None
        put(index, [make_chunk("new", source="new.pdf")])


def test_a_text_is_embedded_once(place: Place):
    embedder = LetterEmbedder()
    with open_index(place(), embedder=embedder) as index:
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


def test_a_chunk_that_moved_back_stands_where_it_belongs(index: Index):
    first, last = make_chunk("one", page=1), make_chunk("four", page=4)
    put(index, [first, last])
    between = [make_chunk("two", page=2), make_chunk("three", page=3)]
    assert put(index, [first, *between, last]) == 3
    doc_id = first.doc_id
    assert [c.text for c in index.chunks(SearchFilters(doc_id=doc_id))] == [
        "one", "two", "three", "four",
    ]  # fmt: skip
    assert [c.text for c in index.neighbours(last.chunk_id)] == ["three", "four"]


def test_fresh_vectors_are_there_and_equal_a_direct_embedding(place: Place):
    embedder = LetterEmbedder()
    with open_index(place(), embedder=embedder, vector_cache=False) as index:
        chunks = make_chunks(PASSAGES)
        put(index, chunks)
        put(index, [make_chunk("Another passage.", source="b.pdf")])
        store = (
            PostgresVectors(index._link)
            if isinstance(index, PostgresIndex)
            else SqliteVectors(index._connection)
        )
        for chunk in index.chunks():
            direct = LetterEmbedder().embed_documents([chunk.embedding_text])
            vector = store.vectors_by_hash([text_hash(chunk)])[text_hash(chunk)]
            assert np.array_equal(np.frombuffer(vector, "<f4"), normalised(direct)[0])
        assert index.stats().vectors == index.stats().chunks
        hit = index.search(chunks[0].embedding_text, 1)[0]
        assert hit.similarity == pytest.approx(1.0, abs=1e-6)


def test_another_revision_of_the_same_chunks_is_noted_and_counts_as_no_change(index: Index):
    chunks = [chunk.model_copy(update={"revision": "2"}) for chunk in make_chunks(PASSAGES)]
    assert put(index, chunks) == 0
    assert list(index.chunks()) == chunks
    assert index.documents()[0].revision == "2"
    assert index.search("cyclooxygenase dose 4.2")[0].chunk == chunks[0]
