"""Bars: upright, level, grouped, stacked, floating, and histograms."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from dsocr_integrations.engines.embedded.charts.axis import Axis, write_values
from dsocr_integrations.engines.embedded.charts.bar_headings import headings_of_bars
from dsocr_integrations.engines.embedded.charts.bar_names import Bar, bar_names
from dsocr_integrations.engines.embedded.charts.dashes import are_dashes
from dsocr_integrations.engines.embedded.charts.data import ChartData, Datum
from dsocr_integrations.engines.embedded.charts.legend import Legend
from dsocr_integrations.engines.embedded.charts.panels import Panel
from dsocr_integrations.engines.embedded.charts.points import MAX_COLORS, MAX_SIDE
from dsocr_integrations.engines.embedded.charts.printed_values import PrintedValues
from dsocr_integrations.engines.embedded.charts.scene import Color, Label, Shape, same_color

TOUCH = 1.0
"""Edges this near to each other (points) are one edge."""

WHITE = 225
MAX_GROUNDS = 2

MIN_SCALED = 4
"""Fewer bars, each in its own colour, may be the series of one group."""


def read_bars(
    shapes: Sequence[Shape], panel: Panel, legend: Legend, labels: Sequence[Label]
) -> ChartData | None:
    """Read the bars of a panel.

    Args:
        shapes: Shapes that may carry data.
        panel: The panel with its axes.
        legend: Colours of the series.
        labels: Labels that may print values.

    Returns:
        The data, or `None` where the rectangles are no bars.
    """
    filled = _without_ground([shape for shape in shapes if _is_bar(shape)])
    drawn = filled or [shape for shape in shapes if _is_outline(shape)]
    boxes = [shape for shape in drawn if _is_in(shape, panel)]
    if not boxes or _is_grid_of_cells(boxes) or _are_patches(boxes, shapes):
        return None
    boxes = _shown(boxes)
    upright = _stand_upright(boxes, panel)
    values, keys = (panel.y, panel.x) if upright else (panel.x, panel.y)
    bars = _without_color_scale(_as_bars(boxes, upright), legend)
    if values is not None and values.kind == "log":
        side = int(upright) if values.slope > 0 else int(upright) + 2
        bars = _cut(bars, panel.box[side], values)
    keys = keys or headings_of_bars(bars, labels)
    if keys is None:
        return _named_by_legend(bars, values, legend)
    base = _common_edge(bars, values)
    printed = PrintedValues(labels)
    if values is None or not values.is_measured:
        return _from_printed_values(bars, keys, base, legend, printed)
    values, zero = _with_zero(values, base)
    parts = []
    for part in _parts(bars):
        names = bar_names(part, keys)
        if _are_named_after_neighbours(part, names, keys):
            return None
        read = _data(part, keys, values, zero, names, legend=legend, printed=printed)
        if read is not None:
            parts.append(read)
    return _with_marks(parts) if len(parts) > 1 else next(iter(parts), None)


def _named_by_legend(bars: Sequence[Bar], values: Axis | None, legend: Legend) -> ChartData | None:
    """Bars without a category axis: what the legend calls their colours, each once."""
    names = [legend.name_of(bar.color) for bar in bars]
    if values is None or not values.is_measured or len(set(names)) < len(bars):
        return None
    base = _common_edge(bars, values)
    values, zero = _with_zero(values, base)
    base = _shared_start(bars, base)
    texts = write_values(values, [_measure(bar, values, zero, base) for bar in bars])
    order = [entry.name for entry in legend.entries]
    data = [
        Datum(name, text, "", float(order.index(name)))
        for name, text in zip(names, texts, strict=True)
        if name is not None
    ]
    data.sort(key=lambda datum: datum.place)
    if len(data) < len(bars):
        return None
    return ChartData(tuple(data), value_name=values.title, confidence=0.8 if values.exact else 0.6)


def _is_bar(shape: Shape) -> bool:
    width, height = shape.size
    if shape.fill is None or width <= 0.5 or height <= 0.05:
        return False
    return shape.is_box or _has_round_end(shape)


def _without_ground(boxes: Sequence[Shape]) -> list[Shape]:
    """Boxes without a single white one beside others: what these or a legend stand on."""
    white = [box for box in boxes if box.fill is not None and min(box.fill) >= WHITE]
    others = [box for box in boxes if not any(box is ground for ground in white)]
    return others if len(white) < len(others) and len(white) <= MAX_GROUNDS else list(boxes)


def _has_round_end(shape: Shape) -> bool:
    """Whether a path is a bar with one end rounded: two corners, and at most a disc cut off."""
    width, height = shape.size
    if not (shape.curved and shape.closed) or shape.area < 0.8 * width * height:
        return False
    x0, y0, x1, y1 = shape.box
    corners = sum(
        any(math.dist(corner, point) < 0.3 for point in shape.points)
        for corner in ((x0, y0), (x1, y0), (x1, y1), (x0, y1))
    )
    return corners >= 2


def _is_outline(shape: Shape) -> bool:
    """A bar that is only outlined or hatched."""
    width, height = shape.size
    return shape.fill is None and shape.is_box and width > 2 and height > 0.5


def _is_in(shape: Shape, panel: Panel) -> bool:
    """Whether a panel shows a good part of a bar; what lies outside its clip hides."""
    x0, y0, x1, y1 = panel.box
    left, top, right, bottom = shape.box
    shown = min(right, x1 + 1) - max(left, x0 - 1)
    return shown >= 0.3 * (right - left) and min(bottom, y1 + 1) > max(top, y0 - 1)


def _cut(bars: Sequence[Bar], start: float, values: Axis) -> list[Bar]:
    """Bars that begin at the edge of the panel, as on a log axis, which has no zero."""
    if values.slope > 0:
        return [replace(bar, low=max(bar.low, start)) for bar in bars]
    return [replace(bar, high=min(bar.high, start)) for bar in bars]


def _shown(boxes: list[Shape]) -> list[Shape]:
    """Bars without those of a colour that others cover to the last, as highlighted ones do."""
    places: dict[Color | None, set[tuple[float, ...]]] = {}
    for box in boxes:
        place = tuple(round(edge, 1) for edge in box.box)
        places.setdefault(box.color, set()).add(place)
    colors = list(places)
    covered = {
        color
        for number, color in enumerate(colors)
        if any(places[color] == places[other] for other in colors[number + 1 :])
    }
    return [box for box in boxes if box.color not in covered]


def _parts(bars: Sequence[Bar]) -> list[list[Bar]]:
    """Bars, and strokes of a colour of their own that mark a value on each, such as a mean."""
    groups = [
        [bar for bar in bars if same_color(bar.color, color)] for color in _distinct_colors(bars)
    ]
    marks = [group for group in groups if are_dashes(group)]
    others = [bar for group in groups if group not in marks for bar in group]
    return [others, *marks] if others and marks else [list(bars)]


def _with_marks(parts: Sequence[ChartData]) -> ChartData:
    first, *marks = parts
    value = first.value_name or "value"
    names = [value, *(f"mark {number}" if number else "mark" for number in range(len(marks)))]
    data = [
        replace(datum, series=datum.series or name)
        for part, name in zip(parts, names, strict=True)
        for datum in part.data
    ]
    return replace(first, data=tuple(data))


def _are_named_after_neighbours(
    bars: Sequence[Bar], names: Sequence[tuple[str, float]], keys: Axis
) -> bool:
    """Whether bars of one colour at several places are called by what stands once on the axis."""
    said = Counter(tick.text for tick in keys.ticks)
    places: dict[tuple[str, Color], set[int]] = {}
    for bar, (name, _) in zip(bars, names, strict=True):
        if said[name] == 1:
            places.setdefault((name, bar.color), set()).add(round(bar.middle))
    return any(max(found) - min(found) > 2 * TOUCH for found in places.values())


def _are_patches(boxes: Sequence[Shape], shapes: Sequence[Shape]) -> bool:
    """Whether other filled shapes cover more than the boxes do, as in maps and violins."""
    known = {id(box) for box in boxes}
    others = [s for s in shapes if s.fill is not None and not s.is_box and id(s) not in known]
    larger = [shape for shape in others if max(shape.size) > MAX_SIDE]
    return sum(shape.area for shape in larger) > sum(box.area for box in boxes)


def _is_grid_of_cells(shapes: Sequence[Shape]) -> bool:
    """Whether equal rectangles tile rows and columns, as in a heat map or a calendar."""
    if len(shapes) < 9:
        return False
    sizes = Counter((round(shape.size[0]), round(shape.size[1])) for shape in shapes)
    (size, count) = sizes.most_common(1)[0]
    if count < 0.8 * len(shapes):
        return False
    alike = [s for s in shapes if (round(s.size[0]), round(s.size[1])) == size]
    columns = {round(shape.center[0]) for shape in alike}
    rows = {round(shape.center[1]) for shape in alike}
    return len(columns) >= 3 and len(rows) >= 3


def _as_bars(shapes: Sequence[Shape], upright: bool) -> list[Bar]:
    bars = []
    for shape in shapes:
        x0, y0, x1, y1 = shape.box
        edges = (y0, y1, x0, x1) if upright else (x0, x1, y0, y1)
        bars.append(Bar(*edges, color=shape.color or (0, 0, 0), upright=upright))
    return bars


def _without_color_scale(bars: list[Bar], legend: Legend) -> list[Bar]:
    """Bars in one colour, where nearly each has its own and no legend names one of them."""
    colors = _distinct_colors(bars)
    scaled = len(colors) > MAX_COLORS or len(colors) == len(bars) >= MIN_SCALED
    if not scaled or any(legend.name_of(color) for color in colors):
        return bars
    return [replace(bar, color=colors[0]) for bar in bars]


def _distinct_colors(bars: Sequence[Bar]) -> list[Color]:
    colors: list[Color] = []
    for bar in bars:
        if not any(same_color(color, bar.color) for color in colors):
            colors.append(bar.color)
    return colors


def _stand_upright(shapes: Sequence[Shape], panel: Panel) -> bool:
    """Which way the bars grow."""
    x_counts = panel.x is not None and panel.x.is_measured
    y_counts = panel.y is not None and panel.y.is_measured
    if x_counts != y_counts:
        return y_counts
    for upright in (True, False):
        if are_dashes(_as_bars(shapes, upright)):
            return upright
    across = _agreement([edge for s in shapes for edge in (s.box[1], s.box[3])], len(shapes))
    along = _agreement([edge for s in shapes for edge in (s.box[0], s.box[2])], len(shapes))
    widths = Counter(round(shape.size[0], 1) for shape in shapes).most_common(1)[0][1]
    heights = Counter(round(shape.size[1], 1) for shape in shapes).most_common(1)[0][1]
    score = (across - along) + (widths - heights) / len(shapes)
    return score >= 0


def _agreement(edges: Sequence[float], count: int) -> float:
    return Counter(round(edge) for edge in edges).most_common(1)[0][1] / count


def _common_edge(bars: Sequence[Bar], values: Axis | None) -> float:
    """The coordinate along the value axis at which most bars begin.

    Stacked bars share other edges too; of edges equally shared, the one nearest to zero is
    meant, or without an axis the one at the bottom or left.
    """
    edges = [edge for bar in bars for edge in (bar.low, bar.high)]
    zero = values.position(0.0) if values is not None and values.kind == "linear" else None
    if zero is not None:
        at_zero = [edge for edge in edges if abs(edge - zero) <= 1.6]
        if len(at_zero) >= 0.2 * len(bars):
            return sorted(at_zero)[len(at_zero) // 2]
    else:
        zero = max(edges) if bars[0].upright else min(edges)
    return max(
        edges, key=lambda e: (sum(abs(e - other) < TOUCH for other in edges), -abs(e - zero))
    )


def _shared_start(bars: Sequence[Bar], edge: float) -> float:
    """An edge at which the bars begin; no place at all where they float.

    At half of the places or more a bar then reaches away from it to the same side.
    """
    places = {round(bar.middle) for bar in bars}
    sides = (
        {round(bar.middle) for bar in bars if abs(bar.low - edge) < TOUCH},
        {round(bar.middle) for bar in bars if abs(bar.high - edge) < TOUCH},
    )
    return edge if 2 * max(map(len, sides)) > len(places) else math.inf


def _with_zero(values: Axis, base: float) -> tuple[Axis, float]:
    """Move the axis by the hair that bars are off its ticks, and tell where bars begin."""
    if values.kind == "log":
        return values, base
    zero = values.position(0.0)
    if abs(zero - base) <= 1.6:
        return values.shifted(base - zero), base
    return values, zero


def _data(
    bars: Sequence[Bar],
    keys: Axis,
    values: Axis,
    zero: float,
    names: Sequence[tuple[str, float]],
    *,
    legend: Legend,
    printed: PrintedValues,
) -> ChartData | None:
    dashes = are_dashes(bars)
    if not dashes and _float_freely(bars, values, names):
        return _ranges(bars, keys, values, names)
    base = _shared_start(bars, _common_edge(bars, values))
    series = _series(bars, [name for name, _ in names], legend)
    measured = [
        values.value((bar.low + bar.high) / 2) if dashes else _measure(bar, values, zero, base)
        for bar in bars
    ]
    texts = write_values(values, measured)
    found = []
    for number, (bar, (name, place)) in enumerate(zip(bars, names, strict=True)):
        said = printed.beside(bar.box, measured[number], upright=bar.upright, axis=values)
        value = said if said is not None else texts[number]
        found.append(Datum(name, value, series[number], place, printed=said is not None))
    found.sort(key=lambda datum: datum.place)
    return ChartData(
        tuple(found),
        key_name=keys.title,
        value_name=values.title,
        confidence=_confidence(values, legend, series),
        series_order=tuple(entry.name for entry in legend.entries),
    )


def _float_freely(bars: Sequence[Bar], values: Axis, names: Sequence[tuple[str, float]]) -> bool:
    """Whether each bar shows a range of its own, as in a plan of tasks."""
    if len(bars) < 3 or len({name for name, _ in names}) < len(bars) or values.kind == "log":
        return False
    zero = values.position(0.0)
    if any(min(abs(bar.low - zero), abs(bar.high - zero)) <= 1.6 for bar in bars):
        return False
    lows = Counter(round(bar.low) for bar in bars).most_common(1)[0][1]
    highs = Counter(round(bar.high) for bar in bars).most_common(1)[0][1]
    return 2 * max(lows, highs) <= len(bars)


def _ranges(
    bars: Sequence[Bar], keys: Axis, values: Axis, names: Sequence[tuple[str, float]]
) -> ChartData:
    """Both ends of bars that float, the smaller value first."""
    ends = [sorted((values.value(bar.low), values.value(bar.high))) for bar in bars]
    texts = write_values(values, [end for pair in ends for end in pair])
    said = tuple(part.strip() for part in values.title.split(","))
    titles = said if len(said) == 2 and said[0] != said[1] else ("from", "to")
    data = [
        Datum(name, texts[2 * number + side], titles[side], place)
        for number, (name, place) in enumerate(names)
        for side in (0, 1)
    ]
    data.sort(key=lambda datum: datum.place)
    return ChartData(
        tuple(data),
        key_name=keys.title,
        confidence=0.8 if values.exact else 0.6,
        series_order=titles,
    )


def _measure(bar: Bar, values: Axis, zero: float, base: float) -> float:
    """The bar's value: its far end, or its length where it begins elsewhere."""
    at_low, at_high = values.value(bar.low), values.value(bar.high)
    for start in (zero, base):
        if abs(bar.high - start) < TOUCH:
            return at_low
        if abs(bar.low - start) < TOUCH:
            return at_high
    length = abs(at_high - at_low)
    return -length if at_low <= 0 and at_high <= 0 else length


