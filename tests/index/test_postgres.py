"""What is PostgreSQL's own: addresses, connections, locks, tables, the graph over vectors."""

from __future__ import annotations

import threading
import zlib
from pathlib import Path

import numpy as np
import psycopg
import pytest

from dsocr_integrations.errors import (
    ConfigurationError,
    DsocrError,
    IndexMismatchError,
    IndexUnavailableError,
    MissingDependencyError,
)
from dsocr_integrations.index import PostgresIndex, SearchFilters, open_index
from dsocr_integrations.index.postgres import index as postgres_index
from dsocr_integrations.index.postgres import schema, shown
from dsocr_integrations.index.postgres.address import Address
from dsocr_integrations.index.postgres.lexemes import MAX_BYTES, tsvector
from dsocr_integrations.index.searching import Question
from tests.builders import make_chunk, make_chunks
from tests.index.molecule_chunks import SMILES, molecule_chunk
from tests.index.passages import PASSAGES, LetterEmbedder, put
from tests.postgres_server import Place


@pytest.mark.parametrize(
    ("url", "conninfo", "place"),
    [
        ("postgresql://", "postgresql://", "postgresql:///?schema=dsocr"),
        (
            "postgres://me:pa%40ss@host:5433/docs?schema=papers&sslmode=require",
            "postgres://me:pa%40ss@host:5433/docs?sslmode=require",
            "postgresql://me@host:5433/docs?schema=papers",
        ),
        (
            "postgresql:///docs?host=/run/pg&schema=a_1",
            "postgresql:///docs?host=/run/pg",
            "postgresql://%2Frun%2Fpg/docs?schema=a_1",
        ),
        (
            "postgresql://me:s?cret@host/docs",
            "postgresql://me:s?cret@host/docs",
            "postgresql://me@host/docs?schema=dsocr",
        ),
    ],
)
def test_addresses(url: str, conninfo: str, place: str):
    address = Address.parse(url)
    assert (address.conninfo, address.place) == (conninfo, place)
    assert shown(url) == place
    assert Address.parse(url, "other").schema == "other"


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://me:top@secret@host/docs",
        "postgresql://me:top/secret@host/docs",
        "postgresql://me:secret@host:port/docs",
        "postgresql://me:secret@host/docs?schema=DROP%20TABLE",
        "postgresql://me:secret@host/docs?schema=pg_catalog",
        "postgresql://me:secret@host/docs?colour=secret",
        "postgresql://me:sec%ret@host/docs",
    ],
)
def test_what_is_no_address_is_refused_without_its_password(url: str):
    with pytest.raises(ConfigurationError) as refused:
        open_index(url)
    error: BaseException | None = refused.value
    while error is not None:
        assert "secret" not in f"{error} {error!r}"
        assert "sec%ret" not in f"{error} {error!r}"
        error = None if error.__suppress_context__ else error.__context__


def test_the_password_is_never_shown(postgres_place: Place, capfd, caplog):
    url = postgres_place().replace("postgres:@", "postgres:zyzzyva@")
    assert "zyzzyva" in url
    with open_index(url) as index:
        put(index, make_chunks(PASSAGES))
        assert isinstance(index, PostgresIndex)
        assert "zyzzyva" not in f"{index!r} {index.address!r} {index.address} {vars(index)}"
        with pytest.raises(IndexMismatchError) as refused:
            put(index, [make_chunk("b", source="b.pdf")], engine="server")
        assert "test_" in str(refused.value)
        assert "zyzzyva" not in str(refused.value)
    for other in (url.replace("/postgres?", "/nowhere?"), url.replace("//postgres:", "//nobody:")):
        with pytest.raises(ConfigurationError, match="PGPASSWORD") as refused:
            open_index(other)
        assert "zyzzyva" not in repr(refused.value)
    assert "zyzzyva" not in caplog.text + "".join(capfd.readouterr())


