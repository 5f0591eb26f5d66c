"""Heat maps whose cells hold their numbers in print."""

from __future__ import annotations

from collections.abc import Sequence

from dsocr_integrations.engines.embedded.charts.axis import Axis, Tick
from dsocr_integrations.engines.embedded.charts.data import ChartData, Datum
from dsocr_integrations.engines.embedded.charts.panels import Panel
from dsocr_integrations.engines.embedded.charts.scene import Label, Scene, has_point
from dsocr_integrations.engines.embedded.charts.tick_values import tick_value

MIN_SIDE = 2
MIN_FILLED = 0.9
"""Share of the places of a grid that hold a number; a triangle of a matrix is half of one."""

HALF_FILLED = 0.5
OFF_CENTER = 0.2
"""Share of the distance of ticks by which a number may miss the middle of its row or column."""

CONFIDENCE = 0.95


def read_heat_map(scene: Scene, panel: Panel) -> ChartData | None:
    """Read the numbers of a panel where each stands at a name of its row and one of its column.

    Colours are not looked at: what is read is what is printed.

    Args:
        scene: The scene.
        panel: The panel with both axes.

    Returns:
        The numbers as printed, or `None` where not every place of the grid, or of the half of it
        on one side of its diagonal, holds one, or where something else is written in the panel.
    """
    if panel.x is None or panel.y is None:
        return None
    columns, rows = panel.x.ticks, panel.y.ticks
    inside = [label for label in scene.labels if has_point(panel.box, label.center)]
    is_grid = min(len(columns), len(rows)) >= MIN_SIDE
    if not inside or not is_grid or len(inside) > len(columns) * len(rows):
        return None
    found: dict[tuple[int, int], Label] = {}
    for label in inside:
        column = _place(panel.x, columns, label.center[0])
        row = _place(panel.y, rows, label.center[1])
        if column is None or row is None or tick_value(label.text) is None:
            return None
        found[row, column] = label
    if len(found) < len(inside) or not _is_full(found, len(rows), len(columns)):
        return None
    return ChartData(
        tuple(
            Datum(rows[row].text, label.text, columns[column].text, label.center[1], printed=True)
            for (row, column), label in sorted(found.items())
        ),
        key_name=panel.y.title or panel.x.title or "y",
        confidence=CONFIDENCE,
        series_order=tuple(tick.text for tick in columns),
    )


def _place(axis: Axis, ticks: Sequence[Tick], position: float) -> int | None:
    """Which tick a number stands at."""
    nearest = min(range(len(ticks)), key=lambda at: abs(ticks[at].position - position))
    is_near = abs(ticks[nearest].position - position) <= OFF_CENTER * axis.spacing
    return nearest if is_near else None


def _is_full(found: dict[tuple[int, int], Label], rows: int, columns: int) -> bool:
    if len(found) >= MIN_FILLED * rows * columns:
        return True
    diagonal = {row - column for row, column in found}
    one_sided = min(diagonal) >= 0 or max(diagonal) <= 0
    return rows == columns > MIN_SIDE and one_sided and len(found) >= HALF_FILLED * rows**2
