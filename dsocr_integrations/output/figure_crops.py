"""PNG crops of a page's figures, as the output folder keeps them."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import TYPE_CHECKING

from dsocr_integrations.errors import SourceError
from dsocr_integrations.figures import figure_requests
from dsocr_integrations.records.documents import Figure, Page, PageError

if TYPE_CHECKING:
    from dsocr_integrations.rendering import OpenDocument

CROP_DPI = 144.0


def crops_of(
    document: OpenDocument, record: Page | PageError
) -> Callable[[Figure], bytes | None] | None:
    """A function that renders the crop of one of the page's figures.

    Args:
        document: The open source.
        record: A page of it.

    Returns:
        `None` where there is nothing to crop. The function gives `None` for a figure that
        cannot be rendered: the record stays, without a picture.
    """
    if isinstance(record, PageError) or not record.figures:
        return None
    try:
        region = document.region(record.number)
    except SourceError:
        return None
    regions = {one.number: one.region for one in figure_requests(record.blocks, region)}

    def crop(figure: Figure) -> bytes | None:
        place = regions.get(figure.number)
        if place is None:
            return None
        try:
            picture = place.render(CROP_DPI)
        except SourceError:
            return None
        data = io.BytesIO()
        picture.save(data, "PNG")
        return data.getvalue()

    return crop
