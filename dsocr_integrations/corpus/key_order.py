"""Objects in the order of their keys, however many there are."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from dsocr_integrations.corpus.entries import Listed


def in_key_order(objects: Iterable[Listed]) -> Iterator[Listed]:
    """Sort objects on disk, since no store promises an order and memory may not hold them.

    Args:
        objects: All are taken before the first is given; of those with one key the last counts.
    """
    with tempfile.TemporaryDirectory(prefix="dsocr-") as folder:
        database = sqlite3.connect(Path(folder, "objects.sqlite"), isolation_level=None)
        try:
            database.execute("PRAGMA journal_mode = OFF")
            database.execute("PRAGMA synchronous = OFF")
            database.execute(
                "CREATE TABLE objects (key TEXT PRIMARY KEY, etag, size, modified) WITHOUT ROWID"
            )
            database.execute("BEGIN")
            database.executemany("INSERT OR REPLACE INTO objects VALUES (?, ?, ?, ?)", objects)
            database.execute("COMMIT")
            # Bytes of UTF-8 are ordered as Python orders the texts.
            yield from map(Listed._make, database.execute("SELECT * FROM objects ORDER BY key"))
        finally:
            database.close()
