"""Coordinates: points to pixels, clips within pages, rotated pages made upright."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from dsocr_integrations.records.documents import GRID, PointBox, RawBox
from dsocr_integrations.rendering.open_documents import mupdf

if TYPE_CHECKING:
    import pymupdf
    from PIL.Image import Image

_MIN_SIDE_POINTS = 1.0
_MIN_DPI = 1.0
_SLIVER = 0.001
"""Of a pixel; what MuPDF takes for a number's own inexactness."""


def pixels(width: float, height: float, dpi: float) -> tuple[int, int]:
    """Pixels of an area given in points; at least one each way."""
    return max(1, round(width * dpi / 72)), max(1, round(height * dpi / 72))


def drawn_pixels(box: PointBox, dpi: float) -> tuple[int, int]:
    """Pixels that MuPDF draws of an area given in points: all that it touches, but for slivers."""
    x0, y0, x1, y1 = (value * dpi / 72 for value in box)
    return (
        max(1, math.ceil(x1 - _SLIVER) - math.floor(x0 + _SLIVER)),
        max(1, math.ceil(y1 - _SLIVER) - math.floor(y0 + _SLIVER)),
    )


def bounded_dpi(width: float, height: float, dpi: float, max_pixels: int) -> float:
    """The wanted resolution, or the largest one that keeps to `max_pixels`."""
    wanted = (width * dpi / 72) * (height * dpi / 72)
    if wanted <= max_pixels:
        return dpi
    return max(_MIN_DPI, dpi * math.sqrt(max_pixels / wanted))


def at_least_a_point(box: PointBox, page_size: tuple[float, float]) -> PointBox:
    """Order a box, keep it on the page, and give it sides of at least one point."""
    x0, x1 = _span(box[0], box[2], page_size[0])
    y0, y1 = _span(box[1], box[3], page_size[1])
    return x0, y0, x1, y1


def pixel_box(clip: PointBox, scale: float, size: tuple[int, int]) -> tuple[int, int, int, int]:
    """Whole pixels that cover a clip in points, at `scale` pixels a point."""
    left = min(size[0] - 1, max(0, math.floor(clip[0] * scale)))
    top = min(size[1] - 1, max(0, math.floor(clip[1] * scale)))
    right = min(size[0], max(left + 1, math.ceil(clip[2] * scale)))
    bottom = min(size[1], max(top + 1, math.ceil(clip[3] * scale)))
    return left, top, right, bottom


def turned(picture: Image, turn: int) -> Image:
    """A picture after some clockwise quarter turns."""
    from PIL.Image import Transpose

    if not turn % 4:
        return picture
    ways = (Transpose.ROTATE_270, Transpose.ROTATE_180, Transpose.ROTATE_90)
    return picture.transpose(ways[turn % 4 - 1])


def turned_back(box: RawBox, turn: int) -> RawBox:
    """A box on the 0–999 grid of a turned picture, on the grid of the page as it lies."""
    x0, y0, x1, y1 = box
    for _ in range(turn % 4):
        x0, y0, x1, y1 = y0, GRID - x1, y1, GRID - x0
    return x0, y0, x1, y1


def drawings_within(page: pymupdf.Page, within: PointBox) -> list[dict[str, Any]]:
    """Vector paths that touch the box, upright and relative to its corner."""
    library = mupdf()
    area = library.Rect(within)
    turn = page.rotation_matrix * library.Matrix(1, 0, 0, 1, -area.x0, -area.y0)
    moved = page.rotation or area.x0 or area.y0
    paths = []
    for path in page.get_drawings():
        box = path["rect"] * page.rotation_matrix
        if box.x0 > area.x1 or box.x1 < area.x0 or box.y0 > area.y1 or box.y1 < area.y0:
            continue
        paths.append(_moved(path, turn) if moved else path)
    return paths


@contextmanager
def upright_copy(page: pymupdf.Page) -> Iterator[pymupdf.Page]:
    """The page itself when it is upright, else an upright copy of it.

    The copy has the page's look, text and paths; annotations and form values are part of its
    content.
    """
    if not page.rotation:
        yield page
        return
    library = mupdf()
    with library.open() as single, library.open() as upright:
        single.insert_pdf(page.parent, from_page=page.number, to_page=page.number)
        single.bake()
        # `show_pdf_page` mixes up the axes of a page that is itself rotated.
        single[0].set_rotation(0)
        copy = upright.new_page(width=page.rect.width, height=page.rect.height)
        copy.show_pdf_page(copy.rect, single, 0, rotate=-page.rotation % 360)
        yield copy


def _moved(path: dict[str, Any], turn: Any) -> dict[str, Any]:
    moved = dict(path)
    for key in ("rect", "scissor"):
        if moved.get(key) is not None:
            moved[key] = moved[key] * turn
    moved["items"] = [
        (item[0], *(_moved_part(part, turn) for part in item[1:])) for item in path["items"]
    ]
    return moved


def _moved_part(part: Any, turn: Any) -> Any:
    # Besides points, rectangles and quads an item may hold an orientation number.
    return part if isinstance(part, int | float) else part * turn


def _span(first: float, second: float, limit: float) -> tuple[float, float]:
    low, high = sorted((min(max(first, 0.0), limit), min(max(second, 0.0), limit)))
    if high - low < _MIN_SIDE_POINTS:
        low = max(0.0, min(low, limit - _MIN_SIDE_POINTS))
        high = min(limit, low + _MIN_SIDE_POINTS)
    return low, high
