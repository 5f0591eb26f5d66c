"""Print of a scan that its earlier recognition has no words for: a file number was all it read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dsocr_integrations.engines.embedded.scan.unread_rows import count_unread_rows

if TYPE_CHECKING:
    from dsocr_integrations.engines.embedded.born_digital.styled_words import PageText
    from dsocr_integrations.rendering import PageRegion

FEWEST = 8
"""Fewer words are a stamp or a page's number; what they stand on is as soon read."""

_DPI = 100.0


def leaves_print_out(region: PageRegion, text: PageText) -> bool:
    """Whether a region holds print that an earlier recognition of it says nothing of.

    Args:
        region: The page or a part of it; the words are the whole page's.
        text: Its text layer; only where most of its words have no ink is it a recognition.

    Raises:
        BrokenSourceError: If the page cannot be drawn.
    """
    unseen = [word.box for word in text.words if not word.visible]
    if 2 * len(unseen) <= len(text.words):
        return False
    if len(unseen) < FEWEST:
        return True
    import numpy as np

    picture = region.render(_DPI).convert("RGB")
    left, top = region.box[:2]
    across, down = picture.width / region.width, picture.height / region.height
    boxes = [
        ((x0 - left) * across, (y0 - top) * down, (x1 - left) * across, (y1 - top) * down)
        for x0, y0, x1, y1 in (word.box for word in text.words)
    ]
    return count_unread_rows(np.asarray(picture), boxes, fewest=1) > 0
