"""Photographs of pages of a book that does not lie flat: lines that rise, fall or do both."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from tests.doubtful_pages.faces import face
from tests.doubtful_pages.made_page import MadePage
from tests.doubtful_pages.prose import wrapped

SHAPES: dict[str, Callable[[NDArray[np.float32]], NDArray[np.float32]]] = {
    "arch": lambda across: 4 * across * (1 - across),
    "spine": lambda across: np.exp(-6 * across),
    "wave": lambda across: np.sin(2 * np.pi * across) / 2,
}
"""Height of a line at each place across the page (0 to 1)."""


def make(folder: Path, seed: int, shape: str = "", strength: float | None = None) -> MadePage:
    """Draw a page of prose at about 150 dpi and bend it.

    Args:
        folder: Where the PNG is written.
        seed: All that is left to chance follows from it.
        shape: Key of `SHAPES`; one of them at random when empty.
        strength: Lines by which the print is moved, from 0 to 3; at random when `None`.
    """
    chance = random.Random(seed)
    shape = shape or chance.choice(list(SHAPES))
    strength = 3 * chance.random() if strength is None else strength
    size = chance.choice((19, 21, 25))
    font = ImageFont.truetype(str(face("en", chance)), size)
    lines = wrapped("en", 14, 62, chance)
    step = round(1.6 * size)
    picture = Image.new("L", (1000, 260 + step * len(lines)), 252)
    pen = ImageDraw.Draw(picture)
    for place, line in enumerate(lines):
        pen.text((90, 130 + step * place), line, font=font, fill=20)
    flatter = chance.choice((0.0, 0.6))
    path = folder / f"bent_{seed}.png"
    bent = _bent(np.asarray(picture), strength * step, shape, flatter)
    Image.fromarray(bent).save(path, dpi=(150, 150))
    return MadePage(path, tuple(lines), (), f"{shape} {strength:.2f}")


def _bent(page: NDArray[np.uint8], rise: float, shape: str, flatter: float) -> NDArray[np.uint8]:
    """A page whose lines rise by some pixels, less so towards its head where that is `flatter`."""
    height, width = page.shape
    y, x = np.indices((height, width)).astype(np.float32)
    share = 1 - flatter * (1 - y / height)
    drop = (rise * share * (SHAPES[shape](x / width) - 0.5)).astype(np.float32)
    bent = cv2.remap(page, x, y + drop, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(bent, np.uint8)
