"""Charts that the layout model takes for tables or text, or of which it sees a part.

Their grid lines look like rules, and their tick labels like text.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from dsocr_integrations.engines.embedded.born_digital.drawn_marks import Mark
from dsocr_integrations.engines.embedded.born_digital.line_text import union
from dsocr_integrations.engines.embedded.born_digital.styled_words import StyledWord
from dsocr_integrations.engines.embedded.born_digital.zones import area, overlap
from dsocr_integrations.engines.embedded.charts.color_scales import value_columns
from dsocr_integrations.engines.embedded.charts.legend import LegendEntry, find_legend
from dsocr_integrations.engines.embedded.charts.panels import Panel, find_panels
from dsocr_integrations.engines.embedded.charts.pie import find_discs
from dsocr_integrations.engines.embedded.charts.reader import read_chart
from dsocr_integrations.engines.embedded.charts.scene import Label
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
_COVERED = 0.5
"""Share of a table that its panels cover if it is a chart; rules in a statement frame less."""

_WITHIN = 0.8
_FEW_MARKS = 8
"""Fewer paths beside the tables of a page are rules and frames, no chart with its ticks."""

_APART = 0.05
"""Share of a chart's box that another one beside it may reach into."""

_MOST_PAIRS = 12_000_000
"""Paths of a page times its labels; more would take minutes, and is a map or a pattern."""

_EDGE = 3.0
"""Points by which a chart may be larger than the picture that was seen and still be all of it."""

_HEADING_LINES = 2.2
"""Lines of type that may part a panel from its heading, and its ticks from their title."""

_TITLE_SHARE = 0.7
"""Share of a panel's width that the title of its axis takes at most."""

_CAPTION = re.compile(
    r"(?:fig(?:ure)?|chart|table|plate|exhibit|abb(?:ildung)?|图|表)[.\s]*[A-Z]?[.-]?\d",
    re.IGNORECASE,
)
_SEVERAL = 2
_PARAGRAPH = 2
"""Long lines that are a paragraph; one may be the title of the panel below."""

_NAMES_REACH = 0.75
"""How far from the middle of a disc its slices' names begin at most, as a share of its width."""

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
    region: PageRegion,
    words: Sequence[StyledWord],
    marks: Sequence[Mark],
    tables: Sequence[PointBox],
    pictures: Sequence[PointBox] = (),
) -> list[PointBox]:
    """Find the charts of a page that were seen as tables, in part, or not at all.

    They have axes, and marks that can be read.

    Args:
        region: The page, or a clip of it.
        words: Words of the page.
        marks: Paths of the page, in its points.
        tables: Boxes of the tables seen.
        pictures: Boxes of the pictures seen.

    Returns:
        The box of each chart, labels, titles and legend included, in points of the page.
    """
    doubtful = [table for table in tables if _may_be_chart(table, words)]
    beside = [mark for mark in marks if not any(_has(box, _centre(mark.box)) for box in tables)]
    if not doubtful and not pictures and len(beside) < _FEW_MARKS:
        return []
    scene = vector_scene(region)
    if scene is None or len(scene.shapes) * len(scene.labels) > _MOST_PAIRS:
        return []
    left, top = region.box[:2]
    panels = [panel for panel in find_panels(scene) if _has_axes(panel)]
    legend = find_legend(scene, panels)
    entries = legend.entries
    labels = scene.labels
    wholes = [_whole(_moved(table, -left, -top), panels, entries, labels) for table in doubtful]
    held = [_moved(picture, -left, -top) for picture in pictures]
    shown = [part for picture in held for part in _parted(picture, panels, labels)]
    seen = [*held, *(_moved(table, -left, -top) for table in tables)]
    shown += [
        panel.box
        for panel in panels
        if not any(overlap(panel.box, box) for box in seen)
        and _may_be_chart(_moved(_labelled(panel, labels), left, top), words)
    ]
    discs = [
        _around([disc, *_names_at(disc, labels)], entries)
        for disc in find_discs(scene, legend)
        if not any(_reaches(box, disc) for box in seen)
    ]
    found = []
    for box in (*wholes, *_beyond(shown, panels, entries, labels), *discs):
        if box is None:
            continue
        page_box = _inside_of(_moved(box, left, top), region.box)
        part = vector_scene(replace(region, clip=page_box))
        if part is not None and read_chart(part) is not None:
            found.append(page_box)
    return found


