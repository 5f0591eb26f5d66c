"""Maps of contours, coasts and outlines."""

from __future__ import annotations

from collections.abc import Sequence

from dsocr_integrations.engines.embedded.charts.line_paths import runs_one_way
from dsocr_integrations.engines.embedded.charts.points import is_disc
from dsocr_integrations.engines.embedded.charts.scene import Shape


def is_contour_map(shapes: Sequence[Shape]) -> bool:
    """Whether many paths run back or around, as contours, coasts and outlines do."""
    paths = [
        s
        for s in shapes
        if s.fill is None and len(s.points) > 4 and max(s.size) > 12 and not is_disc(s)
    ]
    astray = [s for s in paths if not s.is_box and not runs_one_way(s.points)]
    return len(astray) >= 3 and len(astray) > 0.25 * len(paths)
