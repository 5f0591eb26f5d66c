"""The picture of the floors in docs/architecture.md."""

from __future__ import annotations

import runpy
from pathlib import Path

DOCS = Path(__file__).parents[1] / "docs"


def test_the_picture_is_that_of_the_imports():
    drawn = runpy.run_path(str(DOCS / "draw_floors.py"))["picture"]()
    assert drawn == (DOCS / "images" / "floors.svg").read_text("utf-8"), "run `make floors`"
