"""Lines of text as the detector finds them, before they are read."""

from __future__ import annotations

import math
from dataclasses import dataclass

from dsocr_integrations.engines.embedded.scan.recognised_line import Quad, bounding_box
from dsocr_integrations.records.documents import PointBox

LEVEL = 0.1
"""Share of its height that a level line rises at most from end to end."""

STACKED_RATIO = 1.5
"""A box this much higher than wide holds turned text or stacked characters."""


@dataclass(frozen=True)
class DetectedLine:
    """Where a line of text stands, before it is read."""

    quad: Quad
    score: float

    @property
    def box(self) -> PointBox:
        """Its extent."""
        return bounding_box([(*corner, *corner) for corner in self.quad])

    @property
    def is_tall(self) -> bool:
        """Whether it is much higher than wide: turned or stacked text."""
        width, height = sides(self.quad)
        return height >= STACKED_RATIO * width

    @property
    def is_level(self) -> bool:
        """Whether it runs along the picture's edge, so that its extent is its own."""
        _, height = sides(self.quad)
        return abs(self.quad[1][1] - self.quad[0][1]) <= LEVEL * height


def sides(quad: Quad) -> tuple[float, float]:
    """Width and height of a quadrilateral: the longer of each pair of its sides."""
    a, b, c, d = quad
    return max(math.dist(a, b), math.dist(c, d)), max(math.dist(a, d), math.dist(b, c))
