"""Titles of axes: below the labels of the level one, beside those of the upright one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from dsocr_integrations.engines.embedded.charts.axis import Axis
from dsocr_integrations.engines.embedded.charts.scene import Box, Label, Scene, is_neutral
from dsocr_integrations.engines.embedded.charts.tick_values import tick_value

TITLE_REACH = 120.0
"""How far beside a frame the title of an upright axis may stand, in points."""


def titled_level(
    scene: Scene, frame: Box, axis: Axis, used: Sequence[Label]
) -> tuple[Axis, tuple[Label, ...]]:
    """Give a level axis its title.

    Args:
        scene: The scene.
        frame: Where data is drawn.
        axis: The axis below or above it.
        used: Labels that are ticks.

    Returns:
        The axis with its title, and the label it was, if there is one.
    """
    lowest = max((label.box[3] for label in used), default=frame[3])
    found = [
        label
        for label in scene.labels
        if label not in used
        and label.is_level
        and tick_value(label.text) is None
        and max(frame[3], lowest) - 6 <= label.box[1] <= lowest + 34
        and frame[0] - 10 <= label.center[0] <= frame[2] + 10
        and not _has_swatch(scene, label)
    ]
    if not found:
        return axis, ()
    label = min(found, key=lambda lb: lb.box[1] + 0.1 * abs(lb.center[0] - _mid(frame, 0)))
    return replace(axis, title=label.text), (label,)


def _has_swatch(scene: Scene, label: Label) -> bool:
    """Whether a small coloured patch or line stands before a label, as in a legend."""
    return any(
        not is_neutral(shape.color)
        and max(shape.size) <= 3 * label.size
        and 0 <= label.box[0] - shape.box[2] <= 1.9 * label.size
        and abs(shape.center[1] - label.center[1]) <= 0.45 * label.size
        for shape in scene.shapes
    )


def titled_upright(
    scene: Scene, frame: Box, axis: Axis, used: Sequence[Label]
) -> tuple[Axis, tuple[Label, ...]]:
    """Give an upright axis its title, which reads upwards or downwards; see `titled_level`."""
    found = [
        label
        for label in _turned(scene, frame, used)
        if label.box[2] <= frame[0] and frame[0] - label.box[2] < TITLE_REACH
    ]
    return _named(axis, max(found, key=lambda lb: lb.box[2]) if found else None)


def titled_right(
    scene: Scene, frame: Box, axis: Axis, used: Sequence[Label]
) -> tuple[Axis, tuple[Label, ...]]:
    """Give the scale at a frame's right edge its title; see `titled_level`."""
    found = [
        label for label in _turned(scene, frame, used) if 0 <= label.box[0] - frame[2] < TITLE_REACH
    ]
    return _named(axis, min(found, key=lambda lb: lb.box[0]) if found else None)


def _turned(scene: Scene, frame: Box, used: Sequence[Label]) -> list[Label]:
    return [
        label
        for label in scene.labels
        if label not in used
        and abs(abs(label.angle) - 90) < 5
        and frame[1] - 10 <= label.center[1] <= frame[3] + 10
    ]


def _named(axis: Axis, label: Label | None) -> tuple[Axis, tuple[Label, ...]]:
    if label is None:
        return axis, ()
    color = axis.color if is_neutral(label.color) else label.color
    return replace(axis, title=label.text, color=color), (label,)


def _mid(box: Box, side: int) -> float:
    return (box[side] + box[side + 2]) / 2