def _has_axes(panel: Panel) -> bool:
    """Whether a panel has two axes, or one that its tick marks confirm."""
    if panel.x is None or panel.y is None:
        axis = panel.x or panel.y
        return axis is not None and axis.exact
    return True


def _names_at(disc: PointBox, labels: Sequence[Label]) -> list[PointBox]:
    """Short labels in a disc and closely around it, such as names of slices; no caption."""
    x, y = _centre(disc)
    side = disc[2] - disc[0]
    return [
        label.box
        for label in labels
        if math.dist((x, y), _nearest_to((x, y), label.box)) <= _NAMES_REACH * side
        and label.box[2] - label.box[0] <= side
        and not _CAPTION.match(label.text)
    ]


def _nearest_to(point: tuple[float, float], box: PointBox) -> tuple[float, float]:
    return (min(max(point[0], box[0]), box[2]), min(max(point[1], box[1]), box[3]))


def without_charts(
    regions: Sequence[LayoutRegion], charts: Sequence[PointBox]
) -> list[LayoutRegion]:
    """The layout's regions, each chart in place of what was seen in it, or of one of several."""
    kept = [
        region
        for region in regions
        if not is_chart(region.box, charts)
        and sum(overlap(chart, region.box) >= _WITHIN * area(chart) for chart in charts) < _SEVERAL
    ]
    return [*kept, *(LayoutRegion("picture", chart) for chart in charts)]


def _parted(picture: PointBox, panels: Sequence[Panel], labels: Sequence[Label]) -> list[PointBox]:
    """A picture, or the panels of each chart in it where prose or a caption parts them."""
    groups: list[list[PointBox]] = []
    bottom = -math.inf
    for panel in sorted(panels, key=lambda one: one.box[1]):
        if not _shows(picture, panel):
            continue
        x0, top, x1, reach = _labelled(panel, labels)
        if not groups or _has_prose((x0, bottom, x1, top), labels):
            groups.append([])
        groups[-1].append(panel.box)
        bottom = max(bottom, reach)
    return [union(group) for group in groups] if len(groups) > 1 else [picture]


def _has_prose(gap: PointBox, labels: Sequence[Label]) -> bool:
    """Whether a caption or a paragraph stands between two panels."""
    x0, top, x1, bottom = gap
    lines = [
        label
        for label in labels
        if label.is_level and top <= label.center[1] <= bottom and x0 <= label.center[0] <= x1
    ]
    long = [line for line in lines if line.box[2] - line.box[0] >= _TITLE_SHARE * (x1 - x0)]
    return len(long) >= _PARAGRAPH or any(_CAPTION.match(line.text) for line in lines)


def is_chart(table: PointBox, charts: Sequence[PointBox]) -> bool:
    """Whether a table lies in one of the charts."""
    return any(overlap(table, chart) >= _WITHIN * area(table) for chart in charts)


def _whole(
    table: PointBox,
    panels: Sequence[Panel],
    entries: Sequence[LegendEntry],
    labels: Sequence[Label],
) -> PointBox | None:
    """A table's box with the panels that fill it, their labels and the legend beside them."""
    own = [_labelled(panel, labels) for panel in panels if _shows(table, panel)]
    if not own or overlap(union(own), table) < _COVERED * area(table):
        return None
    return _around([table, *own], entries)


def _beyond(
    pictures: Sequence[PointBox],
    panels: Sequence[Panel],
    entries: Sequence[LegendEntry],
    labels: Sequence[Label],
) -> list[PointBox]:
    """The boxes of charts that pictures show a part of: a panel, some of several, tick labels."""
    wholes: list[PointBox] = []
    for picture in pictures:
        own = [
            panel
            for panel in panels
            if _shows(picture, panel)
            or overlap(picture, _labelled(panel, labels)) >= _WITHIN * area(picture)
        ]
        if not own:
            continue
        if any(panel.x is None or panel.y is None for panel in own):
            picture = union([picture, *_scale_beside(own, labels)])  # noqa: PLW2901
        headings = [_headed(panel, labels) for panel in own] if len(own) > 1 else []
        whole = _around([picture, *(_labelled(panel, labels) for panel in own), *headings], entries)
        apart = [box for box in wholes if overlap(box, whole) <= _APART * area(box)]
        joined = [box for box in wholes if box not in apart]
        wholes = [*apart, union([whole, *joined])]
    return [whole for whole in wholes if not any(_reaches(picture, whole) for picture in pictures)]


