"""Every test of this folder runs over every backend."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from dsocr_integrations.index import Index, open_index
from tests.builders import make_chunks
from tests.index.passages import PASSAGES, put
from tests.postgres_server import Place


@pytest.fixture
def sqlite_place(tmp_path: Path) -> Place:
    return lambda name="main": str(tmp_path / name)


@pytest.fixture(params=["sqlite", "postgres"])
def place(request: pytest.FixtureRequest) -> Place:
    return request.getfixturevalue(f"{request.param}_place")


@pytest.fixture
def index(place: Place) -> Iterator[Index]:
    with open_index(place()) as opened:
        put(opened, make_chunks(PASSAGES))
        yield opened
