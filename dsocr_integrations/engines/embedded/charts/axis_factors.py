"""Powers of ten printed once at the end of an axis, by which all of its ticks are multiplied."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from dsocr_integrations.engines.embedded.charts.axis import Axis
from dsocr_integrations.engines.embedded.charts.scene import Box, Label, Scene
from dsocr_integrations.engines.embedded.charts.tick_values import write_number

_FACTOR = re.compile(r"(?:1[eE]|(?:1\s*)?[×x]\s*10\^)([+\-−]?\d{1,2})")
_LINES = 2.5
"""Lines of type within which a factor stands above its axis, or below its ticks."""

_ASIDE = 40.0
"""Points by which it may stand beside the end of its axis."""

_DIGITS = 12


def multiplied_upright(
    scene: Scene, frame: Box, axis: Axis, *, right: bool = False
) -> tuple[Axis, tuple[Label, ...]]:
    """Multiply an upright axis by the factor above it.

    Args:
        scene: The scene.
        frame: Where data is drawn.
        axis: The axis at its left or right edge.
        right: Whether it is the right one.

    Returns:
        The axis, and the label of the factor, if there is one.
    """
    edge = frame[2] if right else frame[0]
    found = [
        label
        for label in _factors(scene)
        if abs(label.center[0] - edge) <= _ASIDE
        and -1 <= frame[1] - label.box[3] <= _LINES * label.size
    ]
    return _multiplied(axis, found)


def multiplied_level(scene: Scene, frame: Box, axis: Axis) -> tuple[Axis, tuple[Label, ...]]:
    """Multiply a level axis by the factor at its right end; see `multiplied_upright`."""
    found = [
        label
        for label in _factors(scene)
        if abs(label.center[0] - frame[2]) <= _ASIDE
        and 0 <= label.box[1] - frame[3] <= 2 * _LINES * label.size
    ]
    return _multiplied(axis, found)


def _factors(scene: Scene) -> list[Label]:
    return [label for label in scene.labels if label.is_level and _FACTOR.fullmatch(label.text)]


def _multiplied(axis: Axis, found: Sequence[Label]) -> tuple[Axis, tuple[Label, ...]]:
    match = _FACTOR.fullmatch(found[0].text) if len(found) == 1 else None
    if match is None or axis.kind != "linear":
        return axis, ()
    factor = 10.0 ** int(match[1].replace("−", "-"))
    ticks = tuple(
        tick
        if tick.value is None
        else replace(
            tick, value=tick.value * factor, text=write_number(tick.value * factor, _DIGITS)
        )
        for tick in axis.ticks
    )
    slope, offset = axis.slope * factor, axis.offset * factor
    return replace(axis, slope=slope, offset=offset, ticks=ticks), tuple(found)
