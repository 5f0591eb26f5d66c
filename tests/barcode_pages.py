"""Pages of lines that a few bars stand for, and a model that reads them from the pixels it is shown.

What it is shown is shrunk as a model's view is, so that bars too fine are lost; a line of which
less than half is to be seen is read as something else.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Self

import numpy as np
from PIL import Image

from dsocr_integrations.engines.base import Reading, ReadRequest
from dsocr_integrations.prompts import Prompt

CELL, HIGH, BITS = 6, 14, 12
WIDE = CELL * (2 * BITS + 4)
VIEW = 2300
"""Longer side, in pixels, that a picture is shrunk to before it is read."""

DARK = 90


def draw_line(pixels: np.ndarray, number: int, x: int, y: int) -> None:
    cells = [1, 0]
    for bit in range(BITS):
        cells += (1, 0) if number >> bit & 1 else (0, 1)
    for place, dark in enumerate([*cells, 0, 1]):
        if dark:
            pixels[y : y + HIGH, x + place * CELL : x + (place + 1) * CELL] = 0


def draw_page(
    wide: int,
    high: int,
    *,
    pitch: int = 30,
    jitter: int = 8,
    columns: int = 1,
    noise: int = 0,
    seed: int = 0,
) -> tuple[Image.Image, list[tuple[int, int]]]:
    """A page of lines in columns, numbered in reading order, and where each of them begins."""
    draw = np.random.default_rng(seed)
    pixels = np.full((high, wide), 255, np.uint8)
    if noise:
        pixels -= draw.integers(0, noise, pixels.shape, dtype=np.uint8)
    places = []
    for column in range(columns):
        y = int(draw.integers(8, 30))
        while y < high - HIGH - 4:
            places.append((20 + column * (wide // columns), y))
            y += pitch + int(draw.integers(0, jitter + 1))
    for number, (x, y) in enumerate(places):
        draw_line(pixels, number, x, y)
    return Image.fromarray(pixels).convert("RGB"), places


def read_lines(picture: Image.Image) -> Iterator[tuple[str, tuple[int, int, int, int]]]:
    """Each line to be seen, column by column, with its box on the picture's 0–999 grid."""
    scale = min(1.0, VIEW / max(picture.size))
    size = [max(1, round(side * scale)) for side in picture.size]
    dark = np.asarray(picture.convert("L").resize(size, Image.Resampling.BOX)) < DARK
    high, wide = dark.shape
    for left, right in _runs(dark.any(0), 4 * CELL * scale):
        for top, bottom in _runs(dark[:, left:right].any(1), 2):
            middle = dark[(top + bottom) // 2, left:right]
            said = _decoded(np.flatnonzero(middle), middle, scale)
            if bottom - top < 0.5 * HIGH * scale:
                said = "garbled"
            box = (left / wide, top / high, right / wide, bottom / high)
            yield said, tuple(round(999 * side) for side in box)


def _runs(filled: np.ndarray, gap: float) -> Iterator[tuple[int, int]]:
    places = np.flatnonzero(filled)
    if not len(places):
        return
    breaks = np.flatnonzero(np.diff(places) > gap)
    starts = [places[0], *places[breaks + 1]]
    ends = [*places[breaks], places[-1]]
    yield from zip(map(int, starts), (int(end) + 1 for end in ends), strict=True)


def _decoded(inked: np.ndarray, row: np.ndarray, scale: float) -> str:
    if not len(inked) or abs(inked[-1] + 1 - inked[0] - WIDE * scale) > CELL * scale:
        return "garbled"
    cell = (inked[-1] + 1 - inked[0]) / (2 * BITS + 4)
    cells = [bool(row[int(inked[0] + (place + 0.5) * cell)]) for place in range(2 * BITS + 4)]
    number = 0
    for bit in range(BITS):
        first, second = cells[2 + 2 * bit : 4 + 2 * bit]
        if first == second:
            return "garbled"
        number |= first << bit
    return f"line {number} of it"


@dataclass
class BarcodeModel:
    """Reads pages of bars; a block a line, or one block of all lines.

    Attributes:
        one_block: Whether it says all it sees in one block.
        tagged: Whether it says where its blocks stand.
    """

    one_block: bool = False
    tagged: bool = True
    asked: list[tuple[int, int]] = field(default_factory=list)
    name: str = "barcodes"
    capacity: int = 2
    deterministic: bool = False
    in_worker_processes: bool = False

    def reading_version(self) -> str:
        return "barcodes/1"

    def open(self) -> Self:
        return self

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_) -> None:
        return None

    def stream(self, request: ReadRequest) -> Iterator[str]:
        yield self._said(request)

    def submit(self, request: ReadRequest) -> Future[Reading]:
        done: Future[Reading] = Future()
        done.set_result(Reading(self._said(request), vision_tokens=100, output_tokens=10))
        return done

    def _said(self, request: ReadRequest) -> str:
        assert request.prompt != Prompt.FIGURE
        picture = request.region.render(request.dpi)
        self.asked.append(picture.size)
        lines = list(read_lines(picture))
        if self.one_block and lines:
            corners = np.array([box for _, box in lines])
            box = [*corners[:, :2].min(0).tolist(), *corners[:, 2:].max(0).tolist()]
            lines = [("\n".join(said for said, _ in lines), box)]
        if not self.tagged:
            return "\n".join(said for said, _ in lines)
        return "".join(
            f"<|ref|>text<|/ref|><|det|>[{list(box)}]<|/det|>\n{said}\n\n" for said, box in lines
        )
