"""The scene of a page region: its drawing paths and its text."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from dsocr_integrations.engines.embedded.charts.labels import Glyph, join_glyphs
from dsocr_integrations.engines.embedded.charts.painted_dashes import dashed_line
from dsocr_integrations.engines.embedded.charts.scene import Color, Point, Scene, Shape, bounds

if TYPE_CHECKING:
    from dsocr_integrations.rendering import PageRegion

MAX_PATHS = 20_000
"""Drawings beyond this are maps or artwork, and would take minutes."""

MAX_GLYPHS = 20_000
CURVE_STEPS = 8
MARKER_SIZE = 16.0
INVISIBLE_TEXT = 3
LOOK_DPI = 144.0
PAINTED = "painted"
"""How a line is dashed whose dashes are painted one by one."""


def vector_scene(region: PageRegion) -> Scene | None:
    """Collect the shapes and labels of a region.

    Args:
        region: A region of a page document.

    Returns:
        The scene in points relative to the region's corner, or `None` when there is nothing
        drawn, or far more than a chart has.
    """
    drawings = region.drawings()
    if not drawings or len(drawings) > MAX_PATHS:
        return None
    shown = list(glyphs(region))
    if len(shown) > MAX_GLYPHS:
        return None
    shapes: list[Shape] = []
    for order, drawing in enumerate(drawings):
        shapes.extend(_shapes(drawing, order))
        if len(shapes) > 4 * MAX_PATHS:
            return None
    labels = tuple(join_glyphs(shown))
    return Scene(
        region.width, region.height, tuple(shapes), labels, picture=lambda: region.render(LOOK_DPI)
    )


def glyphs(region: PageRegion) -> Iterator[Glyph]:
    """The visible characters of a region, in points relative to its corner."""
    left, top, right, bottom = region.box
    with region.page() as page:
        spans = page.get_texttrace()
    for span in spans:
        if span.get("type") == INVISIBLE_TEXT or span.get("opacity", 1) <= 0.01:
            continue
        direction = _unit(span.get("dir", (1.0, 0.0)))
        color = _rgb(span["color"]) if len(span.get("color") or ()) == len("rgb") else None
        size = float(span["size"])
        for text, origin, box in _with_ligatures(span["chars"]):
            x, y = origin
            if not (left - 1 <= x <= right + 1 and top - 1 <= y <= bottom + 1):
                continue
            width = abs((box[2] - box[0]) * direction[0]) + abs((box[3] - box[1]) * direction[1])
            if abs(direction[0]) > 0.1 and abs(direction[1]) > 0.1:
                # The box of a slanted glyph holds its height too.
                width = 0.5 * size
            yield Glyph(text, (x - left, y - top), direction, width, size, color)


def _with_ligatures(chars: Sequence[Any]) -> Iterator[tuple[str, Point, Any]]:
    """Text, pen's place and box of glyphs; MuPDF gives the letters of a ligature one place.

    A letter struck twice has one too.
    """
    held: tuple[str, Point, Any] | None = None
    for code, _, origin, box in chars:
        if held is not None and origin == held[1] and chr(code) != held[0][-1]:
            held = (held[0] + chr(code), *held[1:])
            continue
        if held is not None:
            yield held
        held = (chr(code), origin, box)
    if held is not None:
        yield held


def _unit(direction: Sequence[float]) -> Point:
    length = math.hypot(*direction) or 1.0
    return (direction[0] / length, direction[1] / length)


def _shapes(drawing: dict[str, Any], order: int) -> Iterator[Shape]:
    style: dict[str, Any] = {
        "fill": _color(drawing, "fill", "fill_opacity"),
        "stroke": _color(drawing, "color", "stroke_opacity"),
        "width": float(drawing.get("width") or 0.0),
        "dashes": _dashes(drawing),
        "order": order,
    }
    if style["fill"] is None and style["stroke"] is None:
        return
    paths = list(_subpaths(drawing["items"]))
    if _is_cross(paths, style):
        strokes = tuple(point for path in paths for point in path[1])
        yield Shape(strokes, strokes, closed=True, is_cross=True, **style)
        return
    line = None
    if style["stroke"] is None and not any(curved for _, _, curved in paths):
        line = dashed_line([points for points, _, _ in paths])
    if line is not None:
        vertices, width = line
        style |= {"fill": None, "stroke": style["fill"], "width": width, "dashes": PAINTED}
        yield Shape(vertices, vertices, **style)
        return
    for points, outline, curved in paths:
        if len(points) == 2 and style["stroke"] is not None:
            # A stroke has nothing to fill, whatever colour was set for it.
            yield Shape(tuple(points), tuple(outline), curved=curved, **style | {"fill": None})
            continue
        ends_meet = len(points) > 2 and math.dist(points[0], points[-1]) < 0.1
        closed = ends_meet or bool(drawing.get("closePath")) or style["fill"] is not None
        yield Shape(tuple(points), tuple(outline), closed=closed, curved=curved, **style)


def _dashes(drawing: dict[str, Any]) -> str:
    said = drawing.get("dashes") or ""
    return "" if said in {"[] 0", "[ ] 0"} else said


def _color(drawing: dict[str, Any], key: str, opacity: str) -> Color | None:
    color = drawing.get(key)
    if color is None or (drawing.get(opacity) is not None and drawing[opacity] <= 0.01):
        return None
    return _rgb(color)


def _rgb(channels: Sequence[float]) -> Color:
    red, green, blue = (round(255 * min(1.0, max(0.0, channel))) for channel in channels[:3])
    return (red, green, blue)


def _is_cross(paths: list[tuple[list[Point], list[Point], bool]], style: dict[str, Any]) -> bool:
    """Whether a path is a small marker such as `x` or `+`."""
    if style["fill"] is not None or not 2 <= len(paths) <= 4:
        return False
    if any(len(points) != 2 for points, _, _ in paths):
        return False
    x0, y0, x1, y1 = bounds(point for points, _, _ in paths for point in points)
    return 1.5 <= x1 - x0 <= MARKER_SIZE and 1.5 <= y1 - y0 <= MARKER_SIZE


def _subpaths(items: Sequence[Any]) -> Iterator[tuple[list[Point], list[Point], bool]]:
    """Yield `(vertices, flattened outline, curved)` of each connected piece."""
    points: list[Point] = []
    outline: list[Point] = []
    curved = False
    for item in items:
        kind = item[0]
        if kind in {"re", "qu"}:
            if len(points) > 1:
                yield points, outline, curved
            points, outline, curved = [], [], False
            corners = _corners(item)
            corners.append(corners[0])
            yield corners, corners, False
            continue
        start = (item[1].x, item[1].y)
        if not points or math.dist(points[-1], start) > 0.02:
            if len(points) > 1:
                yield points, outline, curved
            points, outline, curved = [start], [start], False
        end = (item[-1].x, item[-1].y)
        if kind == "c":
            outline.extend(_flatten([(point.x, point.y) for point in item[1:5]]))
            curved = True
        else:
            outline.append(end)
        points.append(end)
    if len(points) > 1:
        yield points, outline, curved


def _corners(item: Any) -> list[Point]:
    if item[0] == "re":
        box = item[1]
        return [(box.x0, box.y0), (box.x1, box.y0), (box.x1, box.y1), (box.x0, box.y1)]
    quad = item[1]
    return [(corner.x, corner.y) for corner in (quad.ul, quad.ur, quad.lr, quad.ll)]


def _flatten(control: list[Point]) -> Iterator[Point]:
    for step in range(1, CURVE_STEPS + 1):
        t = step / CURVE_STEPS
        weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3)
        yield (
            sum(w * p[0] for w, p in zip(weights, control, strict=True)),
            sum(w * p[1] for w, p in zip(weights, control, strict=True)),
        )
