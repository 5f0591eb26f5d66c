"""How the file of a SQLite index is opened: for writing where that may be, else for reading only."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from pathlib import Path

from dsocr_integrations.errors import ConfigurationError, IndexMismatchError
from dsocr_integrations.index.read_only import UnwrittenFile, is_refused_writing, unwritten
from dsocr_integrations.index.sqlite.schema import (
    FORMER_VERSION,
    SCHEMA_VERSION,
    database_path,
    make_tables,
    meta,
)
from dsocr_integrations.index.write_ahead import write_ahead

_JOURNAL_PAGES = 16_000
"""Pages of 4 KB, after which the journal is put into the file: one that many documents change is then
copied once, and neighbours are written together. The journal may be as large, 64 MB."""


@dataclass(frozen=True)
class OpenedFile:
    """An index file that is open.

    Attributes:
        connection: What it is asked through.
        unwritten: The file as it stood, where it may only be read.
    """

    connection: sqlite3.Connection
    unwritten: UnwrittenFile | None = None


def opened(path: str | Path, *, create: bool) -> OpenedFile:
    """Open the database and see to its tables; where it may not be written, it is read as it is.

    Raises:
        ConfigurationError: If there is no index and `create` is false, or the place cannot
            be written and holds none that can be read.
        IndexMismatchError: If the file is no index of this package or of another version.
    """
    file = database_path(path)
    if not create and not file.is_file():
        raise _no_index(path)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(
            file, timeout=60, isolation_level=None, check_same_thread=False
        )
    except (OSError, sqlite3.OperationalError) as error:
        raise ConfigurationError(
            f"The index at {path} cannot be opened: {error}.",
            remedy="Give a folder on a local disk that this user may write.",
        ) from error
    try:
        _prepare(connection, path)
    except sqlite3.OperationalError as error:
        connection.close()
        if is_refused_writing(error) and file.is_file():
            return _for_reading(file, path)
        raise ConfigurationError(
            f"The index at {path} cannot be used: {error}.",
            remedy="Give a folder on a local disk with room that this user may write.",
        ) from error
    except BaseException:
        connection.close()
        raise
    return OpenedFile(connection)


def _prepare(connection: sqlite3.Connection, path: str | Path) -> None:
    try:
        write_ahead(connection)
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute(f"PRAGMA wal_autocheckpoint = {_JOURNAL_PAGES}")
        version = _version(connection, path)
        if version in {None, FORMER_VERSION}:
            _make_tables(connection, path)
            version = SCHEMA_VERSION
        connection.execute("PRAGMA foreign_keys = ON")
    except sqlite3.OperationalError:
        raise
    except sqlite3.DatabaseError as error:
        raise _foreign(path) from error
    if version != SCHEMA_VERSION:
        raise IndexMismatchError(
            f"The index at {path} has layout {version}, this version reads {SCHEMA_VERSION}.",
            remedy="Ingest into a new folder; pages that were read before come from the cache.",
        )


def _for_reading(file: Path, path: str | Path) -> OpenedFile:
    try:
        connection, as_it_stood = unwritten(file)
        try:
            version = _version(connection, path)
        except BaseException:
            connection.close()
            raise
    except sqlite3.OperationalError as error:
        raise ConfigurationError(
            f"The index at {path} cannot be read: {error}.",
            remedy="Check that this user may read the file and its folder.",
        ) from error
    except sqlite3.DatabaseError as error:
        raise _foreign(path) from error
    if version == SCHEMA_VERSION:
        return OpenedFile(connection, as_it_stood)
    connection.close()
    if version is None:
        raise _no_index(path)
    raise IndexMismatchError(
        f"The index at {path} has layout {version}, this version reads {SCHEMA_VERSION}, and its"
        " file may not be written.",
        remedy="Copy it to where it may be written and open it there: layout"
        f" {FORMER_VERSION} is brought to {SCHEMA_VERSION}.",
    )


def _version(connection: sqlite3.Connection, path: str | Path) -> str | None:
    """The layout of the file; `None` where it is empty."""
    tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
    if tables and "meta" not in tables:
        raise _foreign(path)
    return meta(connection, "schema") if tables else None


def _make_tables(connection: sqlite3.Connection, path: str | Path) -> None:
    connection.execute("BEGIN IMMEDIATE")
    # Asked again: two processes may open the same index at once.
    make_tables(connection, former=_version(connection, path) == FORMER_VERSION)
    connection.execute("COMMIT")


def _no_index(path: str | Path) -> ConfigurationError:
    return ConfigurationError(
        f"There is no index at {path}.",
        remedy="Make one with: dsocr ingest SOURCE -o FOLDER --index DIR",
    )


def _foreign(path: str | Path) -> IndexMismatchError:
    return IndexMismatchError(
        f"The file at {path} is not an index of this package.",
        remedy="Give another folder, or move that file away.",
    )
