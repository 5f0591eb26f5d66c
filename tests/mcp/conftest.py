"""An index over a real file, and what a client needs to start the server."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from tests.herons_index import make_herons_index
from tests.postgres_server import Place

ROOT = Path(__file__).parents[2]


@pytest.fixture
def served(tmp_path: Path) -> Path:
    """A folder with `in/herons.pdf` of two pages and an index of it, `index.db`."""
    make_herons_index(tmp_path, str(tmp_path / "index.db"))
    return tmp_path


@pytest.fixture
def command(served: Path) -> list[str]:
    """The command that serves the index over stdio; more options may be added."""
    return serving(str(served / "index.db"))


@pytest.fixture
def postgres_command(tmp_path: Path, postgres_place: Place) -> list[str]:
    """The same over PostgreSQL."""
    make_herons_index(tmp_path, postgres_place())
    return serving(postgres_place())


def serving(place: str) -> list[str]:
    return [sys.executable, "-m", "dsocr_integrations.cli", "mcp", "--index", place]


@pytest.fixture
def environment() -> dict[str, str]:
    """Lets a subprocess find this checkout."""
    return {"PYTHONPATH": str(ROOT), "DSOCR_CACHE": os.environ["DSOCR_CACHE"]}
