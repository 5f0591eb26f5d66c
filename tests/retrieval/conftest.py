"""An index to ask."""

from __future__ import annotations

from pathlib import Path

import pytest

from dsocr_integrations.index import open_index
from tests.herons_index import make_herons_index


@pytest.fixture
def place(tmp_path: Path) -> str:
    """Where an index of `in/herons.pdf` lies."""
    make_herons_index(tmp_path, str(tmp_path / "index.db"))
    return str(tmp_path / "index.db")


@pytest.fixture
def index(place: str):
    """The same, open."""
    with open_index(place, create=False) as opened:
        yield opened
