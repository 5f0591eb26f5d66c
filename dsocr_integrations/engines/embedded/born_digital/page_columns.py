"""Texts that the layout model took across two columns of the page, parted at the gutter."""

from __future__ import annotations

import re
import statistics
from collections.abc import Sequence
from dataclasses import replace

from dsocr_integrations.engines.embedded.born_digital.line_text import union
from dsocr_integrations.engines.embedded.born_digital.styled_words import StyledWord
from dsocr_integrations.engines.embedded.born_digital.zones import Zone

_KINDS = frozenset({"text", "list-item", "section-header"})
_GUTTER = 0.8
"""White between two columns is at least this many sizes of type wide."""

_FLUSH = 3.0
"""Texts of a column begin within this many points of each other."""

_PROSE_WORDS = 3
_ITEM = re.compile(r"^[(\[]?\d{1,3}[.)\]]$")


def part_columns(zones: Sequence[Zone]) -> list[Zone]:
    """Part each text that runs across a gutter which other texts of the page stand at.

    Args:
        zones: Regions of a page.

    Returns:
        The same words; in the place of such a text one for each of its columns.
    """
    parted: list[Zone] = []
    for zone in zones:
        sides = _sides(zone)
        others = [other for other in zones if other is not zone and other.kind in _KINDS]
        if sides and all(_is_column(side, others) for side in sides):
            parted += [_zone_of(side, zone) for side in sides]
        else:
            parted.append(zone)
    return parted


def _sides(zone: Zone) -> list[list[StyledWord]]:
    """The words of a prose text on both sides of the white down all its lines."""
    if zone.kind not in _KINDS or zone.table is not None or len(zone.words) < 2 * _PROSE_WORDS:
        return []
    if not all(word.horizontal for word in zone.words):
        return []
    words = sorted(zone.words, key=lambda word: word.box[0])
    best, place = _GUTTER * statistics.median(word.size for word in words), 0.0
    right = words[0].box[2]
    for word in words[1:]:
        if word.box[0] - right >= best:
            best, place = word.box[0] - right, (word.box[0] + right) / 2
        right = max(right, word.box[2])
    if not place:
        return []
    return [
        [word for word in zone.words if word.centre[0] < place],
        [word for word in zone.words if word.centre[0] > place],
    ]


def _is_column(side: Sequence[StyledWord], others: Sequence[Zone]) -> bool:
    """Whether words are lines of prose that begin where another text of the page does."""
    box = union(word.box for word in side)
    lines = Zone("text", box, words=list(side)).lines
    if (len(lines) < 2 and not _ITEM.match(lines[0][0].text)) or statistics.median(
        map(len, lines)
    ) < _PROSE_WORDS:
        return False
    return any(abs(other.box[0] - box[0]) <= _FLUSH for other in others)


def _zone_of(words: Sequence[StyledWord], zone: Zone) -> Zone:
    return replace(zone, box=union(word.box for word in words), words=list(words), pieces=())
