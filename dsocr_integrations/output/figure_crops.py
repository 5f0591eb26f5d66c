"""PNG crops of a page's figures, as the output folder keeps them."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import TYPE_CHECKING

from dsocr_integrations.errors import SourceError
from dsocr_integrations.figures import figure_requests
from dsocr_integrations.records.documents import Figure, Page

if TYPE_CHECKING:
    from dsocr_integrations.rendering import OpenDocument

CROP_DPI = 144.0


def crops_of(document: OpenDocument, page: Page) -> Iterator[tuple[Figure, bytes]]:
    """Yield the figures of a page with their crops.

    A figure that cannot be rendered is left out: its record stays, without a picture.

    Args:
        document: The source.
        page: A page of it.
    """
    if not page.figures:
        return
    try:
        region = document.region(page.number)
    except SourceError:
        return
    regions = {one.number: one.region for one in figure_requests(page.blocks, region)}
    for figure in page.figures:
        if figure.number not in regions:
            continue
        try:
            picture = regions[figure.number].render(CROP_DPI)
        except SourceError:
            continue
        data = io.BytesIO()
        picture.save(data, "PNG")
        yield figure, data.getvalue()
