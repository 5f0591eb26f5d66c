"""Pies and rings."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from dsocr_integrations.engines.embedded.charts.data import ChartData, Datum
from dsocr_integrations.engines.embedded.charts.facet_headings import panel_heading
from dsocr_integrations.engines.embedded.charts.legend import Legend
from dsocr_integrations.engines.embedded.charts.panels import Panel
from dsocr_integrations.engines.embedded.charts.scene import (
    Box,
    Label,
    Point,
    Scene,
    Shape,
    is_neutral,
    is_pale,
    union,
)
from dsocr_integrations.engines.embedded.charts.tick_values import tick_value, write_number

MIN_RADIUS = 15.0
MIN_REACH = 0.8
"""Slices that end nearer to the centre than this share of the radius tell values by it."""

MAX_CUTS = 20
"""Cuts within cuts that part pies; patterns may be nested without end."""

ASTRAY = 0.12
"""Turn by which a slice may be wider or narrower than its share; ribbons that cross are astray."""


def read_pies(scene: Scene, legend: Legend) -> ChartData | None:
    """Read a pie or ring, or several that stand beside or above each other.

    A slice's share is its area among all slices, which holds for rings and pulled-out slices
    too. Slices must together fill a disc or a ring around one centre.

    Args:
        scene: The scene.
        legend: Names of the colours, where slices are not labelled.

    Returns:
        Name and value of each slice: the printed value, else the measured share in percent, each
        pie a series by its heading; `None` where there is no such disc.
    """
    slices = _slices(scene, legend)
    groups = _apart(slices)
    if len(groups) < 2 or not all(_fills_disc(group) for group in groups):
        data = _read_pie(scene, legend, slices)
        return _chart(data) if data is not None else None
    panels = [Panel(union([shape.box for shape in group]), None, None) for group in groups]
    headings = [panel_heading(scene, panel, panels) for panel in panels]
    read = [_read_pie(scene, legend, group) or () for group in groups]
    inner = [_in_hole(scene, panel) for panel in panels]
    said = [heading or label for heading, label in zip(headings, inner, strict=True)]
    names = [name or f"pie {number}" for number, name in enumerate(said, 1)]
    return _chart(
        [replace(d, series=name) for name, ds in zip(names, read, strict=True) for d in ds]
    )


def find_discs(scene: Scene, legend: Legend) -> list[Box]:
    """Boxes of the discs and rings that slices fill, without their names."""
    groups = _apart(_slices(scene, legend))
    return [union([one.box for one in group]) for group in groups if _fills_disc(group)]


def _in_hole(scene: Scene, panel: Panel) -> str:
    """What stands in the middle of a ring."""
    x, y = (panel.box[0] + panel.box[2]) / 2, (panel.box[1] + panel.box[3]) / 2
    near = [label for label in scene.labels if math.dist(label.center, (x, y)) <= label.size]
    return near[0].text if near else ""


def _chart(data: Sequence[Datum]) -> ChartData:
    return ChartData(tuple(data), key_name="slice", confidence=0.85)


def _read_pie(scene: Scene, legend: Legend, slices: Sequence[Shape]) -> list[Datum] | None:
    if not _fills_disc(slices):
        return None
    box = union([shape.box for shape in slices])
    center = ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)
    radius = (box[2] - box[0] + box[3] - box[1]) / 4
    total = sum(shape.area for shape in slices)
    ordered = sorted(slices, key=lambda shape: _clockwise(center, _middle(shape)))
    texts = _texts(scene, legend, ordered, center, radius)
    named = [legend.name_of(shape.fill) or "" for shape in ordered]
    by_legend = sum(bool(name) for name in named) >= 0.8 * len(named)
    shares = [shape.area / total for shape in ordered]
    said = [_name_and_value(lines, share) for lines, share in zip(texts, shares, strict=True)]
    trusted = _fit_shares([printed for _, printed in said], shares)
    data = []
    for place, (share, (name, value)) in enumerate(zip(shares, said, strict=True)):
        printed = value if value is not None and (trusted or "%" in value) else None
        full_name = (named[place] if by_legend else name) or named[place] or f"slice {place + 1}"
        text = printed or write_number(100 * share, 2) + "%"
        data.append(Datum(full_name, text, "", float(place), printed=printed is not None))
    return data


def _apart(slices: Sequence[Shape], cuts: int = 0) -> list[list[Shape]]:
    """Slices in groups that white parts from side to side or from top to bottom."""
    for side in (0, 1) if cuts < MAX_CUTS else ():
        groups: list[list[Shape]] = []
        reach = -math.inf
        for shape in sorted(slices, key=lambda one: one.box[side]):
            if shape.box[side] > reach + 1.0:
                groups.append([])
            groups[-1].append(shape)
            reach = max(reach, shape.box[side + 2])
        if len(groups) > 1:
            return [part for group in groups for part in _apart(group, cuts + 1)]
    return [list(slices)]


def _slices(scene: Scene, legend: Legend) -> list[Shape]:
    found = [
        shape
        for shape in scene.shapes
        if shape.fill is not None
        and shape.curved
        and not shape.is_box
        and id(shape) not in legend.shapes
        and max(shape.size) >= 3
        and not (is_pale(shape.fill) and is_neutral(shape.fill) and shape.stroke is None)
    ]
    if not found:
        return []
    # Slices share a circle; anything else round (markers, icons) is much smaller.
    largest = max(found, key=lambda shape: max(shape.size))
    reach = 2.2 * max(largest.size)
    near = [shape for shape in found if math.dist(shape.center, largest.center) < reach]
    return found if all(_fills_disc(group) for group in _apart(found)) else near


def _fills_disc(slices: Sequence[Shape]) -> bool:
    if len(slices) < 2:
        return False
    box = union([shape.box for shape in slices])
    center = ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)
    radius = (box[2] - box[0] + box[3] - box[1]) / 4
    if radius < MIN_RADIUS or abs((box[2] - box[0]) - (box[3] - box[1])) > radius:
        return False
    hole = min(math.dist(center, point) for shape in slices for point in shape.outline)
    hole = 0.0 if hole < 0.12 * radius else hole
    disc = math.pi * (radius**2 - hole**2)
    total = sum(shape.area for shape in slices)
    reaches = [max(math.dist(center, point) for point in shape.outline) for shape in slices]
    if not 0.8 <= total / disc <= 1.04 or min(reaches) < MIN_REACH * radius:
        return False
    return all(
        abs(_opening(center, radius, shape) - shape.area / total) <= ASTRAY for shape in slices
    )


def _opening(center: Point, radius: float, shape: Shape) -> float:
    """The turn that the outer half of a slice takes, seen from the centre."""
    middle = _clockwise(center, _middle(shape))
    turns = [
        (_clockwise(center, point) - middle + 0.5) % 1.0
        for point in shape.outline
        if math.dist(center, point) > radius / 2
    ]
    return max(turns, default=0.0) - min(turns, default=0.0)


def _middle(shape: Shape) -> Point:
    """A point in the direction of the slice: the mean of its outer arc."""
    return _centroid(shape.outline)


def _centroid(points: Sequence[Point]) -> Point:
    area = x = y = 0.0
    for (x0, y0), (x1, y1) in zip(points, (*points[1:], points[0]), strict=True):
        cross = x0 * y1 - x1 * y0
        area += cross
        x += (x0 + x1) * cross
        y += (y0 + y1) * cross
    if abs(area) < 1e-9:
        return points[0]
    return (x / (3 * area), y / (3 * area))


def _clockwise(center: Point, point: Point) -> float:
    """Angle from twelve o'clock, clockwise, in turns."""
    angle = math.atan2(point[0] - center[0], center[1] - point[1]) / (2 * math.pi)
    return angle % 1.0


