"""Words of a text layer that leave no mark on the page, such as white ones on white paper or tiny ones.

Nobody who looks at the page reads them, a model neither; what is hidden so is often meant for
machines only. The text of an earlier recognition has no ink either, but stands on a picture.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from dsocr_integrations.records.documents import PointBox
from dsocr_integrations.rendering.upright import bounded_dpi

if TYPE_CHECKING:
    from dsocr_integrations.engines.embedded.born_digital.styled_words import StyledWord

_DPI = 144.0
_MAX_PIXELS = 16_000_000
_LEAST_TYPE = 1.0
"""Points; smaller type is a grey line at most."""

_CONTRAST = 8
"""Steps of 255 between the lightest and the darkest pixel of a word that can be seen."""


def without_unseen(
    page: Any, words: Sequence[StyledWord], images: Sequence[PointBox]
) -> tuple[StyledWord, ...]:
    """Leave out the words that cannot be seen.

    Nobody sees type of less than a point. Of the others only pale words, and words without ink that stand on no picture, are looked for among the
    pixels.

    Args:
        page: The upright `pymupdf.Page` of the words.
        words: Its words.
        images: Boxes of its raster images.
    """
    words = [word for word in words if max(word.size, word.height) >= _LEAST_TYPE]
    doubtful = {
        place
        for place, word in enumerate(words)
        if word.pale or not (word.visible or _on(word, images))
    }
    if not doubtful:
        return tuple(words)
    unseen = _unseen(page, [words[place] for place in sorted(doubtful)])
    hidden = {place for place, gone in zip(sorted(doubtful), unseen, strict=True) if gone}
    return tuple(word for place, word in enumerate(words) if place not in hidden)


def _on(word: StyledWord, images: Sequence[PointBox]) -> bool:
    x, y = word.centre
    return any(box[0] <= x <= box[2] and box[1] <= y <= box[3] for box in images)


def _unseen(page: Any, words: Sequence[StyledWord]) -> list[bool]:
    """Whether the pixels of each word's box are all of one colour."""
    import numpy as np
    import pymupdf

    dpi = bounded_dpi(page.rect.width, page.rect.height, _DPI, _MAX_PIXELS)
    scale = dpi / 72
    pixmap = page.get_pixmap(matrix=pymupdf.Matrix(scale, scale), colorspace=pymupdf.csGRAY)
    grey = np.frombuffer(pixmap.samples_mv, dtype=np.uint8)
    grey = grey.reshape(pixmap.height, pixmap.stride)[:, : pixmap.width]
    left, top = page.rect.x0, page.rect.y0
    found = []
    for word in words:
        x0, x1 = (max(0, round((x - left) * scale)) for x in (word.box[0], word.box[2]))
        y0, y1 = (max(0, round((y - top) * scale)) for y in (word.box[1], word.box[3]))
        pixels = grey[y0:y1, x0:x1]
        found.append(pixels.size > 0 and int(pixels.max()) - int(pixels.min()) < _CONTRAST)
    return found
