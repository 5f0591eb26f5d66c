"""What a scan shows of the page beside: the ends of its lines, cut by the picture's edge.

Bound books and magazines are laid open on the glass, and the picture takes a strip of the other
page with it. Its scraps are no text, and where they stand beside a text they break its reading.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from dsocr_integrations.engines.embedded.scan.recognised_line import TextLine
from dsocr_integrations.engines.embedded.scan.segments import PROSE, median_height, same_row

AT_EDGE = 0.35
"""Line heights from the picture's edge within which a line that it cuts ends."""

WIDEST = 6.0
"""Line heights that the part of a line in the strip is wide at most."""

FEWEST = 4
"""Lines of a strip."""

FLUSH = 0.3
"""Line heights by which the ends that were printed stray from one straight line, as a median: a
column set flush against the picture's edge ends evenly there, and raggedly within."""

APART = 1.0
"""Line heights of white between the strip and the text beside it."""


def cut_lines(lines: Sequence[TextLine], width: float) -> list[TextLine]:
    """The lines of a neighbouring page that the picture's left or right edge cuts.

    Args:
        lines: All lines of the page, in pixels.
        width: Of the picture.
    """
    height = median_height(lines)
    level = [line for line in lines if len(line.text) == 1 or not line.vertical]
    mirrored = [(width - line.box[2], width - line.box[0]) for line in level]
    sides = [[(line.box[0], line.box[2]) for line in level], mirrored]
    return [line for extents in sides for line in _strip(level, extents, height)]


def _strip(
    lines: Sequence[TextLine], extents: Sequence[tuple[float, float]], height: float
) -> list[TextLine]:
    """Lines cut at one edge, given how far from it each begins and ends."""
    near = [
        place
        for place, (start, end) in enumerate(extents)
        if start <= AT_EDGE * height and end <= WIDEST * height
    ]
    strip = [lines[place] for place in near]
    ends = [extents[place][1] for place in near]
    if len(strip) < FEWEST or 2 * sum(line.text.isdigit() for line in strip) > len(strip):
        return []
    inner = max(ends) + APART * height
    beside = [line for line, (start, _) in zip(lines, extents, strict=True) if start < inner]
    others = [line for line in beside if all(line is not one for one in strip)]
    if any(same_row(one, other) for one in strip for other in others):
        return []
    prose = [line for line in lines if line.box[2] - line.box[0] >= PROSE * height]
    level = sum(any(same_row(one, other) for other in prose) for one in strip)
    return strip if 2 * level >= len(strip) and _are_flush(strip, ends, height) else []


def _are_flush(strip: Sequence[TextLine], ends: Sequence[float], height: float) -> bool:
    """Whether the printed ends of lines stand on a straight line, which may lean with the page."""
    middles = np.array([(line.box[1] + line.box[3]) / 2 for line in strip])
    away = np.array(ends) - np.polyval(np.polyfit(middles, ends, 1), middles)
    return float(np.median(np.abs(away))) <= FLUSH * height
