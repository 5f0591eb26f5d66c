"""A picture as the model sees it: one padded or stretched global view and its local tiles.

Equal to the reference preprocessing to the bit (`dynamic_preprocess` and `infer` of the
published checkpoint's own code, `process/image_process.py` of github.com/deepseek-ai): PIL's
bicubic filter and PIL's rounding of the padding decide pixels, so PIL does both here too.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dsocr_integrations.modes import Mode, VisionTokens

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    from PIL.Image import Image

    Pixels = npt.NDArray[np.float32]

PADDING_COLOUR = (127, 127, 127)
"""What fills the global view around the picture: `int(0.5 * 255)` in each channel."""


@dataclass(frozen=True)
class ImageViews:
    """The arrays that stand for one picture.

    Attributes:
        overview: The whole picture, `(1, 3, base, base)`, float32 in -1..1.
        tiles: Local tiles row by row, `(tiles, 3, tile, tile)`; no rows where there are none.
        tokens: Grid, tile count and placeholders that belong to them.
    """

    overview: Pixels
    tiles: Pixels
    tokens: VisionTokens


def make_views(picture: Image, mode: Mode) -> ImageViews:
    """Cut and scale a picture for the model.

    Args:
        picture: Any PIL picture; converted to RGB.
        mode: Decides sizes, tiling and whether the aspect ratio is kept.

    Returns:
        The views; `tokens.placeholders` is the number of image tokens the prompt must hold.
    """
    import numpy as np

    picture = picture.convert("RGB")
    tokens = mode.vision_tokens(*picture.size)
    tiles = _cut(picture, mode, tokens.grid) if tokens.tiles else []
    empty = np.zeros((0, 3, mode.tile_size, mode.tile_size), np.float32)
    return ImageViews(
        overview=_scaled(_overview(picture, mode))[None],
        tiles=np.stack([_scaled(tile) for tile in tiles]) if tiles else empty,
        tokens=tokens,
    )


def _overview(picture: Image, mode: Mode) -> Image:
    from PIL import ImageOps
    from PIL.Image import Resampling

    size = (mode.base_size, mode.base_size)
    if mode.resize == "stretch":
        return picture.resize(size, Resampling.BICUBIC)
    return ImageOps.pad(picture, size, Resampling.BICUBIC, color=PADDING_COLOUR)


def _cut(picture: Image, mode: Mode, grid: tuple[int, int]) -> list[Image]:
    from PIL.Image import Resampling

    (columns, rows), side = grid, mode.tile_size
    # The aspect ratio gives way to the grid, as in the reference.
    resized = picture.resize((columns * side, rows * side), Resampling.BICUBIC)
    return [
        resized.crop((column * side, row * side, (column + 1) * side, (row + 1) * side))
        for row in range(rows)
        for column in range(columns)
    ]


def _scaled(picture: Image) -> Pixels:
    import numpy as np

    pixels = np.asarray(picture, np.float32).transpose(2, 0, 1) / np.float32(255)
    # The order of these float32 steps is the reference's; another one differs in the last bit.
    return np.ascontiguousarray((pixels - np.float32(0.5)) / np.float32(0.5))
