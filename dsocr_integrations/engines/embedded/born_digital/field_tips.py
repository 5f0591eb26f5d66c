"""What a form's field is for, where nothing but its tool tip says so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from dsocr_integrations.engines.embedded.born_digital.choice_marks import is_choice
from dsocr_integrations.engines.embedded.born_digital.line_text import union
from dsocr_integrations.engines.embedded.born_digital.zones import Zone

if TYPE_CHECKING:
    from dsocr_integrations.engines.embedded.born_digital.styled_words import StyledWord
    from dsocr_integrations.records.documents import PointBox

_SOLID = frozenset({"picture", "table", "formula"})
"""A table names its cells by its headers."""


def with_tips(zones: Sequence[Zone], tips: Sequence[tuple[PointBox, str]]) -> list[Zone]:
    """Part what was filled into a field from the text around it, and name it.

    Args:
        zones: Regions of a page.
        tips: Box and tool tip of each of its fields that nothing printed names, in the same unit.
    """
    kept = list(zones)
    for box, tip in tips:
        kept = [part for zone in kept for part in _parted(zone, box, tip)]
    return kept


def _parted(zone: Zone, box: PointBox, tip: str) -> list[Zone]:
    inside = [word for word in zone.words if _holds(box, word.centre)]
    if zone.kind in _SOLID or not inside:
        return [zone]
    named = _named(inside, tip)
    value = Zone("text", union(word.box for word in named), words=named)
    rest = [word for word in zone.words if not any(word is one for one in inside)]
    if not rest:
        return [value]
    pieces = tuple(piece for piece in zone.pieces if any(_meet(piece, word.box) for word in rest))
    return [replace(zone, box=union(w.box for w in rest), pieces=pieces, words=rest), value]


def _named(inside: Sequence[StyledWord], tip: str) -> list[StyledWord]:
    """The words of a field's value behind its tip; a box to tick before it."""
    first = inside[0]
    _, top, right, bottom = first.box
    if is_choice(first.text):
        return [first, *_words(tip, replace(first, box=(right, top, right, bottom))), *inside[1:]]
    left = min(word.box[0] for word in inside)
    return [*_words(f"{tip}:", replace(first, box=(left, top, left, bottom))), *inside]


def _words(text: str, like: StyledWord) -> list[StyledWord]:
    return [replace(like, text=word, anchor=None, drawn=True, bold=False) for word in text.split()]


def _holds(box: PointBox, point: tuple[float, float]) -> bool:
    return box[0] <= point[0] <= box[2] and box[1] <= point[1] <= box[3]


def _meet(first: PointBox, second: PointBox) -> bool:
    return (
        first[0] < second[2]
        and second[0] < first[2]
        and first[1] < second[3]
        and second[1] < first[3]
    )
