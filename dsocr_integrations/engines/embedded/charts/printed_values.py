"""Values that a chart prints beside its marks."""

from __future__ import annotations

from collections.abc import Sequence

from dsocr_integrations.engines.embedded.charts.axis import Axis
from dsocr_integrations.engines.embedded.charts.scene import Box, Label
from dsocr_integrations.engines.embedded.charts.tick_values import tick_value, without_scale


class PrintedValues:
    """The numbers among the labels that belong to no axis and no legend.

    Args:
        labels: The labels left over.
    """

    def __init__(self, labels: Sequence[Label]) -> None:
        self._numbers = [
            (label, value) for label in labels if (value := tick_value(label.text)) is not None
        ]

    def beside(self, box: Box, measured: float, *, upright: bool, axis: Axis) -> str | None:
        """The text printed at a bar, if it says what was measured.

        Args:
            box: The bar.
            measured: Its measured value.
            upright: Whether the bar is upright.
            axis: The value axis, for how much a point is worth.
        """
        slack = 2.5 * abs(axis.slope) if axis.kind == "linear" else 0.05 * abs(measured)
        slack = max(slack, 0.02 * abs(measured))
        for label, value in self._near(box, upright):
            if abs(value - measured) <= slack + _rounding(label.text):
                return without_scale(label.text)
        return None

    def at_end(self, box: Box, *, upright: bool) -> tuple[str, float] | None:
        """Text and value of the number nearest to a bar."""
        near = self._near(box, upright)
        if not near:
            return None
        label, value = near[0]
        return without_scale(label.text), value

    def _near(self, box: Box, upright: bool) -> list[tuple[Label, float]]:
        x0, y0, x1, y1 = box
        found = []
        for label, value in self._numbers:
            x, y = label.center
            if upright:
                aside, away = abs(x - (x0 + x1) / 2), max(y0 - label.box[3], label.box[1] - y1, 0.0)
                allowed = max(3.0, 0.5 * (x1 - x0))
            else:
                aside, away = abs(y - (y0 + y1) / 2), max(label.box[0] - x1, x0 - label.box[2], 0.0)
                allowed = max(3.0, 0.5 * (y1 - y0))
            if aside <= allowed and away <= 1.5 * label.size:
                found.append((aside + away, label, value))
        found.sort(key=lambda entry: entry[0])
        return [(label, value) for _, label, value in found]


def _rounding(text: str) -> float:
    """Half of the last printed digit."""
    digits = text.strip().rstrip("%")
    decimals = len(digits.rpartition(".")[2]) if "." in digits else 0
    return 0.5 * 10.0**-decimals