def _texts(
    scene: Scene, legend: Legend, slices: Sequence[Shape], center: Point, radius: float
) -> list[list[str]]:
    """Lines of text that belong to each slice, from top to bottom."""
    labels = [
        label
        for label in scene.labels
        if id(label) not in legend.labels
        and math.dist(label.center, center) <= 1.4 * radius + 0.5 * _length(label)
    ]
    texts: list[list[str]] = [[] for _ in slices]
    spans = []
    turn = 0.0
    total = sum(shape.area for shape in slices)
    first = _clockwise(center, _middle(slices[0])) - slices[0].area / total / 2
    for shape in slices:
        spans.append((first + turn, first + turn + shape.area / total))
        turn += shape.area / total
    anchored = [(block, _block_anchor(block, center, radius)) for block in _blocks(labels)]
    nearest: dict[int, float] = {}
    for block, anchor in sorted(anchored, key=lambda pair: math.dist(pair[1], center)):
        angle = _clockwise(center, anchor)
        place = next(
            (i for i, span in enumerate(spans) if (angle - span[0]) % 1.0 < span[1] - span[0]), None
        )
        if place is None:
            continue
        distance = math.dist(anchor, center)
        # A title stands beyond the name of the slice below it.
        reach = nearest.setdefault(place, distance) if distance > radius else distance
        if distance > reach + block[0].size:
            continue
        texts[place] += [label.text for label in block]
    return texts


