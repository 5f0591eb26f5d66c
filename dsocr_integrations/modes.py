"""Resolution modes of DeepSeek-OCR and the vision-token arithmetic that follows from them.

Sources: the README and `process/image_process.py` of github.com/deepseek-ai/DeepSeek-OCR
(commit e4ac34e), `DeepSeek-OCR-2` (commit 2f3699e), and eq. 1 of arXiv 2510.18234 for the
valid tokens. Sizes are pixels; a grid is `(columns, rows)`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Literal

PATCH_PIXELS = 16
"""Side of one SAM patch in pixels."""

COMPRESSION = 4
"""Side reduction of the 16x token compressor (two stride-2 convolutions)."""

MIN_TILES = 2
DEFAULT_MAX_TILES = 9
"""Tiles of the published checkpoint's own code; vLLM and SGLang cut at most 6."""

AUTO_MODE = "auto"


@dataclass(frozen=True)
class VisionTokens:
    """What a mode makes of one picture.

    Attributes:
        grid: Tiles as `(columns, rows)`; `(1, 1)` where the picture is not tiled.
        tiles: Number of local tiles, 0 where the picture is not tiled.
        placeholders: `<image>` tokens the prompt holds for this picture.
        valid: Tokens that carry picture rather than padding (arXiv 2510.18234, eq. 1).
    """

    grid: tuple[int, int]
    tiles: int
    placeholders: int
    valid: int


@dataclass(frozen=True)
class Mode:
    """A resolution mode.

    Attributes:
        name: Name used in settings and cache keys.
        base_size: Side of the global view in pixels.
        tile_size: Side of a local tile in pixels; equals `base_size` where there are none.
        tiled: Whether pictures larger than a tile are also cut into local tiles.
        max_tiles: Upper bound of local tiles.
        model: Model family the mode belongs to.
        resize: `stretch` ignores the aspect ratio, `pad` keeps it and fills with grey.
        in_public_weights: Whether the released checkpoint was trained for the mode.
    """

    name: str
    base_size: int
    tile_size: int
    tiled: bool = False
    max_tiles: int = 0
    model: Literal["deepseek-ocr", "deepseek-ocr-2"] = "deepseek-ocr"
    resize: Literal["stretch", "pad"] = "pad"
    in_public_weights: bool = True

    def with_max_tiles(self, max_tiles: int) -> Mode:
        """Return the same mode with another bound on local tiles.

        Raises:
            ValueError: If the mode is not tiled or the bound is below two.
        """
        if not self.tiled or max_tiles < MIN_TILES:
            msg = f"Mode {self.name} takes a tile bound of at least {MIN_TILES} only when tiled."
            raise ValueError(msg)
        return replace(self, max_tiles=max_tiles)

    def vision_tokens(self, width: int, height: int) -> VisionTokens:
        """Count the vision tokens of a picture of `width` x `height` pixels.

        Raises:
            ValueError: If a side is not positive.
        """
        if width <= 0 or height <= 0:
            msg = f"A picture needs positive sides, not {width} x {height}."
            raise ValueError(msg)
        grid = self.grid(width, height)
        tiles = grid[0] * grid[1] if grid != (1, 1) else 0
        return VisionTokens(
            grid=grid,
            tiles=tiles,
            placeholders=self._placeholders(grid, tiles),
            valid=self._valid_tokens(width, height, tiles),
        )

    def grid(self, width: int, height: int) -> tuple[int, int]:
        """Choose the tile grid `(columns, rows)` for a picture of the given pixels.

        The grid whose aspect ratio is nearest wins; on an exact tie the larger one wins only
        if the picture has more than half of its pixels (`find_closest_aspect_ratio` of the
        reference code).
        """
        if not self.tiled or (width <= self.tile_size and height <= self.tile_size):
            return (1, 1)
        best, best_difference = (1, 1), math.inf
        for columns, rows in _candidate_grids(self.max_tiles):
            difference = abs(width / height - columns / rows)
            grid_pixels = self.tile_size**2 * columns * rows
            if difference < best_difference or (
                difference == best_difference and width * height > 0.5 * grid_pixels
            ):
                best, best_difference = (columns, rows), difference
        return best

    def useful_scale(self, width: int, height: int) -> float:
        """The scale at which a picture just covers its tiles and the global view.

        What it has beyond that is shrunk away before the model sees it; below 1 where it has.
        """
        grid = self.grid(width, height)
        columns, rows = grid if grid != (1, 1) else (0, 0)
        covered = min(width, height) if self.resize == "stretch" else max(width, height)
        return max(
            self.base_size / covered,
            columns * self.tile_size / width,
            rows * self.tile_size / height,
        )

    def _placeholders(self, grid: tuple[int, int], tiles: int) -> int:
        base, tile = queries(self.base_size), queries(self.tile_size)
        columns, rows = grid
        if self.model == "deepseek-ocr-2":
            return base * base + 1 + tiles * tile * tile
        # One newline vector ends each row of the global view and of the joined tile grid;
        # one separator follows.
        local = (rows * tile) * (columns * tile + 1) if tiles else 0
        return base * (base + 1) + 1 + local

    def _valid_tokens(self, width: int, height: int, tiles: int) -> int:
        base = queries(self.base_size) ** 2
        if self.resize == "pad":
            # The reference code floors the discounted share of the padded global view.
            longer, shorter = max(width, height), min(width, height)
            base = int(base * (1 - (longer - shorter) / longer))
        return base + tiles * queries(self.tile_size) ** 2


def queries(size: int) -> int:
    """Side of the token grid for a square picture of `size` pixels."""
    return math.ceil((size // PATCH_PIXELS) / COMPRESSION)


def _candidate_grids(max_tiles: int) -> list[tuple[int, int]]:
    grids = {
        (columns, rows)
        for columns in range(1, max_tiles + 1)
        for rows in range(1, max_tiles + 1)
        if MIN_TILES <= columns * rows <= max_tiles
    }
    return sorted(grids, key=lambda grid: grid[0] * grid[1])


TINY = Mode("tiny", 512, 512, resize="stretch")
SMALL = Mode("small", 640, 640, resize="stretch")
BASE = Mode("base", 1024, 1024)
LARGE = Mode("large", 1280, 1280)
GUNDAM = Mode("gundam", 1024, 640, tiled=True, max_tiles=DEFAULT_MAX_TILES)
GUNDAM_M = Mode(
    "gundam-m",
    1280,
    1024,
    tiled=True,
    max_tiles=DEFAULT_MAX_TILES,
    in_public_weights=False,
)
V2 = Mode("v2", 1024, 768, tiled=True, max_tiles=6, model="deepseek-ocr-2")

MODES: dict[str, Mode] = {
    mode.name: mode for mode in (TINY, SMALL, BASE, LARGE, GUNDAM, GUNDAM_M, V2)
}


def mode_named(name: str) -> Mode:
    """Look a mode up by name.

    Raises:
        ValueError: If there is no such mode; the message lists the names.
    """
    try:
        return MODES[name.lower()]
    except KeyError:
        msg = f"Unknown mode {name!r}; choose auto or one of {', '.join(MODES)}."
        raise ValueError(msg) from None
