"""The tables of the PostgreSQL index, and how a schema of them is opened."""

from __future__ import annotations

import json
import re

from dsocr_integrations.errors import ConfigurationError, IndexMismatchError
from dsocr_integrations.index.embedders.base import EmbedderFacts
from dsocr_integrations.index.postgres.connection import Link

SCHEMA_VERSION = "1"
LEAST_PGVECTOR = (0, 8)
"""The first version with iterative scans: filters would empty an answer without them."""

MAX_INDEXED_DIMENSION = 2_000
"""What pgvector's HNSW takes; longer vectors are compared one by one."""

# What is not needed to filter is moved out of long rows, so that scans by a filter stay short.
_TABLES = """
CREATE TEXT SEARCH DICTIONARY stem (TEMPLATE = snowball, LANGUAGE = porter);
CREATE TABLE meta (key text PRIMARY KEY, value text NOT NULL);
CREATE TABLE documents (
    doc_id text PRIMARY KEY,
    source text NOT NULL,
    revision text NOT NULL,
    engine text NOT NULL,
    fingerprint text NOT NULL,
    chunk_count integer NOT NULL,
    term_count bigint NOT NULL
);
CREATE TABLE chunks (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    chunk_id text NOT NULL UNIQUE,
    doc_id text NOT NULL REFERENCES documents DEFERRABLE INITIALLY DEFERRED,
    position integer NOT NULL,
    source text NOT NULL,
    kind text NOT NULL,
    engine text NOT NULL,
    trusted boolean NOT NULL,
    pages integer[] NOT NULL,
    headings text[] NOT NULL,
    smiles text,
    inchikey text,
    text_hash text NOT NULL,
    term_count integer NOT NULL,
    terms tsvector NOT NULL,
    record json NOT NULL,
    CONSTRAINT one_chunk_a_place UNIQUE (doc_id, position) DEFERRABLE INITIALLY DEFERRED
) WITH (toast_tuple_target = 256);
CREATE INDEX chunks_by_term ON chunks USING gin (terms) WITH (fastupdate = off);
CREATE INDEX chunks_by_source ON chunks USING hash (source);
CREATE INDEX chunks_by_smiles ON chunks USING hash (smiles);
CREATE INDEX chunks_by_inchikey ON chunks USING hash (inchikey);
CREATE TABLE vectors (
    id bigint PRIMARY KEY REFERENCES chunks ON DELETE CASCADE,
    text_hash text NOT NULL,
    embedding vector NOT NULL
);
CREATE INDEX vectors_by_text ON vectors (text_hash);
CREATE TABLE molecules (
    id bigint PRIMARY KEY REFERENCES chunks ON DELETE CASCADE,
    smiles text NOT NULL,
    morgan bit(2048) NOT NULL,
    pattern bit(2048) NOT NULL
);
"""
_BY_READING = """
CREATE INDEX IF NOT EXISTS documents_by_reading ON documents (engine, fingerprint)
"""
# Only its owner may give a table of a former release an index.
_LACKS_BY_READING = """
SELECT to_regclass('documents_by_reading') IS NULL AND pg_has_role(relowner, 'USAGE')
FROM pg_class WHERE oid = to_regclass('documents')
"""


def prepare(link: Link, *, create: bool) -> None:
    """See to the tables.

    Raises:
        ConfigurationError: If there is no index and `create` is false, or the database lacks
            pgvector or UTF-8.
        IndexMismatchError: If the schema holds something else or an index of another version.
    """
    place = link.address
    if not exists(link):
        if not create:
            raise ConfigurationError(
                f"There is no index at {place}.",
                remedy="Make one with: dsocr ingest SOURCE -o FOLDER --index URL",
            )
        with link.writing():
            # Two processes may make the same index at once.
            link.lock_settings(alone=True)
            if not exists(link):
                _make(link)
        # The path of types was set before pgvector was there.
        link.renew()
    version = meta(link, "schema")
    if version != SCHEMA_VERSION:
        raise IndexMismatchError(
            f"The index at {place} has layout {version}, this version reads {SCHEMA_VERSION}.",
            remedy="Ingest into a new schema; pages that were read before come from the cache.",
        )
    if create and link.value(_LACKS_BY_READING):
        with link.writing():
            link.lock_settings(alone=True)
            link.run(_BY_READING)


def exists(link: Link) -> bool:
    """Whether the schema holds an index."""
    # Read from the catalogue's tables: functions on names answer from a cache, which another
    # process's index would not be in while this transaction lasts.
    return bool(
        link.value(
            "SELECT EXISTS (SELECT FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace"
            " WHERE nspname = %s AND relname = 'meta')",
            (link.address.schema,),
        )
    )


