"""The tables of the SQLite index, where its file lies, and what it remembers of itself."""

from __future__ import annotations

import contextlib
import json
import re
import sqlite3
import uuid
from pathlib import Path

from dsocr_integrations.errors import ConfigurationError
from dsocr_integrations.index.embedders.base import EmbedderFacts

SCHEMA_VERSION = "3"
FORMER_VERSION = "2"
FILE_NAME = "index.sqlite"
_URL = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+):/")
_VECTORS_STAMP = "vectors_stamp"
"""Setting that changes where vectors are forgotten or made anew: no file of old ones counts."""
_STAMP = "lower(hex(randomblob(16)))"

ID_START = 8
"""Characters of an id that its index holds. Ids are random, so that each write meets another page of
it: the fewer pages, the fewer are read and written."""

_TABLES = f"""
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS documents (
    id INTEGER PRIMARY KEY,
    doc_id TEXT NOT NULL,
    source TEXT NOT NULL,
    revision TEXT NOT NULL,
    engine TEXT NOT NULL,
    fingerprint TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS documents_by_id ON documents (substr(doc_id, 1, {ID_START}));
CREATE INDEX IF NOT EXISTS documents_by_reading ON documents (engine, fingerprint, doc_id);
CREATE TABLE IF NOT EXISTS chunks (
    id INTEGER PRIMARY KEY,
    chunk_id TEXT NOT NULL,
    document INTEGER NOT NULL REFERENCES documents (id) DEFERRABLE INITIALLY DEFERRED,
    position INTEGER NOT NULL,
    source TEXT NOT NULL,
    kind TEXT NOT NULL,
    engine TEXT NOT NULL,
    trusted INTEGER NOT NULL,
    smiles TEXT,
    inchikey TEXT,
    record TEXT NOT NULL,
    context TEXT NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS chunks_by_id ON chunks (substr(chunk_id, 1, {ID_START}));
CREATE INDEX IF NOT EXISTS chunks_by_document ON chunks (document, position);
CREATE INDEX IF NOT EXISTS chunks_by_smiles ON chunks (smiles) WHERE smiles IS NOT NULL;
CREATE INDEX IF NOT EXISTS chunks_by_inchikey ON chunks (inchikey) WHERE inchikey IS NOT NULL;
CREATE INDEX IF NOT EXISTS chunks_by_kind ON chunks (kind, trusted, engine);
CREATE INDEX IF NOT EXISTS chunks_by_source ON chunks (source);
CREATE TABLE IF NOT EXISTS chunk_pages (
    id INTEGER NOT NULL REFERENCES chunks (id) ON DELETE CASCADE,
    page INTEGER NOT NULL,
    PRIMARY KEY (id, page)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS vectors (
    id INTEGER PRIMARY KEY REFERENCES chunks (id) ON DELETE CASCADE,
    text_hash TEXT NOT NULL,
    vector BLOB NOT NULL
);
CREATE INDEX IF NOT EXISTS vectors_by_text ON vectors (text_hash);
CREATE TABLE IF NOT EXISTS molecules (
    id INTEGER PRIMARY KEY REFERENCES chunks (id) ON DELETE CASCADE,
    smiles TEXT NOT NULL,
    morgan BLOB NOT NULL,
    pattern BLOB NOT NULL
);
CREATE VIRTUAL TABLE IF NOT EXISTS fulltext USING fts5 (
    context, body, content = 'chunks', content_rowid = 'id',
    tokenize = "porter unicode61 remove_diacritics 2 tokenchars '-._/,+:%'"
);
INSERT OR IGNORE INTO meta VALUES
    ('schema', '{SCHEMA_VERSION}'), ('generation', '0'), ('{_VECTORS_STAMP}', {_STAMP})
"""  # noqa: S608 - constants of ours
# Terms are cut in Python (`terms.py`) and stored parted by spaces; `tokenchars` keeps FTS5
# from cutting them again.

_SET_ASIDE = """
CREATE TEMP TABLE former_documents AS SELECT * FROM documents;
CREATE TEMP TABLE former_chunks AS
    SELECT chunks.*, ifnull(c0, '') AS context, ifnull(c1, '') AS body
    FROM chunks LEFT JOIN fulltext_content USING (id) ORDER BY id;
DROP TABLE fulltext;
DROP TABLE chunks;
DROP TABLE documents;
"""
_PUT_BACK = f"""
INSERT INTO documents SELECT NULL, * FROM former_documents ORDER BY source;
INSERT INTO chunks SELECT former.id, chunk_id, documents.id, position, former.source, kind,
    former.engine, trusted, smiles, inchikey, record, context, body
    FROM former_chunks AS former CROSS JOIN documents
    ON substr(documents.doc_id, 1, {ID_START}) = substr(former.doc_id, 1, {ID_START})
    AND documents.doc_id = former.doc_id;
INSERT INTO fulltext (fulltext) VALUES ('rebuild');
DROP TABLE former_chunks;
DROP TABLE former_documents;
UPDATE meta SET value = '{SCHEMA_VERSION}' WHERE key = 'schema'
"""  # noqa: S608 - constants of ours


