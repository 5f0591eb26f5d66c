"""Very long or wide pages cut into pieces of a page's shape, between their lines.

A model sees every picture as squares of one size: a screenshot fifteen times as long as wide is
shrunk until nothing can be read. The pieces are cut where nothing is printed; where something is
printed throughout, as on a photograph, they overlap.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

    from dsocr_integrations.rendering.regions import PageRegion

MIN_ASPECT = 4.0
"""Longer against shorter side. Up to here tiles of the model itself lie along the page."""

MIN_PIXELS = 1280
"""Longer sides that the model's largest view has room for are never cut."""

SLICE_ASPECT = 1.5
MIN_SLICE_PIXELS = 1024
MAX_SLICES = 64
"""Pieces of one page, each a request; a longer page is cut into longer ones."""

_REACH = 0.15
"""Share of a piece by which its end may move to where nothing is printed."""

_OVERLAP = 0.06
"""Share of a piece that it has in common with the next, each way, where there is no such place."""

_CONTRAST = 24
_MAX_CROSSINGS = 32
"""Edges across a cut between lines: those of a table's or frame's rules."""


def page_slices(region: PageRegion, dpi: float) -> tuple[PageRegion, ...]:
    """Cut a page into pieces, in reading order.

    Args:
        region: A whole page.
        dpi: Resolution at which it is shown to a model.

    Returns:
        The page itself where it is no very long or wide one.

    Raises:
        BrokenSourceError: If the page cannot be drawn.
    """
    across, down = region.width * dpi / 72, region.height * dpi / 72
    longer, shorter = max(across, down), min(across, down)
    if longer <= MIN_PIXELS or longer < MIN_ASPECT * shorter:
        return (region,)
    count = math.ceil(longer / max(SLICE_ASPECT * shorter, MIN_SLICE_PIXELS))
    count = min(max(count, 2), MAX_SLICES)
    ends = list(_ends(region, dpi, count, is_tall=down > across))
    starts = [0.0, *(start for _, start in ends)]
    stops = [*(stop for stop, _ in ends), max(region.width, region.height)]
    return tuple(
        _part(region, start, stop, is_tall=down > across)
        for start, stop in zip(starts, stops, strict=True)
    )


def _ends(
    region: PageRegion, dpi: float, count: int, *, is_tall: bool
) -> Iterator[tuple[float, float]]:
    """For each cut, where the piece before it ends and the one behind it starts, in points."""
    from PIL.Image import Transpose

    length = max(region.width, region.height) / count
    for number in range(1, count):
        low = (number - _REACH) * length
        strip = _part(region, low, (number + _REACH) * length, is_tall=is_tall).render(dpi)
        if not is_tall:
            # The left edge comes to the top.
            strip = strip.transpose(Transpose.TRANSPOSE)
        row, is_clean = _best_row(_crossings(strip))
        place = low + row * 2 * _REACH * length / strip.height
        shared = 0.0 if is_clean else _OVERLAP * length
        yield place + shared, place - shared


def _part(region: PageRegion, start: float, stop: float, *, is_tall: bool) -> PageRegion:
    x0, y0, x1, y1 = region.box
    clip = (x0, y0 + start, x1, y0 + stop) if is_tall else (x0 + start, y0, x0 + stop, y1)
    return replace(region, clip=clip)


def _crossings(strip: Image) -> list[int]:
    """Edges along and behind each row of a picture; many where something is printed."""
    from PIL import Image as Pillow
    from PIL import ImageChops

    grey = strip.convert("L")
    wide, high = grey.size
    edges = Pillow.new("L", grey.size)
    for step in ((1, 0), (0, 1)):
        moved = grey.crop((step[0], step[1], wide + step[0], high + step[1]))
        inside = (0, 0, wide - step[0], high - step[1])
        found = ImageChops.difference(grey, moved).crop(inside)
        edges.paste(ImageChops.lighter(edges.crop(inside), found), inside)
    marks = edges.point([0] * _CONTRAST + [1] * (256 - _CONTRAST)).tobytes()
    return [marks[row * wide : (row + 1) * wide].count(1) for row in range(high)]


def _best_row(crossings: Sequence[int]) -> tuple[float, bool]:
    """Middle of the longest run of the emptiest rows, and whether a cut there harms nothing."""
    least = min(crossings)
    middle = len(crossings) / 2
    best, start = (0, 0.0, middle), 0
    for row in range(len(crossings) + 1):
        if row < len(crossings) and crossings[row] == least:
            continue
        if row > start:
            place = (start + row) / 2
            best = max(best, (row - start, -abs(place - middle), place))
        start = row + 1
    return best[2], least <= _MAX_CROSSINGS and best[0] > 1
