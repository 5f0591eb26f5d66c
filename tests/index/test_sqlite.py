"""The SQLite index: replace, search, filters, refusals."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from dsocr_integrations.documents import Chunk, ChunkSpan
from dsocr_integrations.errors import ConfigurationError, IndexMismatchError
from dsocr_integrations.index import Index, SearchFilters, open_index
from dsocr_integrations.index import sqlite as sqlite_index
from tests.builders import ENGINE, FINGERPRINT, make_chunk, make_chunks


class LetterEmbedder:
    """Counts letters: enough to tell passages apart, and cheap."""

    def __init__(self, name: str = "letters", dimension: int = 26) -> None:
        self.name = name
        self.dimension = dimension
        self.embedded: list[str] = []

    def embed_documents(self, texts: Sequence[str]) -> np.ndarray:
        self.embedded.extend(texts)
        return np.stack([self.embed_query(text) for text in texts])

    def embed_query(self, text: str) -> np.ndarray:
        vector = np.zeros(self.dimension, dtype=np.float32)
        for letter in text.lower():
            if "a" <= letter <= "z":
                vector[(ord(letter) - 97) % self.dimension] += 1
        return vector


def put(index: Index, chunks: list[Chunk], **fields: str) -> int:
    values = {"revision": chunks[0].revision, "engine": ENGINE, "fingerprint": FINGERPRINT}
    return index.upsert_document(chunks[0].doc_id, chunks, **(values | fields))


PASSAGES = [
    "Aspirin inhibits cyclooxygenase; the dose was 4.2 mg per kilogram.",
    "Aspirin inhibits cyclooxygenase; the dose was 4.3 mg per kilogram.",
    "Net sales rose to 1,234.5 million in 2024.",
    "本报告介绍了北京大学的研究成果。",
    "The quality system follows ISO-9001 and is audited each year.",
]


@pytest.fixture
def index(tmp_path: Path):
    with open_index(tmp_path) as opened:
        put(opened, make_chunks(PASSAGES))
        yield opened


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("aspirin dose 4.3", 1),
        ("4.2 mg", 0),
        ("sales 1234.5", 2),
        ("sales of 1,234.5", 2),
        ("北京大学", 3),
        ("iso-9001", 4),
        ("ISO 9001 audit", 4),
        ("what is the quality system", 4),
    ],
)
def test_finds_words_numbers_and_codes(index: Index, query: str, expected: int):
    hits = index.search(query)
    assert hits[0].chunk.text == PASSAGES[expected]
    assert hits[0].mode == "lexical"
    assert 0 < hits[0].score <= 1


@pytest.mark.parametrize(
    "query", ['"', "NEAR(", "a AND", "body:*", "-", "^x", "'; DROP TABLE chunks; --", "", " ", "\0"]
)
def test_query_syntax_is_plain_text(index: Index, query: str):
    index.search(query)
    assert index.stats().chunks == len(PASSAGES)


def test_filters(index: Index):
    other = make_chunk("Aspirin again", source="b.pdf", page=3, kind="table", trusted=False)
    put(index, [other])
    found = index.search("aspirin", 10)
    assert len(found) == 3
    for filters in (
        SearchFilters(doc_id=other.doc_id),
        SearchFilters(source="b.pdf"),
        SearchFilters(page=3),
        SearchFilters(kind="table"),
        SearchFilters(trusted=False),
    ):
        assert [hit.chunk for hit in index.search("aspirin", 10, filters)] == [other]
    assert not index.search("aspirin", 10, SearchFilters(engine="server"))


def test_a_chunk_over_two_pages_is_on_both(tmp_path: Path):
    spans = tuple(
        ChunkSpan(page=page, box=(0, 0, 9, 9), page_width=1, page_height=1) for page in (4, 5)
    )
    with open_index(tmp_path) as index:
        put(index, [make_chunk("long table", spans=spans)])
        assert index.search("table", filters=SearchFilters(page=5))
        assert not index.search("table", filters=SearchFilters(page=6))


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


def test_a_failing_replace_changes_nothing(index: Index, monkeypatch: pytest.MonkeyPatch):
    written: list[int] = []
    original = sqlite_index.write_chunk

    def fail_second(connection, position, chunk, vector):
        if written:
            raise sqlite3.OperationalError("disk full")
        written.append(position)
        return original(connection, position, chunk, vector)

    monkeypatch.setattr(sqlite_index, "write_chunk", fail_second)
    with pytest.raises(sqlite3.OperationalError):
        put(index, make_chunks(["one", "two"]))
    assert index.stats().chunks == len(PASSAGES)
    assert index.verify() == ()


def test_refuses_to_mix_engines_unless_told(tmp_path: Path):
    with open_index(tmp_path) as index:
        put(index, [make_chunk("a", source="a.pdf")])
        with pytest.raises(IndexMismatchError, match=r"embedded.*server.*[Aa]llow mixed"):
            put(index, [make_chunk("b", source="b.pdf")], engine="server")
        with pytest.raises(IndexMismatchError):
            put(index, [make_chunk("b", source="b.pdf")], fingerprint="other")
        put(index, [make_chunk("a", source="a.pdf")], fingerprint="other")
    with open_index(tmp_path, allow_mixed_engines=True) as index:
        put(index, [make_chunk("b", source="b.pdf")], engine="server")
        assert index.stats().engines == {"embedded": 1, "server": 1}


def test_a_chunk_of_another_document_is_refused(tmp_path: Path):
    with open_index(tmp_path) as index, pytest.raises(ConfigurationError):
        put(index, [make_chunk("a", source="a.pdf"), make_chunk("b", source="b.pdf")])


def test_molecules_are_found_as_typed(tmp_path: Path):
    smiles = "CC(=O)Oc1ccccc1C(=O)O"
    with open_index(tmp_path) as index:
        put(index, [make_chunk("Aspirin", kind="molecule", smiles=smiles, inchikey="BSYNR-X-N")])
        for query in (smiles, "BSYNR-X-N"):
            assert "exact" in index.search(query)[0].found_by


def test_missing_and_foreign_files(tmp_path: Path):
    with pytest.raises(ConfigurationError, match="dsocr ingest"):
        open_index(tmp_path / "none", create=False)
    assert not (tmp_path / "none").exists()
    (tmp_path / "index.sqlite").write_bytes(b"not a database" * 100)
    with pytest.raises(IndexMismatchError, match="not an index"):
        open_index(tmp_path)
    other = tmp_path / "other.sqlite"
    with sqlite3.connect(other) as connection:
        connection.execute("CREATE TABLE x (y)")
    connection.close()
    with pytest.raises(IndexMismatchError):
        open_index(other)


def test_hybrid_search_says_so_and_finds_meaning(tmp_path: Path):
    embedder = LetterEmbedder()
    with open_index(tmp_path, embedder=embedder) as index:
        put(index, make_chunks(PASSAGES))
        hit = index.search("cyclooxygenases inhibiting")[0]
        assert hit.mode == "hybrid"
        assert "vector" in hit.found_by
        assert hit.similarity is not None
        assert index.search("dose 4.3")[0].chunk.text == PASSAGES[1]
        only = index.search("zzz", 10, SearchFilters(kind="table"))
        assert only == []
        stats = index.stats()
        assert (stats.vectors, stats.embedder, stats.dimension) == (5, "letters", 26)
        assert index.verify() == ()


def test_vectors_are_made_once_and_follow_changes(tmp_path: Path):
    embedder = LetterEmbedder()
    with (
        open_index(tmp_path, embedder=embedder) as index,
        open_index(tmp_path, embedder=LetterEmbedder()) as reader,
    ):
        put(index, make_chunks(["alpha", "beta"]))
        assert reader.search("alpha")[0].chunk.text == "alpha"
        put(index, make_chunks(["alpha", "gamma"]))
        assert embedder.embedded == ["alpha", "beta", "gamma"]
        assert {hit.chunk.text for hit in reader.search("gamma", 9)} == {"alpha", "gamma"}


def test_another_embedder_is_refused(tmp_path: Path):
    with open_index(tmp_path / "v", embedder=LetterEmbedder()) as index:
        put(index, [make_chunk("alpha")])
    with pytest.raises(IndexMismatchError, match="letters"):
        open_index(tmp_path / "v", embedder=LetterEmbedder("other"))
    with open_index(tmp_path / "v") as index:
        assert index.search("alpha")[0].mode == "lexical"
        with pytest.raises(IndexMismatchError, match="vectors"):
            put(index, [make_chunk("beta")])
    with open_index(tmp_path / "w") as index:
        put(index, [make_chunk("alpha")])
    with pytest.raises(IndexMismatchError, match="without an embedder"):
        open_index(tmp_path / "w", embedder=LetterEmbedder())


def test_threads_share_an_index(tmp_path: Path):
    with open_index(tmp_path) as index:

        def work(number: int) -> int:
            put(index, [make_chunk(f"passage {number}", source=f"{number}.pdf")])
            return len(index.search("passage", 100))

        with ThreadPoolExecutor(4) as pool:
            assert max(pool.map(work, range(20))) == 20
        assert index.verify() == ()


def test_writers_in_several_processes_leave_no_duplicates(tmp_path: Path):
    from multiprocessing import get_context

    with get_context("forkserver").Pool(2) as pool:
        pool.map(write_same, [str(tmp_path)] * 2)
    with open_index(tmp_path) as index:
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


def test_roots_are_remembered_once_and_come_with_the_hits(index, tmp_path):
    put(index, make_chunks(["Herons wade."]))
    for root in ("/data/one", "/data/two", "/data/one"):
        index.add_root(root)
    assert index.roots() == ("/data/one", "/data/two")
    assert index.search("herons")[0].roots == index.roots()
