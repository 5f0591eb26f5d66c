"""The pixels a resolution mode would show the model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dsocr_integrations.modes import Mode

if TYPE_CHECKING:
    from PIL.Image import Image


def as_seen(picture: Image, mode: Mode) -> Image:
    """Resample a picture to the detail that a mode leaves of it.

    Args:
        picture: The page at its native pixels.
        mode: The resolution mode. A tiled mode leaves the detail of its tiles, the others
            that of their one view.

    Returns:
        The picture without the padding of the model's view. It may be stretched; blocks are
        placed by the page's size, not the picture's.
    """
    from PIL.Image import Resampling

    width, height = picture.size
    columns, rows = mode.grid(width, height)
    if (columns, rows) != (1, 1):
        size = (columns * mode.tile_size, rows * mode.tile_size)
    elif mode.resize == "stretch":
        size = (mode.base_size, mode.base_size)
    else:
        scale = mode.base_size / max(width, height)
        size = (max(1, round(width * scale)), max(1, round(height * scale)))
    seen = picture.resize(size, Resampling.BICUBIC)
    if columns * rows == 1 and mode.resize == "pad":
        return seen
    # Recognition expects letters of usual proportions; the detail that was lost stays lost.
    return seen.resize((size[0], max(1, round(size[0] * height / width))), Resampling.BICUBIC)
