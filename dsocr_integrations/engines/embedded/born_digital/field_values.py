"""What was filled into a form stands with the label before it, and is no heading."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from dsocr_integrations.engines.embedded.born_digital.line_text import Line, union
from dsocr_integrations.engines.embedded.born_digital.zones import area, overlap

if TYPE_CHECKING:
    from dsocr_integrations.engines.embedded.born_digital.styled_words import StyledWord
    from dsocr_integrations.engines.embedded.born_digital.zones import Zone
    from dsocr_integrations.engines.embedded.page_layout import LayoutRegion
    from dsocr_integrations.records.documents import PointBox

_FAR = 8.0
"""A label ends no further before its field than this many heights of the field."""

_TEXT = frozenset({"text", "title", "section-header", "caption", "list-item"})


FEWEST = 2
"""Fields in one region that make it a form."""


def without_forms(
    regions: Sequence[LayoutRegion], fields: Sequence[PointBox], images: Sequence[PointBox]
) -> list[LayoutRegion]:
    """Regions in which a form that was told as a picture is text.

    The layout model may take coloured fields and boxes to tick for a drawing, of which only the
    printed words would be left.

    Args:
        regions: What the layout model saw.
        fields: Boxes of the page's form fields, in the same unit.
        images: Boxes of its images; one of them may be a form that was scanned.
    """
    forms = [
        region
        for region in regions
        if region.kind == "picture"
        and sum(overlap(field, region.box) > area(field) / 2 for field in fields) >= FEWEST
        and not any(2 * overlap(image, region.box) > area(region.box) for image in images)
    ]
    return [replace(region, kind="text") if region in forms else region for region in regions]


def with_labels(zones: Sequence[Zone], fields: Sequence[PointBox]) -> list[Zone]:
    """Put the value of each field behind its label.

    The layout model may take labels below each other for one text and the values beside them for
    another one, which would be read after all of the labels.

    Args:
        zones: Regions of a page.
        fields: Boxes of its fields of text, in the same unit.

    Returns:
        The regions; a value without a label before it is text.
    """
    kept = list(zones)
    for field in fields:
        kept = _with_label(kept, field)
    return kept


def _with_label(zones: list[Zone], field: PointBox) -> list[Zone]:
    holder = next((zone for zone in zones if _texts(zone) and _inside(zone.words, field)), None)
    if holder is None:
        return zones
    value = _inside(holder.words, field)
    if _label_of(holder, field, value):
        return zones
    place, label = max(
        (
            (place, line)
            for place, zone in enumerate(zones)
            if _texts(zone) and (line := _label_of(zone, field, value))
        ),
        key=lambda pair: pair[1][-1].box[2],
        default=(-1, []),
    )
    if not label:
        return [
            replace(zone, kind="text") if zone is holder and len(value) == len(zone.words) else zone
            for zone in zones
        ]
    together: list[Zone] = []
    for n, zone in enumerate(zones):
        if n == place:
            together += _joined(zone, label, value)
        elif zone is holder:
            rest = [word for word in zone.words if not any(word is one for one in value)]
            together += [_of(zone, rest)] if rest else []
        else:
            together.append(zone)
    return together


def _joined(zone: Zone, label: Line, value: Sequence[StyledWord]) -> list[Zone]:
    """A region cut above and below a label, which has its value behind it."""
    top, bottom = min(word.box[1] for word in label), max(word.box[3] for word in label)
    others = [word for word in zone.words if not any(word is one for one in label)]
    above = [word for word in others if word.centre[1] < (top + bottom) / 2]
    below = [word for word in others if word.centre[1] >= (top + bottom) / 2]
    named = replace(_of(zone, [*label, *value]), kind="text")
    before, after = ([_of(zone, part)] if part else [] for part in (above, below))
    return [*before, named, *after]


def _of(zone: Zone, words: Sequence[StyledWord]) -> Zone:
    """A region of some of the words of another one, or of others."""
    return replace(zone, box=union(word.box for word in words), pieces=(), words=list(words))


def _texts(zone: Zone) -> bool:
    return zone.kind in _TEXT and bool(zone.words)


def _inside(words: Sequence[StyledWord], field: PointBox) -> list[StyledWord]:
    x0, y0, x1, y1 = field
    return [word for word in words if x0 <= word.centre[0] <= x1 and y0 <= word.centre[1] <= y1]


def _label_of(zone: Zone, field: PointBox, value: Sequence[StyledWord]) -> Line:
    """The line of a region, up to the field, that ends shortly before it; empty if there is none."""
    x0, y0, _, y1 = field
    for line in zone.lines:
        before = [word for word in line if not any(word is one for one in value)]
        if (
            before
            and y0 <= (before[0].box[1] + before[0].box[3]) / 2 <= y1
            and 0 <= x0 - before[-1].box[2] + 1 <= _FAR * (y1 - y0)
        ):
            return before
    return []