def _make(link: Link) -> None:
    schema = link.address.schema
    encoding = link.value("SHOW server_encoding")
    if encoding != "UTF8":
        raise ConfigurationError(
            f"The database of {link.address} is encoded in {encoding}.",
            remedy="Use a database made with ENCODING 'UTF8'.",
        )
    held = link.value(
        "SELECT count(*) FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace"
        " WHERE nspname = %s",
        (schema,),
    )
    if held:
        raise IndexMismatchError(
            f"The schema {schema} of {link.address} holds something else.",
            remedy="Give the index a schema of its own: ?schema=NAME.",
        )
    where = _pgvector(link)
    if link.value("SELECT oid FROM pg_namespace WHERE nspname = %s", (schema,)) is None:
        link.run(f"CREATE SCHEMA {schema}")
    link.run("SELECT set_config('search_path', %s, true)", (f"{schema}, {where}, pg_catalog",))
    link.run(_TABLES)
    link.run(_BY_READING)
    set_meta(link, "schema", SCHEMA_VERSION)


def _pgvector(link: Link) -> str:
    """See that pgvector is there; the schema that its types are in.

    Raises:
        ConfigurationError: If it is not, or too old.
    """
    import psycopg

    found = _found_pgvector(link)
    if found is None:
        try:
            with link.open().transaction():
                link.open().execute("CREATE EXTENSION vector WITH SCHEMA public")
        except psycopg.errors.InsufficientPrivilege:
            raise _no_pgvector(
                link, "Ask its administrator to run there: CREATE EXTENSION vector"
            ) from None
        except psycopg.Error:
            raise _no_pgvector(
                link,
                "Install the package postgresql-NN-pgvector on the server (or switch the"
                " extension on where it is managed), then run there: CREATE EXTENSION vector",
            ) from None
        found = _found_pgvector(link)
    version, schema = found or ("", "")
    if tuple(map(int, re.findall(r"\d+", version)[:2])) < LEAST_PGVECTOR:
        raise ConfigurationError(
            f"The database of {link.address} has pgvector {version}.",
            remedy="Version 0.8 or newer is needed: ALTER EXTENSION vector UPDATE",
        )
    return schema


def _found_pgvector(link: Link) -> tuple[str, str] | None:
    """Version of pgvector in this database, and the schema that its types are in."""
    row = link.run(
        "SELECT extversion, quote_ident(nspname) FROM pg_extension"
        " JOIN pg_namespace n ON n.oid = extnamespace WHERE extname = 'vector'"
    ).fetchone()
    return None if row is None else (str(row[0]), str(row[1]))


def _no_pgvector(link: Link, remedy: str) -> ConfigurationError:
    return ConfigurationError(
        f"The database of {link.address} has no pgvector, which the index needs.",
        remedy=f"{remedy}.",
    )


def meta(link: Link, key: str) -> str | None:
    """Read one remembered setting."""
    value = link.value("SELECT value FROM meta WHERE key = %s", (key,))
    return None if value is None else str(value)


def set_meta(link: Link, key: str, value: str) -> None:
    """Remember one setting."""
    link.run(
        "INSERT INTO meta VALUES (%s, %s) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        (key, value),
    )


def roots(link: Link) -> tuple[str, ...]:
    """The folders that sources may be relative to."""
    return tuple(json.loads(meta(link, "roots") or "[]"))


def embedder_of(link: Link) -> EmbedderFacts | None:
    """What the index was built with, `None` for a lexical one."""
    stored = dict(
        link.run("SELECT key, value FROM meta WHERE starts_with(key, 'embedder_')").fetchall()
    )
    if not stored:
        return None
    return EmbedderFacts(
        stored["embedder_name"],
        int(stored["embedder_dimension"]),
        stored["embedder_normalised"] == "1",
    )


def remember_embedder(link: Link, facts: EmbedderFacts) -> None:
    """Note what the vectors are of, and make the graph that they are searched by."""
    set_meta(link, "embedder_name", facts.name)
    set_meta(link, "embedder_dimension", str(facts.dimension))
    set_meta(link, "embedder_normalised", str(int(facts.normalised)))
    make_graph(link, facts.dimension)


def forget_embedder(link: Link) -> None:
    """Make the index lexical: no vectors, and no embedder remembered."""
    link.run("DROP INDEX IF EXISTS vectors_by_nearness")
    link.run("TRUNCATE vectors")
    link.run("DELETE FROM meta WHERE starts_with(key, 'embedder_')")


def make_graph(link: Link, dimension: int) -> None:
    """Make the HNSW graph over the vectors, unless they are too long for one.

    Vectors have unit length, so the inner product orders them as the cosine does; unlike it,
    it also takes vectors of nothing but zeros.
    """
    if dimension <= MAX_INDEXED_DIMENSION:
        link.run(
            "CREATE INDEX IF NOT EXISTS vectors_by_nearness ON vectors"
            f" USING hnsw ((embedding::vector({int(dimension)})) vector_ip_ops)"
        )
