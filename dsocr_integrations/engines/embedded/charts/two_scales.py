"""Panels with a scale at either side: which series are measured on which."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from dsocr_integrations.engines.embedded.charts.axis import Axis
from dsocr_integrations.engines.embedded.charts.legend import Legend
from dsocr_integrations.engines.embedded.charts.panels import Panel
from dsocr_integrations.engines.embedded.charts.scene import Color, Shape, is_neutral, same_color

SAME_SCALE = 0.02
"""Scales that differ by no more than this share of their span are one, printed twice."""

MIN_WORD = 4
"""Shorter words are articles, units and numbers."""

_WORD = re.compile(r"[^\W_]+")


def has_two_scales(panel: Panel) -> bool:
    """Whether the right edge of a panel has another scale than the left."""
    left, right = panel.y, panel.right
    if left is None or right is None:
        return False
    ends = (panel.box[1], panel.box[3])
    span = abs(left.value(ends[0]) - left.value(ends[1]))
    return left.kind != right.kind or any(
        abs(left.value(end) - right.value(end)) > SAME_SCALE * span for end in ends
    )


def by_scale(
    shapes: Sequence[Shape], panel: Panel, legend: Legend
) -> list[tuple[list[Shape], Panel]] | None:
    """Part the shapes of a panel by the scale they are measured on.

    The colour of an axis tells it, or a title that is the name of a series; of two series of
    which one is known, the other has the other scale.

    Args:
        shapes: Shapes that may carry data.
        panel: A panel with two scales.
        legend: Names of the colours.

    Returns:
        The shapes of either scale, each with the panel as they see it; `None` where nothing
        tells to which scale a shape belongs.
    """
    colors: list[Color] = []
    for shape in shapes:
        color = shape.color
        if color is not None and not any(same_color(color, other) for other in colors):
            colors.append(color)
    sides = [_side(color, panel, legend) for color in colors]
    if sides.count(None) == 1 and len(set(sides)) == 2:
        sides = [side or _other(sides) for side in sides]
    if None in sides:
        return None
    parts: dict[str | None, list[Shape]] = {"left": [], "right": []}
    for shape in shapes:
        place = next((i for i, c in enumerate(colors) if same_color(c, shape.color)), None)
        if place is not None:
            parts[sides[place]].append(shape)
    left, right = replace(panel, right=None), replace(panel, y=panel.right, right=None)
    both = ((parts["left"], left), (parts["right"], right))
    return [(part, seen) for part, seen in both if part]


def _other(sides: Sequence[str | None]) -> str:
    return "left" if "right" in sides else "right"


def _side(color: Color, panel: Panel, legend: Legend) -> str | None:
    name = legend.name_of(color)
    axes = [(side, axis) for side, axis in (("left", panel.y), ("right", panel.right)) if axis]
    found = {side for side, axis in axes if _is_colored(axis, color) or _is_titled(axis, name)}
    found = found or {side for side, axis in axes if _words(name) & _words(axis.title)}
    return found.pop() if len(found) == 1 else None


def _words(text: str | None) -> set[str]:
    """Words that may tell a series, or the quantity of a scale, from another."""
    return {word for word in _WORD.findall((text or "").casefold()) if len(word) >= MIN_WORD}


def _is_colored(axis: Axis, color: Color) -> bool:
    return axis.color is not None and not is_neutral(color) and same_color(axis.color, color)


def _is_titled(axis: Axis, name: str | None) -> bool:
    title, words = axis.title.casefold(), (name or "").casefold()
    return bool(title and words) and (words in title or title in words)