def _scale_beside(panels: Sequence[Panel], labels: Sequence[Label]) -> list[PointBox]:
    """The numbers or dates, and their title, of a scale of colours at the right of panels."""
    _, y0, x1, y1 = union([panel.box for panel in panels])
    beside = [
        label
        for label in labels
        if 0 <= label.box[0] - x1 <= _LEGEND_REACH and y0 - label.size <= label.box[3]
    ]
    columns = [column for column in value_columns(beside) if column[0].box[1] <= y1]
    return [
        label.box
        for column in columns
        for label in beside
        if label in column or 0 <= column[0].box[1] - label.box[3] <= _HEADING_LINES * label.size
    ]


def _shows(box: PointBox, panel: Panel) -> bool:
    return overlap(panel.box, box) > _OWN_PANEL * min(area(panel.box), area(box))


def _reaches(picture: PointBox, whole: PointBox) -> bool:
    """Whether a picture holds all of a chart, give or take the edges of its letters."""
    slack = (picture[0] - _EDGE, picture[1] - _EDGE, picture[2] + _EDGE, picture[3] + _EDGE)
    return _inside_of(whole, slack) == whole


def _labelled(panel: Panel, labels: Sequence[Label]) -> PointBox:
    """A panel with the labels of its axes; a line of text below them is no title."""
    below = panel.x.title if panel.x is not None else ""
    own = [
        label
        for label in panel.used
        if not (below and label.is_level and label.text == below) or _is_title(label, panel, labels)
    ]
    return union([panel.box, *(label.box for label in own)])


def _is_title(label: Label, panel: Panel, labels: Sequence[Label]) -> bool:
    """Whether what stands below an axis is its title: alone, centred, short, and no caption."""
    x0, _, x1, _ = panel.box
    ticks = [other.box[3] for other in panel.used if other.is_level and other is not label]
    width = label.box[2] - label.box[0]
    return (
        not _CAPTION.match(label.text)
        and not any(_are_one_line(label, other) for other in labels)
        and width <= _TITLE_SHARE * (x1 - x0)
        and abs(label.center[0] - (x0 + x1) / 2) <= 0.1 * (x1 - x0)
        and label.box[1] - max(ticks, default=panel.box[3]) <= _HEADING_LINES * label.size
    )


def _are_one_line(label: Label, other: Label) -> bool:
    """Whether a label is a piece of a line that another goes on with."""
    gap = max(other.box[0] - label.box[2], label.box[0] - other.box[2])
    level = abs(other.start[1] - label.start[1]) <= 0.1 * label.size
    return other is not label and level and gap <= 0.6 * max(label.size, other.size)


def _headed(panel: Panel, labels: Sequence[Label]) -> PointBox:
    """A panel with the heading right above it, which tells it from the others of its figure."""
    x0, y0, x1, _ = panel.box
    middle, reach = (x0 + x1) / 2, 0.25 * (x1 - x0)
    above = [
        label.box
        for label in labels
        if label.is_level
        and abs(label.center[0] - middle) <= reach
        and 0 <= y0 - label.box[3] <= _HEADING_LINES * label.size
    ]
    return union([panel.box, *above])


def _around(boxes: Sequence[PointBox], entries: Sequence[LegendEntry]) -> PointBox:
    """Boxes together, with the legend beside them."""
    box = union(list(boxes))
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


def _centre(box: PointBox) -> tuple[float, float]:
    return ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)


def _has(box: PointBox, point: tuple[float, float]) -> bool:
    return box[0] <= point[0] <= box[2] and box[1] <= point[1] <= box[3]
