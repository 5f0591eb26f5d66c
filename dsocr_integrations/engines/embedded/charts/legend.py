"""Legends: which colour is which series."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from dsocr_integrations.engines.embedded.charts.panels import Panel
from dsocr_integrations.engines.embedded.charts.scene import (
    Box,
    Color,
    Label,
    Scene,
    Shape,
    contains,
    has_point,
    is_neutral,
    is_pale,
    same_color,
    union,
)
from dsocr_integrations.engines.embedded.charts.tick_values import tick_value


@dataclass(frozen=True)
class LegendEntry:
    """A name with the look of its series.

    Attributes:
        name: The series' name.
        color: Its colour.
        dashes: How its line is dashed; `None` where the swatch is no line.
        label: The label.
        shapes: The swatch, as `id` of its shapes.
        box: Where the swatch stands.
        more_colors: Further colours of the swatch, such as a line over an area.
    """

    name: str
    color: Color
    dashes: str | None
    label: Label
    shapes: tuple[int, ...]
    box: Box
    more_colors: tuple[Color, ...] = ()


@dataclass(frozen=True)
class Legend:
    """All entries found, outside and inside the panels.

    Attributes:
        entries: Those that name a series.
        sizes: Those that explain the sizes of markers.
    """

    entries: tuple[LegendEntry, ...] = ()
    sizes: tuple[LegendEntry, ...] = ()

    @property
    def shapes(self) -> frozenset[int]:
        """`id` of every shape of a swatch."""
        return frozenset(shape for entry in self._all for shape in entry.shapes)

    @property
    def labels(self) -> frozenset[int]:
        """`id` of every label used."""
        return frozenset(id(entry.label) for entry in self._all)

    @property
    def _all(self) -> tuple[LegendEntry, ...]:
        return (*self.entries, *self.sizes)

    def within(self, panel: Panel, panels: Sequence[Panel], colors: Sequence[Color]) -> Legend:
        """What of it holds for a panel.

        Names inside a panel are its own. A panel without any has those of another whose colours
        it all shows, unless others give these colours other names.

        Args:
            panel: The panel.
            panels: All panels.
            colors: Those of the shapes in it.
        """
        inside = [
            [entry for entry in self.entries if has_point(one.box, entry.label.center)]
            for one in panels
        ]
        own = inside[panels.index(panel)]
        shared = [
            names
            for names in inside
            if names and all(any(same_color(e.color, c) for c in colors) for e in names)
        ]
        if not own and len({frozenset((e.name, e.color) for e in names) for names in shared}) == 1:
            own = shared[0]
        beside = [e for e in self.entries if not any(e in names for names in inside)]
        return replace(self, entries=(*beside, *own))

    def name_of(self, color: Color | None, *, dashes: str | None = None) -> str | None:
        """The series of a colour, if the legend tells it and gives no other this colour too."""
        alike = [entry for entry in self.entries if same_color(entry.color, color)]
        alike = alike or [
            entry
            for entry in self.entries
            if any(same_color(other, color) for other in entry.more_colors)
        ]
        if len(alike) > 1 and dashes is not None:
            same = [entry for entry in alike if entry.dashes in {dashes, None}]
            alike = same or [e for e in alike if bool(e.dashes) == bool(dashes)] or alike
        names = {entry.name for entry in alike}
        return names.pop() if len(names) == 1 else None


def find_legend(scene: Scene, panels: Sequence[Panel]) -> Legend:
    """Find names that stand right of a small patch, line or marker.

    Entries must stand in one column or one row; a lone entry counts only outside the panels, or
    in a frame of its own.
    """
    used = {id(label) for panel in panels for label in panel.used}
    swatches = [shape for shape in scene.shapes if _may_be_swatch(shape)]
    entries = []
    for label in scene.labels:
        if id(label) in used or not label.is_level:
            continue
        inside = any(has_point(panel.box, label.center) for panel in panels)
        entry = _entry(label, swatches)
        if entry is not None and (inside or not _is_of_a_panel(entry, panels)):
            entries.append((entry, inside))
    # A number inside a panel is more often a value at a mark than a name.
    entries = [
        (entry, inside)
        for entry, inside in entries
        if not inside
        or tick_value(entry.name) is None
        or any(_is_other_year(entry, other) for other, _ in entries)
    ]
    together = [entry for entry, _ in entries if _has_mate(entry, [other for other, _ in entries])]
    kept = [
        entry
        for entry, inside in entries
        if entry in together
        or (
            # A mark of the last value may stand beside the heading of its legend.
            not any(same_color(entry.color, other.color) for other in together)
            and (not inside or _is_framed(entry, scene.shapes))
        )
    ]
    sizes = [entry for entry in kept if _tells_size(entry, kept)]
    return Legend(tuple(entry for entry in kept if entry not in sizes), tuple(sizes))


def _is_of_a_panel(entry: LegendEntry, panels: Sequence[Panel]) -> bool:
    """Whether a swatch is a mark of a panel that a name beside the panel happens to follow."""
    middle = ((entry.box[0] + entry.box[2]) / 2, (entry.box[1] + entry.box[3]) / 2)
    return any(has_point(panel.box, middle) for panel in panels)


def _is_other_year(entry: LegendEntry, other: LegendEntry) -> bool:
    """Whether two entries of unlike colour have their names and swatches in one column or row."""
    aside = entry.box[0] - other.box[0]
    gaps = [one.label.box[0] - one.box[2] for one in (entry, other)]
    return (
        other is not entry
        and not same_color(entry.color, other.color)
        and abs(entry.box[2] - other.box[2] - aside) < 0.5
        and abs(gaps[0] - gaps[1]) < 1.5
        and (abs(aside) < 0.5 or all(abs(entry.box[y] - other.box[y]) < 0.5 for y in (1, 3)))
    )


def _tells_size(entry: LegendEntry, entries: Sequence[LegendEntry]) -> bool:
    """Whether the markers of an entry's colour are of growing size and their names are numbers."""
    alike = [other for other in entries if same_color(other.color, entry.color)]
    sides = {round(other.box[2] - other.box[0], 1) for other in alike}
    return len(sides) > 1 and all(tick_value(other.name) is not None for other in alike)


