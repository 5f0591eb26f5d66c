"""An index that may be read and not written, as on a read-only disk or in another user's folder.

A link to nowhere in the place of SQLite's side file keeps it from being made, whoever runs this.
"""

from __future__ import annotations

import logging
import shutil
import sqlite3
from pathlib import Path

import pytest

from dsocr_integrations.errors import (
    ConfigurationError,
    IndexMismatchError,
    IndexUnavailableError,
)
from dsocr_integrations.index import open_index
from dsocr_integrations.index.embedders.vector_cache import CachedEmbedder, VectorCache
from tests.builders import make_chunk, make_chunks
from tests.index.passages import ENGINE, FINGERPRINT, PASSAGES, LetterEmbedder, put


def unwritable(database: Path) -> Path:
    database.with_name(f"{database.name}-shm").symlink_to("nowhere/file")
    return database


def writable(database: Path) -> None:
    database.with_name(f"{database.name}-shm").unlink()


@pytest.fixture
def database(tmp_path: Path) -> Path:
    with open_index(tmp_path, embedder=LetterEmbedder()) as index:
        put(index, make_chunks(PASSAGES))
    return unwritable(tmp_path / "index.sqlite")


@pytest.mark.parametrize("create", [True, False])
def test_it_is_searched(database: Path, create: bool):
    with open_index(database, embedder=LetterEmbedder(), create=create) as index:
        hits = index.search(PASSAGES[0])
        assert hits[0].chunk.text == PASSAGES[0]
        assert index.mode == "hybrid"
        assert len(list(index.chunks())) == len(PASSAGES)
        assert index.stats().vectors == len(PASSAGES)
        assert index.get(hits[0].chunk.chunk_id) == hits[0].chunk


def test_what_would_write_is_refused(database: Path):
    with open_index(database, embedder=LetterEmbedder()) as index:
        with pytest.raises(IndexUnavailableError, match="cannot be written"):
            put(index, [make_chunk("new", source="new.pdf")])
        # Before a document is read, not when it has been.
        with pytest.raises(IndexUnavailableError, match="may only be read"):
            index.check_reading("new", engine=ENGINE, fingerprint=FINGERPRINT)


def test_a_sound_index_is_not_called_damaged(database: Path):
    with (
        open_index(database) as index,
        pytest.raises(IndexUnavailableError, match="cannot be checked"),
    ):
        index.verify()


def test_what_another_writes_is_seen(database: Path):
    with open_index(database, embedder=LetterEmbedder()) as reader:
        assert reader.stats().documents == 1
        writable(database)
        with open_index(database, embedder=LetterEmbedder()) as writer:
            put(writer, [make_chunk("A zebra.", source="zebra.pdf")])
            assert reader.search("zebra")[0].chunk.source == "zebra.pdf"
            put(writer, [make_chunk("An okapi.", source="okapi.pdf")])
            assert reader.search("okapi")[0].chunk.source == "okapi.pdf"
        assert reader.search("okapi")[0].chunk.source == "okapi.pdf"


def test_changes_that_are_in_the_log_alone_are_not_passed_over(tmp_path: Path):
    (copied := tmp_path / "copied").mkdir()
    with open_index(tmp_path, embedder=LetterEmbedder()) as index:
        put(index, make_chunks(PASSAGES))
        for name in ("index.sqlite", "index.sqlite-wal"):
            shutil.copy(tmp_path / name, copied)
    unwritable(copied / "index.sqlite")
    with pytest.raises(IndexUnavailableError, match=r"index\.sqlite-wal still.*Open it once"):
        open_index(copied, create=False)


def test_what_is_no_index_is_told_as_ever(tmp_path: Path):
    (empty := unwritable(tmp_path / "empty.db")).touch()
    with sqlite3.connect(empty) as made:
        made.execute("PRAGMA journal_mode = WAL")
    other = unwritable(tmp_path / "other.db")
    other.write_text("not a database, and longer than the header of one would be " * 4)
    for file, error in ((empty, ConfigurationError), (other, IndexMismatchError)):
        with pytest.raises(error, match=r"There is no index|not an index"):
            open_index(file, create=False)


def test_a_cache_of_vectors_is_used_and_what_cannot_be_added_is_told_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    CachedEmbedder(LetterEmbedder(), VectorCache(tmp_path)).embed_documents(["known"])
    unwritable(VectorCache(tmp_path).path)
    embedder = CachedEmbedder(LetterEmbedder(), cache := VectorCache(tmp_path))
    assert cache.dimension("letters") == LetterEmbedder().dimension
    with caplog.at_level(logging.WARNING):
        for text in ("known", "new", "newer"):
            wanted = LetterEmbedder().embed_documents([text])
            assert embedder.embed_documents([text]).tolist() == wanted.tolist()
    assert [record.message.partition(":")[0] for record in caplog.records] == [
        f"Vectors cannot be cached in {cache.path.parent}"
    ]
    writable(cache.path)
    assert VectorCache(tmp_path).dimension("letters") == LetterEmbedder().dimension
