"""SQLite files that may be read and not written: on a read-only disk, or of another user.

One with a write-ahead log is read through a file that SQLite makes beside it. Where it may make
none, the database is taken for one that nobody changes, which must be looked after: on a disk
that is read-only here, another machine or user may write.
"""

from __future__ import annotations

import contextlib
import sqlite3
from dataclasses import dataclass
from pathlib import Path

from dsocr_integrations.errors import IndexUnavailableError

_REFUSED = frozenset({sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY})


@dataclass(frozen=True)
class UnwrittenFile:
    """A database as it stood when it was opened for reading.

    Attributes:
        path: The database.
        facts: Of the database and of its log: device, inode, size in bytes and time of change in
            nanoseconds.
        alone: Whether it was taken for one that nobody changes.
    """

    path: Path
    facts: tuple[tuple[int, ...] | None, ...]
    alone: bool

    @classmethod
    def of(cls, path: Path, *, alone: bool) -> UnwrittenFile:
        """A file as it stands now."""
        return cls(path, (_facts(path), _facts(_log_of(path))), alone)

    @property
    def has_changed(self) -> bool:
        """Whether it must be opened anew, because somebody writes it after all."""
        return self.alone and self != UnwrittenFile.of(self.path, alone=True)


def is_refused_writing(error: sqlite3.OperationalError) -> bool:
    """Whether an error says that a file, or one beside it, may not be written."""
    return error.sqlite_errorcode & 0xFF in _REFUSED


def unwritten(path: Path) -> tuple[sqlite3.Connection, UnwrittenFile]:
    """Open a database for reading, whether or not SQLite may make files beside it.

    Raises:
        IndexUnavailableError: If its last changes are still in the log, and the log cannot be
            read without a file beside it.
        sqlite3.Error: If it cannot be read.
    """
    as_it_stands = UnwrittenFile.of(path, alone=False)
    try:
        return _connected(path, "mode=ro"), as_it_stands
    except sqlite3.OperationalError as error:
        if not is_refused_writing(error):
            raise
        if (log := as_it_stands.facts[1]) is not None and log[2]:
            raise IndexUnavailableError(
                f"{path} cannot be read where nothing may be written: its last changes are in"
                f" {_log_of(path).name} still.",
                remedy="Open it once where its folder may be written, such as with 'dsocr index"
                f" verify', or copy it there with all files whose names begin with {path.name}.",
            ) from error
    alone = UnwrittenFile.of(path, alone=True)
    return _connected(path, "immutable=1"), alone


def _connected(path: Path, how: str) -> sqlite3.Connection:
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?{how}",
        timeout=60,
        isolation_level=None,
        check_same_thread=False,
        uri=True,
    )
    try:
        # Nothing is opened until something is asked.
        connection.execute("SELECT name FROM sqlite_master").fetchone()
    except BaseException:
        connection.close()
        raise
    return connection


def _log_of(path: Path) -> Path:
    return path.with_name(f"{path.name}-wal")


def _facts(path: Path) -> tuple[int, ...] | None:
    with contextlib.suppress(OSError):
        found = path.stat()
        return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns
    return None