def _may_be_swatch(shape: Shape) -> bool:
    width, height = shape.size
    color = shape.color
    if color is None or (is_pale(color) and is_neutral(color) and shape.stroke is None):
        return False
    return 1.5 <= width <= 60 and height <= 24


def _entry(label: Label, swatches: Sequence[Shape]) -> LegendEntry | None:
    x0, y0, _, y1 = label.box
    middle = (y0 + y1) / 2
    near = []
    for shape in swatches:
        left, top, right, bottom = shape.box
        if abs((top + bottom) / 2 - middle) > 0.45 * label.size:
            continue
        if bottom - top > 1.9 * label.size or right - left > 6 * label.size:
            continue
        if -0.5 <= x0 - right <= 1.9 * label.size or (
            left >= x0 - 6.5 * label.size and right <= x0 - 0.1
        ):
            near.append(shape)
    near = [shape for shape in near if x0 - shape.box[2] <= 6 * label.size]
    if not near or min(x0 - shape.box[2] for shape in near) > 1.9 * label.size:
        return None
    nearest = min(near, key=lambda shape: x0 - shape.box[2])
    parts = [s for s in near if s.box[2] > nearest.box[0] - 1 or s.box[0] >= nearest.box[0] - 1]
    colored = [shape for shape in parts if not is_neutral(shape.color)] or parts
    best = max(colored, key=lambda shape: (shape.fill is not None, shape.size[0]))
    lines = [shape for shape in parts if shape.fill is None and shape.size[1] < 1]
    color = best.color
    if color is None:
        return None
    dashes = max(shape.dashes for shape in lines) if lines else None
    more = tuple(c for s in colored for c in (s.fill, s.stroke) if c is not None)
    return LegendEntry(
        label.text, color, dashes, label, tuple(id(shape) for shape in parts), best.box, more
    )


def _is_framed(entry: LegendEntry, shapes: Sequence[Shape]) -> bool:
    """Whether a box holds the name and its swatch, and has room for little else."""
    both = union((entry.box, entry.label.box))
    width, height = both[2] - both[0], max(both[3] - both[1], entry.label.size)
    return any(
        shape.is_box
        and contains(shape.box, both, slack=0.0)
        and shape.size[0] <= width + 3 * entry.label.size
        and shape.size[1] <= 3 * height
        for shape in shapes
    )


def _has_mate(entry: LegendEntry, entries: Sequence[LegendEntry]) -> bool:
    x, y = (entry.box[0] + entry.box[2]) / 2, (entry.box[1] + entry.box[3]) / 2
    for other in entries:
        if other is entry:
            continue
        other_x, other_y = (other.box[0] + other.box[2]) / 2, (other.box[1] + other.box[3]) / 2
        in_column = abs(x - other_x) < 1.5 and abs(y - other_y) < 6 * entry.label.size
        if in_column or abs(y - other_y) < 1.5:
            return True
    return False
