"""What the panels of a chart are called: the headings of columns and rows of facets."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from dsocr_integrations.engines.embedded.charts.panels import Panel
from dsocr_integrations.engines.embedded.charts.scene import Label, Scene

SAME_PLACE = 3.0
"""Panels of one column or row have edges this near to each other, in points."""

REACH_ASIDE = 90.0
"""How far left of a row of panels its heading stands, beyond ticks and axis title.

A turned one has room for twice that, as names at the ticks may be long.
"""


def panel_heading(scene: Scene, panel: Panel, panels: Sequence[Panel]) -> str:
    """The heading of a panel, that of its row before that of its column.

    A panel's own heading stands right above it. In a grid of facets the topmost panel carries
    the heading of the column (the lowest one, where no ticks stand below it), and the outermost
    panels that of the row.

    Args:
        scene: The scene.
        panel: The panel.
        panels: All panels that hold data.

    Returns:
        The heading, or empty text.
    """
    used = {id(label) for other in panels for label in other.used}
    labels = [label for label in scene.labels if id(label) not in used]
    column = [other for other in panels if _is_aligned(panel, other, side=0)]
    row = [other for other in panels if _is_aligned(panel, other, side=1)]
    top = min(column, key=lambda other: other.box[1])
    bottom = max(column, key=lambda other: other.box[3])
    # What reads as an axis title of the panel before may be the heading of this one.
    titles = [
        label
        for other in panels
        if other is not panel and other.x is not None
        for label in other.used
        if label.text == other.x.title
    ]
    above = _above([*labels, *titles], panel) or _above(labels, top)
    if not above and bottom.x is None:
        above = _below(labels, bottom)
    aside = _beside(labels, row) if len(column) > 1 else ""
    return f"{aside} {above}".strip()


def _is_aligned(panel: Panel, other: Panel, side: int) -> bool:
    return (
        abs(panel.box[side] - other.box[side]) < SAME_PLACE
        and abs(panel.box[side + 2] - other.box[side + 2]) < SAME_PLACE
    )


def _is_centred(label: Label, panel: Panel, side: int) -> bool:
    first, last = panel.box[side], panel.box[side + 2]
    return abs(label.center[side] - (first + last) / 2) <= 0.25 * (last - first)


def _above(labels: Sequence[Label], panel: Panel) -> str:
    return _nearest(labels, panel, lambda label: panel.box[1] - label.box[3])


def _below(labels: Sequence[Label], panel: Panel) -> str:
    return _nearest(labels, panel, lambda label: label.box[1] - panel.box[3])


def _nearest(labels: Sequence[Label], panel: Panel, gap: Callable[[Label], float]) -> str:
    """The level label over or under a panel's middle that is nearest by a gap of two lines."""
    found = [
        label
        for label in labels
        if label.is_level and 0 <= gap(label) <= 2.2 * label.size and _is_centred(label, panel, 0)
    ]
    return min(found, key=gap).text if found else ""


def _beside(labels: Sequence[Label], row: Sequence[Panel]) -> str:
    """The heading of a row: turned at its right end, else what stands nearest at its left."""
    last = max(row, key=lambda other: other.box[2])
    right = [
        label
        for label in labels
        if abs(abs(label.angle) - 90) < 5
        and 0 <= label.box[0] - last.box[2] <= 2.2 * label.size
        and _is_centred(label, last, 1)
    ]
    if right:
        return min(right, key=lambda label: label.box[0]).text
    first = min(row, key=lambda other: other.box[0])
    left = [
        label
        for label in labels
        if 0 <= first.box[0] - label.box[2] <= REACH_ASIDE * (1 if label.is_level else 2)
        and _is_centred(label, first, 1)
    ]
    return max(left, key=lambda label: label.box[2]).text if left else ""