def _confidence(values: Axis, legend: Legend, series: Sequence[str]) -> float:
    sure = 0.9 if values.exact else 0.7
    unnamed = len(set(series)) > 1 and not legend.entries
    return sure - (0.2 if unnamed else 0.0)


def _series(bars: Sequence[Bar], names: Sequence[str], legend: Legend) -> list[str]:
    """Name the series of each bar; empty names where there is only one."""
    colors = _distinct_colors(bars)
    numbers = [
        next(i for i, color in enumerate(colors) if same_color(color, bar.color)) for bar in bars
    ]
    if len(colors) == 1:
        name = legend.name_of(colors[0])
        return [name or ""] * len(bars)
    once = len(set(names)) == len(names)
    named = [legend.name_of(color) for color in colors]
    if once and len(legend.entries) == 1 and any(named):
        # The legend shows one of the colours that the bars of its only series have.
        return [legend.entries[0].name] * len(bars)
    if once and (not any(named) or {name for name in named if name} <= set(names)):
        return [""] * len(bars)
    return [named[number] or f"series {number + 1}" for number in numbers]


def _from_printed_values(
    bars: Sequence[Bar], keys: Axis, base: float, legend: Legend, printed: PrintedValues
) -> ChartData | None:
    """Bars without a value axis: the numbers printed at them, if they fit their lengths."""
    lengths = [max(abs(bar.low - base), abs(bar.high - base)) for bar in bars]
    found = [printed.at_end(bar.box, upright=bar.upright) for bar in bars]
    pairs = [
        (length, number[1])
        for length, number in zip(lengths, found, strict=True)
        if number is not None and length > 1
    ]
    if len(pairs) < 3 or len(pairs) < 0.8 * len(bars):
        return None
    scale = sum(length * value for length, value in pairs) / sum(length**2 for length, _ in pairs)
    longest = max(lengths)
    wrong = [p for p in pairs if scale <= 0 or abs(p[1] / scale - p[0]) > 0.03 * longest + 1]
    if len(wrong) > 0.1 * len(pairs):
        return None
    names = bar_names(bars, keys)
    series = _series(bars, [name for name, _ in names], legend)
    data = [
        Datum(name, number[0], group, place, printed=True)
        for number, (name, place), group in zip(found, names, series, strict=True)
        if number is not None
    ]
    data.sort(key=lambda datum: datum.place)
    return ChartData(tuple(data), key_name=keys.title, confidence=0.85)
