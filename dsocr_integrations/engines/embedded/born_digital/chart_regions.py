"""Charts that the layout model takes for tables or for text: their grid lines look like rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from dsocr_integrations.engines.embedded.born_digital.line_text import union
from dsocr_integrations.engines.embedded.born_digital.styled_words import StyledWord
from dsocr_integrations.engines.embedded.born_digital.zones import area, overlap
from dsocr_integrations.engines.embedded.charts.legend import LegendEntry, find_legend
from dsocr_integrations.engines.embedded.charts.panels import Panel, find_panels
from dsocr_integrations.engines.embedded.charts.reader import read_chart
from dsocr_integrations.engines.embedded.charts.vector_scene import vector_scene
from dsocr_integrations.engines.embedded.page_layout import LayoutRegion
from dsocr_integrations.records.documents import PointBox

if TYPE_CHECKING:
    from dsocr_integrations.rendering import PageRegion

_RIM = 0.2
"""Share of a table's sides at which tick labels stand if it is a chart."""

_MIDDLE_WORDS = 0.15
"""Share of its words that stand in the middle of a chart, such as values at bars."""

_OWN_PANEL = 0.5
_WITHIN = 0.8
_LEGEND_REACH = 60.0
"""How far beside a chart its legend begins, in points."""


def _may_be_chart(table: PointBox, words: Sequence[StyledWord]) -> bool:
    """Whether next to no words stand in the middle of a table, as in a chart with axes."""
    x0, y0, x1, y1 = table
    rim_x, rim_y = _RIM * (x1 - x0), _RIM * (y1 - y0)
    middle = (x0 + rim_x, y0 + rim_y, x1 - rim_x, y1 - rim_y)
    inside = [word for word in words if _has(table, word.centre)]
    return sum(_has(middle, word.centre) for word in inside) <= _MIDDLE_WORDS * len(inside)


def find_charts(
    region: PageRegion, tables: Sequence[PointBox], words: Sequence[StyledWord]
) -> list[PointBox]:
    """Find the tables of a page that are charts: they have axes, and marks that can be read.

    Args:
        region: The page, or a clip of it.
        tables: Boxes of the tables seen, in points of the page.
        words: Words of the page.

    Returns:
        The box of each chart, labels, titles and legend included, in points of the page.
    """
    tables = [table for table in tables if _may_be_chart(table, words)]
    scene = vector_scene(region) if tables else None
    if scene is None:
        return []
    left, top = region.box[:2]
    panels = [panel for panel in find_panels(scene) if panel.x is not None and panel.y is not None]
    entries = find_legend(scene, panels).entries
    found = []
    for table in tables:
        box = _whole(_moved(table, -left, -top), panels, entries)
        if box is None:
            continue
        page_box = _inside_of(_moved(box, left, top), region.box)
        part = vector_scene(replace(region, clip=page_box))
        if part is not None and read_chart(part) is not None:
            found.append(page_box)
    return found


def without_charts(
    regions: Sequence[LayoutRegion], charts: Sequence[PointBox]
) -> list[LayoutRegion]:
    """The layout's regions, each chart in place of what was seen in it."""
    kept = [region for region in regions if not is_chart(region.box, charts)]
    return [*kept, *(LayoutRegion("picture", chart) for chart in charts)]


def is_chart(table: PointBox, charts: Sequence[PointBox]) -> bool:
    """Whether a table lies in one of the charts."""
    return any(overlap(table, chart) >= _WITHIN * area(table) for chart in charts)


def _whole(
    table: PointBox, panels: Sequence[Panel], entries: Sequence[LegendEntry]
) -> PointBox | None:
    """A table's box with the panels in it, their labels and the legend beside them."""
    own = [
        panel
        for panel in panels
        if overlap(panel.box, table) > _OWN_PANEL * min(area(panel.box), area(table))
    ]
    if not own:
        return None
    labels = [label.box for panel in own for label in panel.used]
    box = union([table, *(panel.box for panel in own), *labels])
    reach = (
        box[0] - _LEGEND_REACH,
        box[1] - _LEGEND_REACH,
        box[2] + _LEGEND_REACH,
        box[3] + _LEGEND_REACH,
    )
    legend = [
        part
        for entry in entries
        if _has(reach, entry.label.start)
        for part in (entry.box, entry.label.box)
    ]
    x0, y0, x1, y1 = union([box, *legend])
    return (x0 - 1.0, y0 - 1.0, x1 + 1.0, y1 + 2.0)


def _inside_of(box: PointBox, outer: PointBox) -> PointBox:
    return (
        max(box[0], outer[0]),
        max(box[1], outer[1]),
        min(box[2], outer[2]),
        min(box[3], outer[3]),
    )


def _moved(box: PointBox, x: float, y: float) -> PointBox:
    return (box[0] + x, box[1] + y, box[2] + x, box[3] + y)


def _has(box: PointBox, point: tuple[float, float]) -> bool:
    return box[0] <= point[0] <= box[2] and box[1] <= point[1] <= box[3]
