"""SQLite files that several processes write at once."""

from __future__ import annotations

import sqlite3

_PATIENCE = 60.0
"""Seconds that another process may keep a file to itself."""


def write_ahead(connection: sqlite3.Connection) -> None:
    """Turn a file to write-ahead logging, so that readers and a writer do not wait for each other.

    Only the turn itself needs the file alone, and other than all statements it does not wait for
    that: of two processes that make the same file, one would be told that it is locked.

    Raises:
        sqlite3.OperationalError: If the file stays locked for a minute, or cannot be used.
    """
    from tenacity import Retrying, retry_if_exception, stop_after_delay, wait_random

    turn = Retrying(
        retry=retry_if_exception(is_locked),
        stop=stop_after_delay(_PATIENCE),
        wait=wait_random(0.005, 0.05),
        reraise=True,
    )
    turn(connection.execute, "PRAGMA journal_mode = WAL")


def is_locked(error: BaseException) -> bool:
    """Whether an error says that others have the file, rather than that something is wrong."""
    if not isinstance(error, sqlite3.OperationalError):
        return False
    return error.sqlite_errorcode & 0xFF in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
