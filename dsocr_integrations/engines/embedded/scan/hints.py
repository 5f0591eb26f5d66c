"""What PyMuPDF's layout model says about a scan, once it is told where the text stands.

The model was made for born-digital pages: it sees a drawing of the page together with its
words. A scan becomes such a page when its picture is laid on an empty one and the recognised
words are written over it invisibly.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from dsocr_integrations.engines.embedded.page_layout import LayoutRegion, find_regions
from dsocr_integrations.engines.embedded.scan.recognised_line import TextLine
from dsocr_integrations.rendering.open_documents import MUPDF_LOCK, mupdf

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

PAGE_SIDE = 842.0
"""Long side in points of the page that the model sees; it expects common paper sizes."""

PICTURE_SIDE = 1200
"""Long side in pixels of the picture that the model sees."""

_ASCENT = 0.8
"""Share of a line's height above its base line."""


def layout_hints(image: NDArray[np.uint8], lines: Sequence[TextLine]) -> list[LayoutRegion]:
    """Ask the layout model about a picture of a page.

    Args:
        image: `(height, width, 3)` RGB picture of the upright page.
        lines: Its lines with their words, in pixels of the picture.

    Returns:
        Labelled regions in pixels of the picture, clipped to it.
    """
    scale = PAGE_SIDE / max(image.shape[:2])
    height, width = image.shape[0] * scale, image.shape[1] * scale
    library = mupdf()
    with MUPDF_LOCK, library.open() as document:
        page = document.new_page(width=width, height=height)
        page.insert_image(page.rect, stream=_small_jpeg(image))
        _write_words(library, page, lines, scale)
        regions = find_regions(page)
    return [
        LayoutRegion(
            kind=region.kind,
            box=(
                max(0.0, region.box[0] / scale),
                max(0.0, region.box[1] / scale),
                min(float(image.shape[1]), region.box[2] / scale),
                min(float(image.shape[0]), region.box[3] / scale),
            ),
        )
        for region in regions
    ]


def _small_jpeg(image: NDArray[np.uint8]) -> bytes:
    from PIL import Image

    small = Image.fromarray(image).convert("L")
    small.thumbnail((PICTURE_SIDE, PICTURE_SIDE))
    buffer = io.BytesIO()
    small.save(buffer, "JPEG", quality=80)
    return buffer.getvalue()


def _write_words(library: Any, page: Any, lines: Sequence[TextLine], scale: float) -> None:
    latin, chinese = library.Font("helv"), library.Font("china-s")
    writer = library.TextWriter(page.rect)
    for line in lines:
        for word in () if line.vertical else line.words:
            font = latin if word.text.isascii() else chinese
            x0, y0, x1, y1 = (value * scale for value in word.box)
            natural = font.text_length(word.text, 1.0)
            size = min(_ASCENT * (y1 - y0), (x1 - x0) / natural if natural else 0.0)
            if size > 0:
                baseline = y1 - (1 - _ASCENT) * (y1 - y0)
                writer.append((x0, baseline), word.text, font=font, fontsize=size)
    writer.write_text(page, render_mode=3)
