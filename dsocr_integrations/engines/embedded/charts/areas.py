"""Filled areas: from a level, on each other, or between two edges."""

from __future__ import annotations

from collections.abc import Sequence

from dsocr_integrations.engines.embedded.charts.data import ChartData
from dsocr_integrations.engines.embedded.charts.legend import Legend
from dsocr_integrations.engines.embedded.charts.line_data import line_data, thinned
from dsocr_integrations.engines.embedded.charts.panels import Panel
from dsocr_integrations.engines.embedded.charts.scene import Point, Shape, distinct_places

ON_TOP = 0.6
"""Points by which an area that stands on another may miss its edge."""

MIN_SHARED = 3


def read_areas(shapes: Sequence[Shape], panel: Panel, legend: Legend) -> ChartData | None:
    """Read filled areas: the height of each at its vertices; both edges of a lone one that floats."""
    if panel.x is None or panel.y is None or not panel.y.is_measured:
        return None
    areas = [
        shape
        for shape in shapes
        if shape.fill is not None and not shape.is_box and _is_area(shape, panel)
    ]
    if not areas or (len(areas) > 1 and not (_stand(areas) or are_stacked(areas, panel))):
        return None
    values = panel.y
    named = []
    for number, shape in enumerate(areas, 1):
        name = legend.name_of(shape.fill) or (f"series {number}" if len(areas) > 1 else "")
        places = thinned([(x, 0.0) for x in distinct_places([p[0] for p in shape.points])])
        edges = [(x, _crossings(shape.outline, x)) for x, _ in places]
        known = [
            (x, top, bottom) for x, ends in edges if ends is not None for top, bottom in (ends,)
        ]
        if len(areas) == 1 and not _is_level([bottom for _, _, bottom in known]):
            shown = values.shifted(-values.crispness)
            ranges = [
                (f"{name} from".strip(), [(x, bottom) for x, _, bottom in known]),
                (f"{name} to".strip(), [(x, top) for x, top, _ in known]),
            ]
            return line_data(ranges, panel.x, shown, legend)
        heights = [(x, values.value(top) - values.value(bottom)) for x, top, bottom in known]
        named.append((name, [(x, values.position(height)) for x, height in heights]))
    return line_data(named, panel.x, values, legend)


def are_stacked(shapes: Sequence[Shape], panel: Panel) -> bool:
    """Whether areas stand on each other all along, so that the lines above them are sums."""
    areas = [s for s in shapes if s.fill is not None and not s.is_box and _is_area(s, panel)]
    tops = [_edges(area, top=True) for area in areas]
    lower = [_edges(area, top=False) for area in areas]
    rests = [any(_follows(bottom, top) for top in tops) for bottom in lower]
    level = [_is_level(list(bottom.values())) for bottom in lower]
    return (
        len(areas) >= 2
        and sum(level) == 1
        and all(one or other for one, other in zip(rests, level, strict=True))
    )


def _stand(areas: Sequence[Shape]) -> bool:
    """Whether each area has a level lower edge; the bands between contours have none."""
    return all(_is_level(list(_edges(area, top=False).values())) for area in areas)


def _edges(area: Shape, *, top: bool) -> dict[float, float]:
    """The height of an area's upper or lower edge at each of its vertices."""
    crossings = {
        x: _crossings(area.outline, x) for x in distinct_places([p[0] for p in area.points])
    }
    return {x: ends[not top] for x, ends in crossings.items() if ends is not None}


def _is_level(ys: Sequence[float]) -> bool:
    return max(ys, default=0.0) - min(ys, default=0.0) <= ON_TOP


def _follows(bottom: dict[float, float], top: dict[float, float]) -> bool:
    shared = [(y, top[x]) for x, y in bottom.items() if x in top]
    return len(shared) >= MIN_SHARED and all(abs(a - b) <= ON_TOP for a, b in shared)


def _is_area(shape: Shape, panel: Panel) -> bool:
    width, height = shape.size
    return width >= 0.3 * panel.width and height >= 4 and len(shape.points) >= 4


def _crossings(outline: Sequence[Point], x: float) -> tuple[float, float] | None:
    """Highest and lowest place where an outline crosses an upright line."""
    ys = []
    for (x0, y0), (x1, y1) in zip(outline, (*outline[1:], outline[0]), strict=True):
        if min(x0, x1) - 0.05 <= x <= max(x0, x1) + 0.05:
            ys.append(y0 if abs(x1 - x0) < 0.1 else y0 + (y1 - y0) * (x - x0) / (x1 - x0))
            if abs(x1 - x0) < 0.1:
                ys.append(y1)
    return (min(ys), max(ys)) if ys else None
