"""Small PDFs drawn in the test, and their regions."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pymupdf

from dsocr_integrations.rendering import PageRegion, open_document
from dsocr_integrations.sources import resolve_source

DATA = Path(__file__).parents[2] / "data"


def region_of(path: Path, number: int = 1, clip: Any = None) -> PageRegion:
    with open_document(resolve_source(path)) as document:
        return document.region(number, clip)


def drawn(
    folder: Path, draw: Callable[[pymupdf.Page], None], size: tuple[float, float] = (595, 842)
) -> PageRegion:
    """A one-page PDF."""
    path = folder / "drawn.pdf"
    with pymupdf.open() as document:
        draw(document.new_page(width=size[0], height=size[1]))
        document.save(path)
    return region_of(path)
