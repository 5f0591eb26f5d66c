"""Grain that is the same for the same seed: Pillow's own takes up where it last stopped."""

from __future__ import annotations

import numpy as np
from PIL import Image


def grain(size: tuple[int, int], spread: float, seed: int) -> Image.Image:
    """Grey noise about 128.

    Args:
        size: Width and height in pixels.
        spread: Its standard deviation in steps of 255.
        seed: All of it follows from this.
    """
    noise = np.random.default_rng(seed).normal(128, spread, (size[1], size[0]))
    return Image.fromarray(noise.clip(0, 255).round().astype(np.uint8))
