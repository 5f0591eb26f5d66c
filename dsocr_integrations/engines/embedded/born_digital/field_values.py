"""What was filled into a form stands with the label before it, and is no heading."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from dsocr_integrations.engines.embedded.born_digital.line_text import union

if TYPE_CHECKING:
    from dsocr_integrations.engines.embedded.born_digital.zones import Zone
    from dsocr_integrations.records.documents import PointBox

_FAR = 8.0
"""A label ends no further before its field than this many heights of the field."""

_TEXT = frozenset({"text", "title", "section-header", "caption", "list-item"})


def with_labels(zones: Sequence[Zone], fields: Sequence[PointBox]) -> list[Zone]:
    """Put the value of each field that is a region of its own behind its label.

    Args:
        zones: Regions of a page.
        fields: Boxes of its fields of text, in the same unit.

    Returns:
        The regions; a value without a label before it is text.
    """
    kept = list(zones)
    for field in fields:
        value = next((zone for zone in kept if _is_value(zone, field)), None)
        if value is None:
            continue
        label = max(
            (zone for zone in kept if zone is not value and _is_label(zone, field)),
            key=lambda zone: zone.box[2],
            default=None,
        )
        if label is None:
            put = {id(value): [replace(value, kind="text")]}
        else:
            put = {id(label): [_joined(label, value)], id(value): []}
        kept = [zone for old in kept for zone in put.get(id(old), [old])]
    return kept


def _joined(label: Zone, value: Zone) -> Zone:
    return replace(
        label,
        kind="text",
        box=union((label.box, value.box)),
        pieces=(*label.pieces, *value.pieces),
        words=[*label.words, *value.words],
    )


def _is_value(zone: Zone, field: PointBox) -> bool:
    return (
        zone.kind in _TEXT
        and bool(zone.words)
        and all(
            field[0] <= word.centre[0] <= field[2] and field[1] <= word.centre[1] <= field[3]
            for word in zone.words
        )
    )


def _is_label(zone: Zone, field: PointBox) -> bool:
    """Whether a region is one line that ends before a field."""
    x0, y0, _, y1 = field
    return (
        zone.kind in _TEXT
        and y0 <= (zone.box[1] + zone.box[3]) / 2 <= y1
        and 0 <= x0 - zone.box[2] + 1 <= _FAR * (y1 - y0)
        and len(zone.lines) == 1
    )
