"""What is SQLite's own: its file, and how it is checked, mended and wiped."""

from __future__ import annotations

import lzma
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from dsocr_integrations.errors import ConfigurationError, IndexMismatchError, IndexUnavailableError
from dsocr_integrations.index import Index, SearchFilters, open_index
from dsocr_integrations.index.sqlite import contents, writing
from tests.builders import make_chunk, make_chunks
from tests.index.passages import ENGINE, FINGERPRINT, PASSAGES, LetterEmbedder, put


@pytest.fixture
def index(tmp_path: Path):
    with open_index(tmp_path) as opened:
        put(opened, make_chunks(PASSAGES))
        yield opened


def test_a_failing_replace_changes_nothing(index: Index, monkeypatch: pytest.MonkeyPatch):
    written: list[int] = []
    original = writing.write_molecule

    def fail_second(connection, row, chunk):
        if written:
            raise sqlite3.OperationalError("disk full")
        written.append(row)
        return original(connection, row, chunk)

    monkeypatch.setattr(writing, "write_molecule", fail_second)
    with pytest.raises(IndexUnavailableError, match=r"cannot be written: disk full\. Check"):
        put(index, make_chunks(["one", "two"]))
    assert index.stats().chunks == len(PASSAGES)
    assert index.verify() == ()


def test_a_full_disk_changes_nothing_and_says_what_to_do(index: Index):
    pages = index._connection.execute("PRAGMA page_count").fetchone()[0]
    index._connection.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(IndexUnavailableError, match=r"disk is full.*room"):
        put(index, make_chunks([f"{number} herons " * 200 for number in range(50)]))
    index._connection.execute("PRAGMA max_page_count = 1000000")
    put(index, make_chunks(["one", "two"]))
    assert index.verify() == ()


def test_whether_a_reading_fits_costs_the_same_among_many_documents(tmp_path: Path):
    with open_index(tmp_path) as index:
        steps = []
        for size in (20, 1_000):
            for number in range(index.stats().documents, size):
                put(index, [make_chunk("alpha", source=f"{number}.pdf")])
            chunk, taken = make_chunk("alpha", source="0.pdf"), []
            index._connection.set_progress_handler(lambda taken=taken: taken.append(1), 1)
            index.check_reading(chunk.doc_id, engine=ENGINE, fingerprint=FINGERPRINT)
            index._connection.set_progress_handler(None, 1)
            steps.append(len(taken))
    assert steps[1] <= steps[0]


def test_a_changed_chunk_writes_few_pages(tmp_path: Path):
    documents, journal = 300, tmp_path / "index.sqlite-wal"
    with open_index(tmp_path) as index:
        for number in range(documents):
            put(index, [make_chunk(f"alpha {number}", source=f"{number}.pdf")])
        index._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        for number in range(0, documents, 10):
            put(index, [make_chunk(f"beta {number}", source=f"{number}.pdf")])
        pages = journal.stat().st_size / 4096
        assert index.verify() == ()
    assert pages / (documents / 10) < 14


@pytest.mark.parametrize(
    "url", ["s3://bucket/index", "gs://bucket/x.sqlite", "file:///tmp/index", "mysql://u:pw@h/d"]
)
def test_a_url_is_no_folder(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    for place in (url, Path(url)):
        with pytest.raises(ConfigurationError, match="local disk, or a database as postgresql://"):
            open_index(place, embedder="auto")
    assert list(tmp_path.iterdir()) == []


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


def test_an_index_of_the_former_layout_is_taken_over(tmp_path: Path):
    former = Path(__file__).parents[1] / "data/former_index.sqlite.xz"
    (tmp_path / "index.sqlite").write_bytes(lzma.decompress(former.read_bytes()))
    embedder = LetterEmbedder()
    with ThreadPoolExecutor(4) as processes:
        for opened in processes.map(lambda _: open_index(tmp_path, embedder=embedder), range(4)):
            opened.close()
    with open_index(tmp_path, embedder=embedder) as index, open_index(tmp_path / "new") as other:
        assert index.verify() == ()
        assert [(d.source, d.chunks) for d in index.documents()] == [
            ("birds/ibis.pdf", 1), ("report.pdf", 6)
        ]  # fmt: skip
        other.reindex(embedder)
        for document in reversed(index.documents()):  # as they were put in
            put(other, list(index.chunks(SearchFilters(doc_id=document.doc_id))))
        for query in ("aspirin 4.2", "ibis", "北京大学", "ISO-9001", "CC(=O)Oc1ccccc1C(=O)O"):
            assert index.search(query) == other.search(query)
        assert index.search("herons", filters=SearchFilters(page=2))[0].chunk.page == 2
        assert index.stats() == other.stats()


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
        run("DELETE FROM vectors WHERE id = 1")
        run("INSERT INTO vectors SELECT 78, text_hash, vector FROM vectors LIMIT 1")
        run("DELETE FROM documents")
        assert len(index.verify()) == 4
        assert len(index.repair()) == 4
        assert index.verify() == ()
        assert index.search("cyclooxygenase dose 4.2")[0].chunk.text == PASSAGES[0]
        assert index.documents()[0].source == "report.pdf"


def test_an_outgrown_index_says_so_once(tmp_path: Path, monkeypatch, caplog):
    with open_index(tmp_path, embedder=LetterEmbedder()) as index:
        put(index, make_chunks(PASSAGES))
        assert index.stats().notice is None
        index.search("aspirin")
        assert not caplog.records
    monkeypatch.setattr(contents, "COMFORTABLE_VECTORS", 4)
    with open_index(tmp_path, embedder=LetterEmbedder()) as index:
        index.search("aspirin")
        index.search("aspirin")
        assert [record.getMessage() for record in caplog.records] == [index.stats().notice]
        assert "5 vectors" in caplog.text
        assert "PostgreSQL" in caplog.text
