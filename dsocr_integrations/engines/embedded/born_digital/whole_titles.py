"""Titles of several lines that the layout takes for several headings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from dsocr_integrations.engines.embedded.born_digital.headings import HEADINGS, PageHeadings
from dsocr_integrations.engines.embedded.born_digital.line_text import running_text, union
from dsocr_integrations.engines.embedded.born_digital.looks import look_of
from dsocr_integrations.engines.embedded.born_digital.zones import Zone
from dsocr_integrations.rendering.heading_levels import Look
from dsocr_integrations.rendering.heading_numbers import section_depth

_NEAR, _OVERLAP = 1.3, 0.3
"""White between the lines of a title, and what their boxes share, in heights of its words."""


def with_whole_titles(zones: Sequence[Zone], known: PageHeadings, scale: float) -> list[Zone]:
    """Make one region of a title and the lines set as it is that follow it at once.

    Args:
        zones: Regions in reading order.
        known: What is known of the page's headings.
        scale: How much larger they are than in the document.
    """
    whole: list[Zone] = []
    for zone in zones:
        before = whole[-1] if whole else None
        goes_on = before is not None and _goes_on(before, zone)
        if before is not None and goes_on and known.levels([before], scale) == [1]:
            whole[-1] = _joined(before, zone)
        else:
            whole.append(zone)
    return whole


def _goes_on(before: Zone, zone: Zone) -> bool:
    if not (before.kind in HEADINGS and zone.kind in HEADINGS and before.words and zone.words):
        return False
    height = max(word.height for word in zone.words)
    is_below = -_OVERLAP * height < zone.box[1] - before.box[3] < _NEAR * height
    is_under = before.box[0] < zone.box[2] and zone.box[0] < before.box[2]
    look = _look(zone)
    return (
        is_below
        and is_under
        and look is not None
        and look == _look(before)
        and not section_depth(running_text(zone.lines, bold=False))
    )


def _look(zone: Zone) -> Look | None:
    return look_of(zone.words, running_text(zone.lines, bold=False).casefold(), 1.0)


def _joined(before: Zone, zone: Zone) -> Zone:
    return replace(
        before,
        box=union([before.box, zone.box]),
        pieces=(*before.pieces, *zone.pieces),
        words=[*before.words, *zone.words],
        parts=(*(before.parts or (tuple(before.words),)), *(zone.parts or (tuple(zone.words),))),
    )
