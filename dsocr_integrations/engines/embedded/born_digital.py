"""Read a page from its text layer: layout, headings, lists, tables, pictures, formulas."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dsocr_integrations.documents import PointBox
from dsocr_integrations.engines.embedded import grid_tables
from dsocr_integrations.engines.embedded.grounded import GroundedBlock, GroundedLine, GroundedPage
from dsocr_integrations.engines.embedded.line_text import join_lines, printed_lines, union
from dsocr_integrations.engines.embedded.page_layout import LayoutRegion, find_regions
from dsocr_integrations.engines.embedded.styled_words import StyledWord, extract

if TYPE_CHECKING:
    from dsocr_integrations.rendering import PageRegion

_LABELS = {
    "text": "text",
    "title": "title",
    "section-header": "sub_title",
    "list-item": "text",
    "caption": "image_caption",
    "formula": "equation",
    "picture": "image",
    "table": "table",
    "footnote": "footnote",
    "page-header": "header",
    "page-footer": "footer",
}


@dataclass
class _Zone:
    kind: str
    box: PointBox
    table: grid_tables.GridTable | None = None
    words: list[StyledWord] = field(default_factory=list)


def read_page(region: PageRegion) -> GroundedPage:
    """Read a page or a clip of it from its text layer.

    Args:
        region: What to read.

    Returns:
        Blocks in reading order, boxes in points of the region.

    Raises:
        BrokenSourceError: If the page cannot be loaded.
    """
    with region.page() as page:
        text = extract(page)
        regions = find_regions(page)
        has_tables = any(found.kind == "table" for found in regions)
        tables = grid_tables.find_tables(page) if has_tables else []
    zones = _zones(regions, tables)
    for word in text.words:
        _zone_of(zones, word).words.append(word)
    blocks = tuple(_block(zone) for zone in zones if zone.words or zone.kind == "picture")
    return GroundedPage(region.width, region.height, blocks)


def _zones(regions: list[LayoutRegion], tables: list[grid_tables.GridTable]) -> list[_Zone]:
    zones = [_Zone(found.kind, found.box) for found in regions if found.kind != "table"]
    zones.extend(_Zone("table", table.box, table) for table in tables)
    return zones


def _zone_of(zones: list[_Zone], word: StyledWord) -> _Zone:
    x, y = word.centre
    for zone in zones:
        if zone.box[0] <= x <= zone.box[2] and zone.box[1] <= y <= zone.box[3]:
            return zone
    zones.append(_Zone("text", word.box))
    return zones[-1]


def _block(zone: _Zone) -> GroundedBlock:
    label = _LABELS.get(zone.kind, "text")
    lines = tuple(
        GroundedLine(union(word.box for word in line), " ".join(word.text for word in line))
        for line in printed_lines(zone.words)
    )
    return GroundedBlock(label, (zone.box,), _markdown(zone), lines=lines)


def _markdown(zone: _Zone) -> str:
    if zone.table is not None:
        return grid_tables.to_html(zone.table, zone.words)
    text = join_lines(zone.words)
    if zone.kind == "picture":
        return ""
    if zone.kind in {"title", "section-header"}:
        return f"{'#' if zone.kind == 'title' else '##'} {text}"
    if zone.kind == "formula":
        return rf"\[ {text} \]"
    return text