def with_id(column: str, wanted: str) -> tuple[str, tuple[str, str]]:
    """The condition that a column holds the id of a document or chunk, and its values."""
    # The plus keeps SQLite from putting the value into `substr` too, which would miss the index.
    return f"substr({column}, 1, {ID_START}) = ? AND +{column} = ?", (wanted[:ID_START], wanted)


def database_path(path: str | Path) -> Path:
    """Return the database file: `path` itself if it names one, else a file in that folder.

    Raises:
        ConfigurationError: If it is a URL, which would otherwise become a folder of that name.
    """
    url = _URL.match(str(path))
    if url is not None:
        raise ConfigurationError(
            f"An index cannot be kept under {url[1]}:// addresses.",
            remedy="Name a folder on a local disk, or a database as postgresql://USER@HOST/DATABASE.",
        )
    path = Path(path)
    return path if path.suffix in {".sqlite", ".sqlite3", ".db"} else path / FILE_NAME


def make_tables(connection: sqlite3.Connection, *, former: bool) -> None:
    """Make the tables, of those of the former layout where there are such, in the caller's transaction."""
    script = f"{_SET_ASIDE}{_TABLES};{_PUT_BACK}" if former else _TABLES
    for statement in script.split(";"):
        connection.execute(statement)


def meta(connection: sqlite3.Connection, key: str) -> str | None:
    """Read one remembered setting."""
    row = connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
    return None if row is None else str(row[0])


def set_meta(connection: sqlite3.Connection, key: str, value: str) -> None:
    """Remember one setting."""
    connection.execute(
        "INSERT INTO meta VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        (key, value),
    )


def state(connection: sqlite3.Connection) -> str:
    """Name of what is committed; every transaction that writes gives another."""
    return meta(connection, "generation") or ""


def new_state(connection: sqlite3.Connection) -> None:
    """Give what is about to be committed a name of its own, unlike a count also among copies."""
    set_meta(connection, "generation", uuid.uuid4().hex)


def renew_vectors_stamp(connection: sqlite3.Connection) -> None:
    """See that vectors in files made until now are not used any more."""
    connection.execute(f"REPLACE INTO meta VALUES ('{_VECTORS_STAMP}', {_STAMP})")  # noqa: S608 - both are ours


def vectors_stamp(connection: sqlite3.Connection) -> str:
    """What a file of this index's vectors must name to be used."""
    return meta(connection, _VECTORS_STAMP) or ""


def vectors_stamp_now(database: Path) -> str:
    """The stamp as last committed, whatever transaction the caller is in.

    Args:
        database: Absolute path of the database file.
    """
    address = f"{database.as_uri()}?mode=ro"
    with contextlib.closing(sqlite3.connect(address, timeout=60, uri=True)) as connection:
        return vectors_stamp(connection)


def roots(connection: sqlite3.Connection) -> tuple[str, ...]:
    """The folders that sources may be relative to."""
    return tuple(json.loads(meta(connection, "roots") or "[]"))


def embedder_of(connection: sqlite3.Connection) -> EmbedderFacts | None:
    """What the index was built with, `None` for a lexical one."""
    name, dimension = meta(connection, "embedder_name"), meta(connection, "embedder_dimension")
    if name is None or dimension is None:
        return None
    # Noted by every index but the first ones, which only knew the local embedder.
    normalised = meta(connection, "embedder_normalised") != "0"
    return EmbedderFacts(name, int(dimension), normalised)


def remember_embedder(connection: sqlite3.Connection, facts: EmbedderFacts) -> None:
    """Note what the vectors are of."""
    set_meta(connection, "embedder_name", facts.name)
    set_meta(connection, "embedder_dimension", str(facts.dimension))
    set_meta(connection, "embedder_normalised", str(int(facts.normalised)))


def forget_embedder(connection: sqlite3.Connection) -> None:
    """Make the index lexical: no vectors, and no embedder remembered."""
    connection.execute("DELETE FROM vectors")
    renew_vectors_stamp(connection)
    connection.execute("DELETE FROM meta WHERE key LIKE 'embedder_%'")
