"""Paragraphs that the layout model put into one region: parted by white space or an indent."""

from __future__ import annotations

import itertools
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import replace

from dsocr_integrations.engines.embedded.born_digital.line_text import Line, line_text, union
from dsocr_integrations.engines.embedded.born_digital.zones import Zone

_WIDE_STEP = 1.25
"""From one paragraph's last line to the next one's first is this many times the usual step."""

_INDENT = 0.8
"""A first line stands in by at least this many sizes of its type."""

_MAX_INDENT = 4.0
"""A line that stands in further is centred, or an entry of a table."""

_FLUSH = 0.3
"""Lines whose left edges differ by no more than this many sizes of type begin together."""

_ENDS = ".!?:。！？：…"
_CLOSING = "\"'”’»)]}）」』*"


def paragraphs(zone: Zone) -> list[Zone]:
    """Part a region of running text into its paragraphs.

    A paragraph ends where a sentence does, and where the next line stands clearly lower than
    lines do in this region, or stands in while the line after it does not.

    Args:
        zone: Any region; what is not running text comes back as it is.

    Returns:
        Regions in the order of the text, each with the ink of its lines; as wide as the region
        and as high as their type where the layout says nothing of their ink.
    """
    if zone.kind != "text" or not all(word.horizontal for word in zone.words):
        return [zone]
    lines = zone.lines
    parts = list(_parts(lines)) if len(lines) > 2 else [lines]
    if len(parts) == 1:
        return [zone]
    return [_zone_of(part, zone) for part in parts]


def _parts(lines: Sequence[Line]) -> Iterator[list[Line]]:
    feet = [_foot(line) for line in lines]
    steps = [lower - upper for upper, lower in itertools.pairwise(feet)]
    usual = statistics.median_low(steps)
    left = _left_edge(lines)
    part = [lines[0]]
    for place, line in enumerate(lines[1:], start=1):
        is_lower = steps[place - 1] > _WIDE_STEP * usual
        is_inset = left is not None and _stands_in(lines, place, left)
        if _ends_sentence(lines[place - 1]) and (is_lower or is_inset):
            yield part
            part = []
        part.append(line)
    yield part


def _left_edge(lines: Sequence[Line]) -> float | None:
    """Where most lines begin; `None` for centred ones."""
    starts = [line[0].box[0] for line in lines]
    left = statistics.median_low(starts)
    flush = sum(
        abs(x - left) < _FLUSH * line[0].size for x, line in zip(starts, lines, strict=True)
    )
    return left if 2 * flush >= len(lines) else None


def _foot(line: Line) -> float:
    """Where a line's letters stand; raised marks do not count."""
    return statistics.median_low([word.box[3] for word in line if not word.superscript] or [0.0])


def _ends_sentence(line: Line) -> bool:
    words = [word.text for word in line if not word.superscript]
    text = (words[-1] if words else "").rstrip(_CLOSING)
    return text.endswith(tuple(_ENDS))


def _stands_in(lines: Sequence[Line], place: int, left: float) -> bool:
    line = lines[place]
    size = line[0].size
    inset = line[0].box[0] - left
    after = lines[place + 1][0].box[0] - left if place + 1 < len(lines) else 0.0
    opens = not line_text(line)[0].islower()
    return opens and _INDENT * size < inset < _MAX_INDENT * size and abs(after) < _FLUSH * size


def _zone_of(lines: Sequence[Line], zone: Zone) -> Zone:
    words = [word for line in lines for word in line]
    _, top, _, bottom = union(word.box for word in words)
    # Boxes of words are as high as their type; the layout's pieces end with the ink.
    ink = [piece for piece in zone.pieces if top <= (piece[1] + piece[3]) / 2 <= bottom]
    if len(ink) >= len(lines):
        return replace(zone, box=union(ink), words=words)
    x0, y0, x1, y1 = zone.box
    return replace(zone, box=(x0, max(y0, top), x1, min(y1, bottom)), words=words)
