"""Which word belongs to which region of a page, so that none is lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from dsocr_integrations.engines.embedded.born_digital.grid_tables import GridTable
from dsocr_integrations.engines.embedded.born_digital.line_text import Line, printed_lines, union
from dsocr_integrations.engines.embedded.born_digital.styled_words import PageText, StyledWord
from dsocr_integrations.engines.embedded.born_digital.table_cells import FilledTable
from dsocr_integrations.engines.embedded.page_layout import LayoutRegion
from dsocr_integrations.records.documents import PointBox

_SLACK = 1.0
"""Points by which a word's centre may lie outside a region and still belong to it."""

_OWN_TABLE = 0.5
"""A layout table covered to this share by a found grid is that grid."""

_TOUCH = 0.1
"""Regions that share no more than this of the smaller one stand beside each other."""

_SOLID = frozenset({"picture", "table", "formula"})
_LABELS = frozenset({"text", "list-item"})
_LABEL_SHARE = 0.15
"""Text regions in a drawing that are smaller than this share of it are its labels."""


@dataclass
class Zone:
    """A region with the words in it.

    Attributes:
        kind: Class of the layout model.
        box: Box in points of the page.
        pieces: Boxes of the lines the model put into the region.
        grid: The empty cells, for a table.
        table: The filled cells, for a table.
        words: Its words in the order of the content stream.
        parts: The same words in groups that printed lines must not run across, in reading order;
            empty where they may.
    """

    kind: str
    box: PointBox
    pieces: tuple[PointBox, ...] = ()
    grid: GridTable | None = None
    table: FilledTable | None = None
    words: list[StyledWord] = field(default_factory=list)
    parts: tuple[tuple[StyledWord, ...], ...] = ()

    @cached_property
    def lines(self) -> list[Line]:
        """Its words as printed lines, for good: whoever changes the words makes another region."""
        return [line for part in self.parts or (self.words,) for line in printed_lines(part)]

    @property
    def font_size(self) -> float:
        """Largest size of type in points; 0 without words."""
        return max((word.size for word in self.words), default=0.0)


def make_zones(
    regions: Sequence[LayoutRegion],
    tables: Sequence[GridTable],
    text: PageText,
    page_size: tuple[float, float],
    drawings: Sequence[PointBox] = (),
) -> list[Zone]:
    """Distribute every word of a page over its regions.

    A word goes to the table whose box holds it, else to the smallest region with a line that
    holds it, else to the smallest region that holds it. Words that no region holds make
    regions of their own, one for each text block of the content stream.

    Args:
        regions: The layout model's regions.
        tables: The tables found.
        text: All words and raster images of the page; images outside all regions become
            pictures.
        page_size: Width and height of the page.
        drawings: Drawings found among the page's paths; those that the layout model missed
            become pictures, together with the labels in them.

    Returns:
        Regions in no particular order; text regions without words are left out.
    """
    zones = [Zone("table", table.box, grid=table) for table in tables]
    zones.extend(
        Zone(region.kind if region.kind != "table" else "text", region.box, region.pieces)
        for region in regions
        if region.kind != "table" or not _is_found(region.box, tables)
    )
    zones.extend(Zone("picture", image) for image in pictures_apart(text.images, zones, page_size))
    for drawing in drawings:
        _take_in(drawing, zones)
    loose: dict[int, list[StyledWord]] = {}
    by_area = sorted(zones, key=lambda zone: (zone.kind == "picture", area(zone.box)))
    reaches = [(*_reach(zone.box), zone) for zone in by_area]
    for word in text.words:
        owner = _owner(reaches, word)
        if word.drawn and owner is not None and owner.kind == "picture":
            continue
        (owner.words if owner else loose.setdefault(word.block, [])).append(word)
    zones.extend(Zone("text", union(w.box for w in own), words=own) for own in loose.values())
    return [zone for zone in zones if zone.words or zone.kind == "picture"]


def area(box: PointBox) -> float:
    """Area of a box; 0 for an empty one."""
    return max(0.0, box[2] - box[0]) * max(0.0, box[3] - box[1])


def overlap(first: PointBox, second: PointBox) -> float:
    """Area shared by two boxes."""
    return area(
        (
            max(first[0], second[0]),
            max(first[1], second[1]),
            min(first[2], second[2]),
            min(first[3], second[3]),
        )
    )


def _owner(
    reaches: Sequence[tuple[float, float, float, float, Zone]], word: StyledWord
) -> Zone | None:
    """The region that a word belongs to, of regions with the boxes that hold their words."""
    x, y = word.home
    holding = [zone for x0, y0, x1, y1, zone in reaches if x0 <= x <= x1 and y0 <= y <= y1]
    for zone in holding:
        if zone.grid is not None:
            return zone
    for zone in holding:
        if len(holding) == 1 or any(_holds(_reach(piece), x, y) for piece in zone.pieces):
            return zone
    return holding[0] if holding else None


def _reach(box: PointBox) -> PointBox:
    return (box[0] - _SLACK, box[1] - _SLACK, box[2] + _SLACK, box[3] + _SLACK)


def _holds(box: PointBox, x: float, y: float) -> bool:
    return box[0] <= x <= box[2] and box[1] <= y <= box[3]


def _is_found(box: PointBox, tables: Sequence[GridTable]) -> bool:
    return sum(overlap(box, table.box) for table in tables) >= _OWN_TABLE * area(box)


def _take_in(drawing: PointBox, zones: list[Zone]) -> None:
    """Make a drawing a picture, unless a picture, table or formula stands there already."""
    solid = [zone.box for zone in zones if zone.kind in _SOLID]
    if any(overlap(drawing, box) > _TOUCH * min(area(drawing), area(box)) for box in solid):
        return
    labels = [
        zone
        for zone in zones
        if zone.kind in _LABELS
        and overlap(drawing, zone.box) > 0.8 * area(zone.box)
        and area(zone.box) < _LABEL_SHARE * area(drawing)
    ]
    zones[:] = [zone for zone in zones if zone not in labels]
    zones.append(Zone("picture", drawing))


def pictures_apart(
    images: Sequence[PointBox], zones: Sequence[Zone], page_size: tuple[float, float]
) -> list[PointBox]:
    """Images worth a picture block that the layout model left out.

    Backgrounds, rules and icons are not: they cover most of the page, next to nothing, or
    stand behind text. A title or labels printed over a picture leave it one.
    """
    found: list[PointBox] = []
    page_area = page_size[0] * page_size[1]
    for image in sorted(set(images), key=area, reverse=True):
        size = area(image)
        if not 0.01 * page_area < size < 0.9 * page_area:
            continue
        others = [zone.box for zone in zones if zone.kind in _SOLID] + found
        apart = all(overlap(image, box) <= _TOUCH * min(size, area(box)) for box in others)
        printed_over = sum(overlap(image, zone.box) for zone in zones if zone.kind not in _SOLID)
        if apart and printed_over <= _TOUCH * size:
            found.append(image)
    return found