def test_the_environment_of_libpq_counts(postgres_place: Place, monkeypatch: pytest.MonkeyPatch):
    host = postgres_place().partition("host=")[2].partition("&")[0]
    monkeypatch.setenv("PGHOST", host)
    monkeypatch.setenv("PGUSER", "postgres")
    monkeypatch.setenv("PGDATABASE", "postgres")
    schema_name = postgres_place().rpartition("=")[2]
    with open_index(f"postgresql://?schema={schema_name}") as index:
        put(index, make_chunks(PASSAGES))
    with PostgresIndex("postgresql://", schema_name=schema_name, create=False) as index:
        assert index.stats().chunks == len(PASSAGES)


def test_a_server_that_is_not_there_may_come_back(tmp_path: Path):
    with pytest.raises(IndexUnavailableError, match="try again"):
        open_index(f"postgresql:///docs?host={tmp_path}")


def test_a_broken_connection_is_told_and_made_anew(postgres_place: Place, postgres_url: str):
    with open_index(postgres_place()) as index:
        put(index, make_chunks(PASSAGES))
        backend = index._link.value("SELECT pg_backend_pid()")
        with psycopg.connect(postgres_url, autocommit=True) as other:
            other.execute("SELECT pg_terminate_backend(%s, 60000)", (backend,))
        with pytest.raises(IndexUnavailableError):
            index.search("aspirin")
        assert index.search("aspirin")
        assert index.verify() == ()


