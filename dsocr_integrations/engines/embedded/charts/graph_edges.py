"""Strokes that join shapes as the edges of a graph join its nodes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from dsocr_integrations.engines.embedded.charts.scene import Point, Shape, has_point

LINKED = 2
"""Strokes that end in one marker of a line drawn piece by piece; a dumbbell's has one."""

MIN_MORE = 2
"""Edges of all nodes beyond `LINKED`, at least: two nodes with three, or one with four."""

MAX_NODE = 72.0
MAX_PAIRS = 400_000

Node = tuple[int, int]


def is_graph(shapes: Sequence[Shape]) -> bool:
    """Whether strokes lead from one closed shape to several others.

    Args:
        shapes: All that is drawn.
    """
    strokes = [shape for shape in shapes if _is_stroke(shape)]
    nodes = [shape for shape in shapes if shape.closed and 2 < max(shape.size) <= MAX_NODE]
    if len(strokes) * len(nodes) > MAX_PAIRS:
        return False
    linked: defaultdict[Node, set[Node]] = defaultdict(set)
    for stroke in strokes:
        first, last = (_node_at(stroke.points[end], nodes) for end in (0, -1))
        if first is not None and last is not None and first != last:
            linked[first].add(last)
            linked[last].add(first)
    return sum(max(0, len(others) - LINKED) for others in linked.values()) >= MIN_MORE


def _is_stroke(shape: Shape) -> bool:
    return shape.fill is None and not shape.is_cross and len(shape.points) == len("ab")


def _node_at(place: Point, nodes: Sequence[Shape]) -> Node | None:
    """The middle of the uppermost node at a place; fill and outline have the same."""
    held = [node.center for node in nodes if has_point(node.box, place)]
    return (round(held[-1][0]), round(held[-1][1])) if held else None