def _length(label: Label) -> float:
    return label.box[2] - label.box[0]


def _blocks(labels: Sequence[Label]) -> list[list[Label]]:
    """Lines of text set as one block: close below each other, aligned in some way."""
    blocks: list[list[Label]] = []
    for label in sorted(labels, key=lambda lb: lb.box[1]):
        for block in blocks:
            last = block[-1]
            aligned = min(
                abs(last.center[0] - label.center[0]),
                abs(last.box[0] - label.box[0]),
                abs(last.box[2] - label.box[2]),
            )
            if aligned < 2.5 and -1 <= label.box[1] - last.box[3] < 1.1 * label.size:
                block.append(label)
                break
        else:
            blocks.append([label])
    return blocks


def _block_anchor(block: Sequence[Label], center: Point, radius: float) -> Point:
    """The point of a block that tells its slice: its middle inside, its near side outside."""
    box = union([label.box for label in block])
    middle = ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)
    if math.dist(middle, center) < radius:
        return middle
    x = min(max(center[0], box[0]), box[2])
    y = min(max(center[1], box[1]), box[3])
    near = (x, y)
    return near if math.dist(near, center) > 0.8 * radius else middle


def _fit_shares(printed: Sequence[str | None], shares: Sequence[float]) -> bool:
    """Whether the numbers printed at the slices are in the proportion of their areas."""
    values = [tick_value(text) if text is not None else None for text in printed]
    known = [(value, share) for value, share in zip(values, shares, strict=True) if value]
    if len(known) < max(2, 0.8 * len(shares)):
        return False
    total = sum(value for value, _ in known)
    part = sum(share for _, share in known)
    return all(abs(value / total - share / part) < 0.02 for value, share in known)


def _name_and_value(lines: Sequence[str], share: float) -> tuple[str, str | None]:
    """Split a slice's text into its name and its printed value."""
    names: list[str] = []
    numbers: list[tuple[str, float]] = []
    for line in lines:
        value = tick_value(line)
        if value is None:
            head, value_text = _tail_number(line)
            if value_text is not None:
                names.append(head)
                numbers.append((value_text, tick_value(value_text) or 0.0))
            else:
                names.append(line)
        else:
            numbers.append((line, value))
    percent = [text for text, value in numbers if "%" in text and abs(value - 100 * share) < 2.5]
    plain = [text for text, _ in numbers if "%" not in text]
    printed = plain[0] if plain and names and percent else (percent[0] if percent else None)
    if printed is None and plain:
        return (names[0], plain[0]) if names else (plain[0], None)
    return (names[0] if len(names) > 1 and numbers else " ".join(names)), printed


def _tail_number(line: str) -> tuple[str, str | None]:
    """Split `Lemons 26.7%`, `Lemons (4)` or `Lemons: 4`."""
    head, _, tail = line.rstrip(")").rpartition(" ")
    text = tail.lstrip("(")
    if head and tick_value(text) is not None:
        return head.rstrip(" :,-("), text
    return line, None