def test_missing_driver_and_extension_name_the_remedy(
    postgres_place: Place, postgres_url: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(schema, "LEAST_PGVECTOR", (99, 0))
    with pytest.raises(ConfigurationError, match="ALTER EXTENSION vector UPDATE"):
        open_index(postgres_place())
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS bare")
        connection.execute("CREATE DATABASE bare")
        connection.execute("DROP ROLE IF EXISTS guest")
        connection.execute("CREATE ROLE guest LOGIN")
    bare = postgres_place().replace("/postgres?", "/bare?")
    with pytest.raises(ConfigurationError, match="CREATE EXTENSION vector"):
        open_index(bare.replace("//postgres:", "//guest:"))
    # A schema half made would be taken for somebody else's.
    with pytest.raises(ConfigurationError, match="or newer is needed"):
        open_index(bare)
    monkeypatch.undo()
    with open_index(bare) as index:
        assert index.stats().chunks == 0
    monkeypatch.setitem(__import__("sys").modules, "psycopg", None)
    with pytest.raises(MissingDependencyError, match=r"dsocr-integrations\[postgres\]"):
        open_index(bare)


def test_missing_foreign_and_older_indexes(postgres_place: Place, postgres_url: str):
    with pytest.raises(ConfigurationError, match="dsocr ingest"):
        open_index(postgres_place(), create=False)
    name = postgres_place().rpartition("=")[2]
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {name}")
        connection.execute(f"CREATE TABLE {name}.theirs (x integer)")
        with pytest.raises(IndexMismatchError, match="something else"):
            open_index(postgres_place())
        connection.execute(f"DROP TABLE {name}.theirs")
        with open_index(postgres_place()) as index:
            index._link.run("UPDATE meta SET value = '0' WHERE key = 'schema'")
        with pytest.raises(IndexMismatchError, match="layout 0"):
            open_index(postgres_place())


def test_a_reader_needs_no_more_than_to_read(postgres_place: Place, postgres_url: str):
    with open_index(postgres_place(), embedder=LetterEmbedder()) as index:
        put(index, make_chunks(PASSAGES))
    name = postgres_place().rpartition("=")[2]
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute("DROP ROLE IF EXISTS reader")
        connection.execute("CREATE ROLE reader LOGIN")
        connection.execute(f"GRANT USAGE ON SCHEMA {name} TO reader")
        connection.execute(f"GRANT SELECT ON ALL TABLES IN SCHEMA {name} TO reader")
        try:
            place = postgres_place().replace("//postgres:", "//reader:")
            with open_index(place, embedder=LetterEmbedder(), create=False) as index:
                assert index.search("aspirin")[0].mode == "hybrid"
                assert index.search_structure("C").molecules == 0
                assert index.stats().chunks == len(PASSAGES)
                with pytest.raises(ConfigurationError, match="Grant"):
                    index.delete_document(make_chunk("x").doc_id)
        finally:
            connection.execute("DROP OWNED BY reader")
            connection.execute("DROP ROLE reader")


def test_a_writer_need_not_own_the_tables(postgres_place: Place, postgres_url: str):
    with open_index(postgres_place(), embedder=LetterEmbedder()):
        pass
    name = postgres_place().rpartition("=")[2]
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute("DROP ROLE IF EXISTS writer")
        connection.execute("CREATE ROLE writer LOGIN")
        connection.execute(f"GRANT USAGE ON SCHEMA {name} TO writer")
        rights = "SELECT, INSERT, UPDATE, DELETE"
        connection.execute(f"GRANT {rights} ON ALL TABLES IN SCHEMA {name} TO writer")
        try:
            place = postgres_place().replace("//postgres:", "//writer:")
            with open_index(place, embedder=LetterEmbedder()) as index:
                put(index, make_chunks(PASSAGES))
                assert index.repair() == ()
                assert index.delete_document(make_chunk("x").doc_id) == len(PASSAGES)
        finally:
            connection.execute("DROP OWNED BY writer")
            connection.execute("DROP ROLE writer")


def test_indexes_of_one_database_do_not_meet(postgres_place: Place):
    with open_index(postgres_place("a")) as one, open_index(postgres_place("b")) as other:
        put(one, make_chunks(PASSAGES))
        assert other.stats().chunks == 0
        assert one.forget(make_chunk("x").doc_id) == len(PASSAGES)


def test_a_failing_replace_changes_nothing(postgres_place: Place, monkeypatch: pytest.MonkeyPatch):
    with open_index(postgres_place()) as index:
        put(index, make_chunks(PASSAGES))

        def fail(link, *_: object) -> int:
            link.run("UPDATE chunks SET position = 0")
            raise IndexUnavailableError("The disk is full.")

        monkeypatch.setattr(postgres_index, "write_chunks", fail)
        with pytest.raises(IndexUnavailableError, match="disk"):
            put(index, make_chunks(["one", "two"]))
        assert [chunk.text for chunk in index.chunks()] == PASSAGES
        assert index.verify() == ()


def test_the_database_itself_refuses_two_chunks_in_one_place(postgres_place: Place):
    with open_index(postgres_place()) as index:
        put(index, make_chunks(PASSAGES))
        with pytest.raises(psycopg.errors.UniqueViolation):
            index._link.run("UPDATE chunks SET position = 0")


def test_writers_wait_for_the_document_and_for_nothing_else(postgres_place: Place):
    with (
        open_index(postgres_place()) as one,
        open_index(postgres_place()) as other,
        open_index(postgres_place()) as third,
    ):
        put(one, [make_chunk("seen", source="0.pdf")])
        started, done = threading.Event(), threading.Event()

        def write() -> None:
            started.set()
            put(other, [make_chunk("second", source="a.pdf")])
            done.set()

        with one._link.writing():
            one._link.lock_settings()
            one._link.lock_document(make_chunk("x", source="a.pdf").doc_id)
            writer = threading.Thread(target=write)
            writer.start()
            assert started.wait(10)
            put(third, [make_chunk("elsewhere", source="b.pdf")])
            assert not done.is_set()
        assert done.wait(30)
        writer.join()
        assert one.stats().documents == 3


def test_the_first_readings_of_two_engines_do_not_slip_in_together(postgres_place: Place):
    with open_index(postgres_place()) as one, open_index(postgres_place()) as other:
        refused: list[DsocrError] = []

        def write() -> None:
            try:
                put(other, [make_chunk("b", source="b.pdf")], engine="server")
            except IndexMismatchError as error:
                refused.append(error)

        writer = threading.Thread(target=write)
        with one._link.writing():
            one._link.lock_settings(alone=True)
            writer.start()
            put_inside = make_chunk("a", source="a.pdf")
            one._link.run(
                "INSERT INTO documents VALUES (%s, 'a.pdf', 'r', 'embedded', 'f', 0, 0)",
                (put_inside.doc_id,),
            )
        writer.join(30)
        assert len(refused) == 1


def test_repair_mends_what_verify_names(postgres_place: Place):
    with open_index(postgres_place(), embedder=LetterEmbedder()) as index:
        put(index, [*make_chunks(PASSAGES), molecule_chunk(9, "ethanol", SMILES["ethanol"])])
        assert index.repair() == ()
        run = index._link.run
        run("ALTER TABLE chunks DROP CONSTRAINT chunks_doc_id_fkey")
        run("ALTER TABLE vectors DROP CONSTRAINT vectors_id_fkey")
        run("UPDATE chunks SET terms = '' WHERE position = 0")
        run("DELETE FROM vectors WHERE id = (SELECT min(id) FROM vectors)")
        run("INSERT INTO vectors SELECT id + 1000, text_hash, embedding FROM vectors LIMIT 1")
        run("DELETE FROM molecules")
        run("DELETE FROM documents")
        run("DROP INDEX vectors_by_nearness")
        assert len(index.verify()) == 6
        assert len(index.repair()) == 6
        assert index.verify() == ()
        assert index.search("cyclooxygenase dose 4.2")[0].chunk.text == PASSAGES[0]
        assert index.documents()[0].source == "report.pdf"
        run("DELETE FROM chunks WHERE position = 1")
        assert "ingested again" in " ".join(index.verify())


def test_an_interrupted_reindex_goes_on_and_forgets(postgres_place: Place):
    class Broken(LetterEmbedder):
        def embed_documents(self, texts):
            if self.embedded:
                raise IndexUnavailableError("The embedder's server went away.")
            return super().embed_documents(texts)

    texts = [f"passage {letter * 3}" for letter in "abcdefghij" for _ in range(10)]
    with open_index(postgres_place()) as index:
        put(index, make_chunks([f"{text} {at}" for at, text in enumerate(texts)]))
        put(index, [make_chunk("secret", source="a.pdf")])
        with pytest.raises(IndexUnavailableError):
            index.reindex(Broken("new"))
        assert index.stats().embedder is None
        assert index.search("passage")[0].mode == "lexical"
        again = LetterEmbedder("new")
        index.forget(make_chunk("x", source="a.pdf").doc_id)
        assert index.reindex(again) == len(texts)
        assert 0 < len(again.embedded) < len(texts)
        assert index.verify() == ()


def test_forget_leaves_nothing_in_the_tables(postgres_place: Place, postgres_url: str):
    with open_index(postgres_place()) as index:
        secret = make_chunk("Zanzibar quagga", source="secret.pdf", title="Zanzibar papers")
        put(index, [make_chunk("kept", source="kept.pdf")])
        put(index, [secret])
        assert index.forget(secret.doc_id) == 1
        assert index.verify() == ()
    name = postgres_place().rpartition("=")[2]
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute("CHECKPOINT")
        folder = Path(connection.execute("SHOW data_directory").fetchone()[0])
        files = [
            folder / path
            for (path,) in connection.execute(
                "SELECT pg_relation_filepath(oid) FROM pg_class WHERE relkind IN ('r', 't', 'i')"
                " AND (relnamespace = %s::regnamespace OR oid IN (SELECT reltoastrelid FROM"
                " pg_class WHERE relnamespace = %s::regnamespace))",
                (name, name),
            )
        ]
    stored = b"".join(path.read_bytes() for path in files).lower()
    assert b"kept" in stored
    for word in (b"zanzibar", b"quagga", b"secret.pdf"):
        assert word not in stored


def test_hostile_texts_are_stored(postgres_place: Place):
    with open_index(postgres_place()) as index:
        long = " ".join(f"word{number}{'x' * 300}" for number in range(5_000))
        chunks = make_chunks(
            ["nul \0 inside", "it's a 'quote' \\ back\\slash", long, "x" * 100_000],
            source="a\0b.pdf",
            headings=("h\0", "x" * 10_000),
        )
        put(index, chunks)
        assert list(index.chunks()) == chunks
        assert index.get("no\0id") is None
        assert index.neighbours("no\0id") == []
        assert index.search("inside")[0].chunk == chunks[0]
        assert index.search("inside \0 \ud800", 1).reason is None
        assert index.search("inside", filters=SearchFilters(source="a\0b.pdf", heading="H\0"))
        assert index.search("x" * 100_000, k=1)[0].chunk.ordinal in {0, 1, 2, 3}
        assert index.verify() == ()


def test_words_beyond_what_a_column_takes_are_left_out():
    words = [f"{number}" * 100 for number in range(10_000)]
    literal = tsvector([], words)
    assert MAX_BYTES * 0.5 < len(literal) < MAX_BYTES * 1.2
    assert tsvector(["a"], ["a", "b"]) == "'a':1A,3 'b':4"


@pytest.mark.parametrize("filters", [SearchFilters(), SearchFilters(kind="text")])
def test_the_graph_finds_what_comparing_all_finds(postgres_place: Place, filters: SearchFilters):
    class Seeded(LetterEmbedder):
        def embed_query(self, text: str) -> np.ndarray:
            seed = zlib.crc32(text.rsplit(maxsplit=1)[-1].encode())
            return np.random.default_rng(seed).normal(size=26).astype("f4")

    texts = [f"passage {number}" for number in range(300)]
    place = postgres_place()
    with PostgresIndex(place, embedder=Seeded(), exact_up_to=10) as graph:
        put(graph, make_chunks(texts))
        put(graph, [make_chunk("passage 999", source="t.pdf", kind="table")])
        by_graph = [hit.chunk.text for hit in graph.search("nothing 1000", 10, filters)]
    with open_index(place, embedder=Seeded()) as exact:
        assert [hit.chunk.text for hit in exact.search("nothing 1000", 10, filters)] == by_graph


def test_words_are_weighed_as_sqlite_weighs_them(postgres_place: Place, tmp_path: Path):
    words = np.random.default_rng(4).zipf(1.3, size=(60, 25)) % 40
    chunks = make_chunks(
        [" ".join(f"word{'abcdefghij'[n % 10]}{'klmn'[n // 10]}" for n in row) for row in words],
        headings=("wordak wordbl",),
    )
    question = Question(some=("wordak", "wordbl", "wordcm", "worddn"))
    codes = Question(every=("wordak", "wordcm"), some=("wordfl", "wordgm"))
    with open_index(tmp_path) as one, open_index(postgres_place()) as other:
        put(one, chunks)
        put(other, chunks)
        for asked in (question, codes):
            scores = [
                {
                    index._chunks.chunk(row).chunk_id: score
                    for row, _, score in index._chunks.matching(asked, SearchFilters(), 100)
                }
                for index in (one, other)
            ]
            assert scores[0]
            assert scores[1] == pytest.approx(scores[0], rel=1e-3, abs=1e-4)


def test_an_index_of_a_former_release_learns_to_tell_its_engines_quickly(postgres_place: Place):
    place = postgres_place()
    there = "SELECT to_regclass('documents_by_reading') IS NOT NULL"
    with open_index(place) as index:
        assert index._link.value(there)
        index._link.run("DROP INDEX documents_by_reading")
    with open_index(place, create=False) as index:
        assert not index._link.value(there)
    with open_index(place) as index:
        assert index._link.value(there)
        put(index, make_chunks(PASSAGES))
