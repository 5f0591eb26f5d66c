"""Captions beside what they name, in reading order."""

from __future__ import annotations

from collections.abc import Sequence

from dsocr_integrations.engines.embedded.born_digital.zones import Zone
from dsocr_integrations.records.documents import PointBox

_NAMED = frozenset({"picture", "table"})
_REACH = 3.0
"""A caption stands no further from what it names than this many line heights."""

_SHARED = 0.5
"""Share of the narrower one's width that a caption and what it names have in common."""

_AS_NEAR = 1.5
"""Pictures up to this many times as far as the nearest are as likely a caption's own."""


def beside_captions(zones: Sequence[Zone], height: float) -> list[Zone]:
    """Move each caption to the picture or table that it stands at.

    A caption as wide as a column over a table as wide as the page is read with its column,
    and text of the next column would come between the two.

    Args:
        zones: Regions in reading order.
        height: Prevailing height of a line.

    Returns:
        The same regions; a caption above what it names comes right before it, one below it
        right behind it.
    """
    ordered = list(zones)
    for caption in [zone for zone in zones if zone.kind == "caption"]:
        named = _named(caption, zones, height)
        if (
            named is None
            or _is_beside(caption, named, ordered)
            or _stands_well(caption, named, ordered, zones)
        ):
            continue
        ordered.remove(caption)
        place = next(n for n, zone in enumerate(ordered) if zone is named)
        ordered.insert(place + (caption.box[1] > named.box[1]), caption)
    return ordered


def _stands_well(
    caption: Zone, named: Zone, ordered: Sequence[Zone], zones: Sequence[Zone]
) -> bool:
    """Whether a caption is read with another picture that is about as near.

    In a grid of pictures a caption may stand nearer to the next row than to its own picture.
    """
    place = next(n for n, zone in enumerate(ordered) if zone is caption)
    limit = _AS_NEAR * _gap(caption.box, named.box)
    return any(
        zone.kind in _NAMED
        and _is_in_line(caption.box, zone.box)
        and _gap(caption.box, zone.box) <= limit
        and not _is_parted(caption, zone, zones)
        for zone in (*ordered[max(place - 1, 0) : place], *ordered[place + 1 : place + 2])
    )


def _is_beside(caption: Zone, named: Zone, ordered: Sequence[Zone]) -> bool:
    """Whether only other captions stand between the two."""
    places = sorted(n for n, zone in enumerate(ordered) if zone is caption or zone is named)
    return all(zone.kind == "caption" for zone in ordered[places[0] + 1 : places[1]])


def _named(caption: Zone, zones: Sequence[Zone], height: float) -> Zone | None:
    """The nearest picture or table right above or below a caption, with nothing between."""
    near = [
        (gap, n)
        for n, zone in enumerate(zones)
        if zone.kind in _NAMED
        and _is_in_line(caption.box, zone.box)
        and (gap := _gap(caption.box, zone.box)) <= _REACH * height
    ]
    for _, n in sorted(near):
        if not _is_parted(caption, zones[n], zones):
            return zones[n]
    return None


def _is_parted(caption: Zone, named: Zone, zones: Sequence[Zone]) -> bool:
    others = (zone for zone in zones if zone is not caption and zone is not named)
    return any(_parts(zone.box, caption.box, named.box) for zone in others)


def _is_in_line(first: PointBox, second: PointBox) -> bool:
    shared = min(first[2], second[2]) - max(first[0], second[0])
    return shared >= _SHARED * min(first[2] - first[0], second[2] - second[0])


def _gap(first: PointBox, second: PointBox) -> float:
    return max(first[1] - second[3], second[1] - first[3], 0.0)


def _parts(box: PointBox, first: PointBox, second: PointBox) -> bool:
    """Whether a box stands between two others that lie one above the other."""
    top, bottom = sorted((first, second), key=lambda b: b[1])
    middle = (box[1] + box[3]) / 2
    return _is_in_line(box, first) and top[3] <= middle <= bottom[1]
