"""Reads a scene as a chart, or says that it is none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from dsocr_integrations.engines.embedded.charts.areas import are_stacked, read_areas
from dsocr_integrations.engines.embedded.charts.bars import read_bars
from dsocr_integrations.engines.embedded.charts.boxes import read_boxes
from dsocr_integrations.engines.embedded.charts.contour_maps import is_contour_map
from dsocr_integrations.engines.embedded.charts.data import ChartData
from dsocr_integrations.engines.embedded.charts.facet_headings import SAME_PLACE, panel_heading
from dsocr_integrations.engines.embedded.charts.graph_edges import is_graph
from dsocr_integrations.engines.embedded.charts.heat_maps import read_heat_map
from dsocr_integrations.engines.embedded.charts.legend import Legend, find_legend
from dsocr_integrations.engines.embedded.charts.line_ends import named_at_ends
from dsocr_integrations.engines.embedded.charts.lines import read_lines
from dsocr_integrations.engines.embedded.charts.panels import Panel, data_shapes, find_panels
from dsocr_integrations.engines.embedded.charts.pie import read_pies
from dsocr_integrations.engines.embedded.charts.points import find_dots, read_points
from dsocr_integrations.engines.embedded.charts.scene import (
    Label,
    Scene,
    Shape,
    contains,
    has_point,
)
from dsocr_integrations.engines.embedded.charts.strips import read_strip
from dsocr_integrations.engines.embedded.charts.text_marks import without_text_marks
from dsocr_integrations.engines.embedded.charts.two_scales import by_scale, has_two_scales

MIN_VALUES = 2
MAX_PAIRS = 3_000_000
"""Shapes times labels; more would take minutes, and is a map or a page of text."""

MAX_MARKS = 4000
"""Shapes of one panel that may carry data."""


def read_chart(scene: Scene) -> ChartData | None:
    """Read a chart.

    Args:
        scene: Shapes and labels.

    Returns:
        Its data; `None` for a scene without axes that fit or a full pie, for heat maps,
        diagrams, maps and drawings.
    """
    if len(scene.shapes) * len(scene.labels) > MAX_PAIRS or is_graph(scene.shapes):
        return None
    scene = without_text_marks(scene)
    panels = find_panels(scene)
    legend = find_legend(scene, panels)
    found = []
    for panel in panels:
        data = _read_panel(scene, panel, panels, legend)
        if data is not None and len(data.data) >= MIN_VALUES:
            found.append((panel, data))
    if not found:
        return read_pies(scene, legend)
    if len(found) == 1:
        return found[0][1]
    return _joined(scene, found)


def _read_panel(
    scene: Scene, panel: Panel, panels: Sequence[Panel], legend: Legend
) -> ChartData | None:
    alone = read_boxes(scene, panel) or read_heat_map(scene, panel)
    if alone is not None:
        return alone
    inside = [e.label.box for e in legend.entries if has_point(panel.box, e.label.center)]
    shapes = [
        shape
        for shape in data_shapes(scene, panel, legend.shapes)
        if not (shape.is_box and inside and all(contains(shape.box, box) for box in inside))
    ]
    if not shapes or len(shapes) > MAX_MARKS or is_contour_map(shapes):
        return None
    used = {id(label) for label in panel.used} | legend.labels
    legend = legend.within(panel, panels, [s.color for s in shapes if s.color is not None])
    labels = [label for label in scene.labels if id(label) not in used]
    strip = read_strip(scene, shapes, panel, legend, labels)
    legend = named_at_ends(shapes, labels, panel, legend)
    if strip is not None or not has_two_scales(panel):
        return strip or _read_marks(shapes, panel, legend, labels)
    parts = by_scale(shapes, panel, legend)
    read = [_read_marks(part, seen, legend, labels) for part, seen in parts or ()]
    found = [data for data in read if data is not None]
    if not found or len(found) < len(read):
        return None
    values = tuple(
        datum if datum.series else replace(datum, series=data.value_name)
        for data in found
        for datum in data.data
    )
    if len(found) == 1:
        return found[0]
    others = tuple(data.value_name for data in found[1:])
    return replace(found[0], data=values, more_measures=others)


def _read_marks(
    shapes: Sequence[Shape], panel: Panel, legend: Legend, labels: Sequence[Label]
) -> ChartData | None:
    if are_stacked(shapes, panel):
        return read_areas(shapes, panel, legend)
    for read in (read_lines, read_points, read_areas):
        data = read(shapes, panel, legend)
        if data is not None:
            dots = {id(dot) for dot in find_dots(shapes, panel)}
            others = [shape for shape in shapes if id(shape) not in dots]
            bars = read_bars(others, panel, legend, labels)
            if bars is not None and _stand_beside(bars, data, legend):
                return replace(bars, data=(*bars.data, *data.data))
            if bars is not None and len(bars.data) >= len(data.data):
                return bars
            return data
    return read_bars(shapes, panel, legend, labels)


def _stand_beside(bars: ChartData, others: ChartData, legend: Legend) -> bool:
    """Whether bars are series of the legend beside the lines or points of their panel.

    A lone rectangle is a remark drawn into the chart.
    """
    counts = Counter(datum.series for datum in bars.data)
    names = {datum.series for datum in others.data}
    known = {entry.name for entry in legend.entries}
    return min(counts.values()) >= 2 and names | set(counts) <= known and not names & set(counts)


def _joined(scene: Scene, found: list[tuple[Panel, ChartData]]) -> ChartData:
    """Several panels as one table, the panel's heading before the name of the series.

    Panels without a heading are numbered, unless their series tell them apart.
    """
    found = sorted(found, key=lambda pair: (round(pair[0].box[1] / SAME_PLACE), pair[0].box[0]))
    panels = [panel for panel, _ in found]
    headings = [panel_heading(scene, panel, panels) for panel in panels]
    parts = [part for _, part in found]
    values = {part.value_name for part in parts}
    if len(values) > 1:
        headings = [_titled(one, part) for one, part in zip(headings, parts, strict=True)]
    if not any(headings) and not _have_own_series(parts):
        headings = [f"panel {number}" for number in range(1, len(found) + 1)]
    data = [
        replace(datum, series=_series_of(heading, datum.series))
        for heading, part in zip(headings, parts, strict=True)
        for datum in part.data
    ]
    keys = {part.key_name for part in parts}
    return replace(
        parts[0],
        data=tuple(data),
        key_name="" if len(keys) > 1 or keys & set(headings) else keys.pop(),
        value_name="" if len(values) > 1 else values.pop(),
        more_measures=() if len(values) > 1 else parts[0].more_measures,
        confidence=min(part.confidence for part in parts) - 0.1,
        series_order=(),
        has_common_keys=_have_common_keys(parts),
    )


def _have_common_keys(parts: Sequence[ChartData]) -> bool:
    """Whether panels have keys in common, if only through others."""
    groups: list[set[str]] = []
    for part in parts:
        keys = {datum.key for datum in part.data}
        apart = [group for group in groups if not group & keys]
        groups = [*apart, keys.union(*(group for group in groups if group & keys))]
    return len(groups) == 1


def _have_own_series(parts: Sequence[ChartData]) -> bool:
    """Whether every value has a series, and none of them is in two panels."""
    names = [{datum.series for datum in part.data} for part in parts]
    together = {name for part in names for name in part}
    return "" not in together and len(together) == sum(len(part) for part in names)


def _titled(heading: str, part: ChartData) -> str:
    """The heading of a panel with what it measures, where the others measure something else."""
    said = part.value_name.casefold() in heading.casefold()
    return heading if said else f"{heading} {part.value_name}".strip()


def _series_of(heading: str, series: str) -> str:
    return series if heading == series else f"{heading} {series}".strip()
