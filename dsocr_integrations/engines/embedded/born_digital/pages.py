"""Read a page from its text layer: layout, headings, lists, tables, pictures, formulas."""

from __future__ import annotations

import re
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from dsocr_integrations.engines.embedded.born_digital import block_text
from dsocr_integrations.engines.embedded.born_digital.address_rows import part_addresses
from dsocr_integrations.engines.embedded.born_digital.chart_regions import (
    find_charts,
    is_chart,
    without_charts,
)
from dsocr_integrations.engines.embedded.born_digital.choices import with_choices
from dsocr_integrations.engines.embedded.born_digital.drawn_marks import Mark, marks_of
from dsocr_integrations.engines.embedded.born_digital.drawn_pictures import (
    find_drawings,
    whole_pictures,
)
from dsocr_integrations.engines.embedded.born_digital.field_tips import with_tips
from dsocr_integrations.engines.embedded.born_digital.field_values import (
    with_labels,
    without_forms,
)
from dsocr_integrations.engines.embedded.born_digital.framed_text import part_framed, text_frames
from dsocr_integrations.engines.embedded.born_digital.furniture import (
    furnish_running,
    settle_furniture,
)
from dsocr_integrations.engines.embedded.born_digital.grid_tables import GridTable, find_tables
from dsocr_integrations.engines.embedded.born_digital.headings import HEADINGS, PageHeadings
from dsocr_integrations.engines.embedded.born_digital.line_numbers import (
    line_numbers,
    without_words,
)
from dsocr_integrations.engines.embedded.born_digital.line_text import line_text, union
from dsocr_integrations.engines.embedded.born_digital.page_columns import part_columns
from dsocr_integrations.engines.embedded.born_digital.painted_fields import find_painted
from dsocr_integrations.engines.embedded.born_digital.paragraph_breaks import paragraphs
from dsocr_integrations.engines.embedded.born_digital.rule_runs import RuleRuns
from dsocr_integrations.engines.embedded.born_digital.ruled_grids import with_ruled
from dsocr_integrations.engines.embedded.born_digital.side_blocks import join_rows, part_blocks
from dsocr_integrations.engines.embedded.born_digital.sideways import (
    SidewaysPart,
    put_in,
    sideways_part,
    turned_page,
    upright_in,
    without,
)
from dsocr_integrations.engines.embedded.born_digital.styled_words import (
    PageText,
    StyledWord,
    extract,
)
from dsocr_integrations.engines.embedded.born_digital.table_cells import table_doubts
from dsocr_integrations.engines.embedded.born_digital.table_rules import rules_of
from dsocr_integrations.engines.embedded.born_digital.table_zones import tabulate
from dsocr_integrations.engines.embedded.born_digital.vertical_text import (
    vertical_blocks,
    vertical_columns,
)
from dsocr_integrations.engines.embedded.born_digital.viewer_forms import viewer_drawn
from dsocr_integrations.engines.embedded.born_digital.whole_titles import with_whole_titles
from dsocr_integrations.engines.embedded.born_digital.zones import Zone, make_zones, pictures_apart
from dsocr_integrations.engines.embedded.order.caption_places import beside_captions
from dsocr_integrations.engines.embedded.order.order_pieces import Piece, Role
from dsocr_integrations.engines.embedded.order.reading_order import reading_order
from dsocr_integrations.engines.embedded.page_layout import LayoutRegion, enlarged, find_regions
from dsocr_integrations.engines.embedded.parts import LAYOUT_MODEL, TEXT_LAYER
from dsocr_integrations.engines.embedded.prose.prose_regions import prose_regions
from dsocr_integrations.grounding.writer import GroundedBlock, GroundedLine, GroundedPage
from dsocr_integrations.records.documents import PointBox
from dsocr_integrations.records.readings import LayoutChoice, LayoutWay

if TYPE_CHECKING:
    from dsocr_integrations.rendering import PageRegion

_ROLES: dict[str, Role] = {
    "title": "heading",
    "section-header": "heading",
    "picture": "figure",
    "caption": "caption",
}
_FILLED = frozenset({"Text", "ComboBox"})
_ITEM = re.compile(r"^[(\[]?(\d{1,3})[.)\]]$")
_INDENT_POINTS = 10.0
"""A list item this much further right than its neighbour above is one level deeper."""


def read_page(
    region: PageRegion, text: PageText | None = None, layout: LayoutChoice = "network"
) -> GroundedPage:
    """Read a page or a clip of it from its text layer.

    Args:
        region: What to read.
        text: The page's words, where they have been extracted already.
        layout: `auto` leaves the layout network aside where the page is plain prose; the words
            must be sound then.

    Returns:
        Blocks in reading order, boxes in points of the region.

    Raises:
        BrokenSourceError: If the page cannot be loaded.
    """
    lying: list[GroundedBlock] = []
    headings = PageHeadings(region.heading_levels(), region.number)
    with region.page() as page:
        text = text or extract(page)
        columns = vertical_columns(text.words)
        if columns:
            blocks = vertical_blocks(columns, region.box) + _pictures_beside(region, text, columns)
            return GroundedPage(
                region.width, region.height, tuple(blocks), TEXT_LAYER, layout="text"
            )
        part = sideways_part(text, region.page_size)
        if part is not None:
            lying = _read_sideways(page, part, region.box, headings)
            text = without(text, part)
        found = _find(page, text, layout if part is None else "network")
    fields = region.fields()
    found = found.with_forms([field.box for field in fields])
    seen = [_over(table.box, found.scale) for table in found.tables]
    pictures = [_over(one.box, found.scale) for one in found.regions if one.kind == "picture"]
    charts = find_charts(region, text.words, found.marks, seen, pictures)
    charts += find_painted(text.paths, text.images, text.words, seen)
    charts = [_over(chart, 1 / found.scale) for chart in charts]
    filled = tuple(field.box for field in fields if field.kind in _FILLED and field.value)
    tips = tuple((field.box, field.tip) for field in fields if field.tip)
    text = with_choices(found.text, fields)
    found = replace(found, text=text, filled=filled, tips=tips).without(charts)
    blocks = _blocks(found, region.page_size, region.box, headings)
    if part is not None:
        blocks = put_in(blocks, lying, _moved(part.box, region.box, 1.0))
    blocks += viewer_drawn(fields)
    parts = LAYOUT_MODEL if found.layout == "network" else TEXT_LAYER
    return GroundedPage(region.width, region.height, tuple(blocks), parts, layout=found.layout)


def _pictures_beside(
    region: PageRegion, text: PageText, columns: Sequence[Sequence[StyledWord]]
) -> list[GroundedBlock]:
    """Pictures and drawings of a page whose columns of letters the layout model does not know."""
    letters = [Zone("text", union(word.box for word in column)) for column in columns]
    held = {id(word) for column in columns for word in column}
    labels = [word for word in text.words if id(word) not in held]
    marks = marks_of(text.paths, (0.0, 0.0, *region.page_size))
    shown = [*text.images, *find_drawings(marks, labels, region.page_size)]
    zones = [Zone("picture", box) for box in pictures_apart(shown, letters, region.page_size)]
    return [
        GroundedBlock("image", (_moved(zone.box, region.box, 1.0),), "")
        for zone in clipped(zones, region.box)
    ]


@dataclass(frozen=True)
class _Found:
    """What was found on a page: regions, tables, and what the page shows.

    Attributes:
        layout: What told the regions.
        regions: In points of the enlarged page.
        tables: In the same.
        text: In points of the page itself.
        numbers: The numbers of its lines, which are no part of the text; in the same.
        marks: In the same.
        filled: Boxes of the fields of text that were filled in, in points of the page itself.
        tips: Boxes of the fields that only a tool tip names, in the same, and what it says.
        scale: How much larger the enlarged page is.
    """

    layout: LayoutWay
    regions: list[LayoutRegion]
    tables: list[GridTable]
    text: PageText
    numbers: tuple[StyledWord, ...]
    marks: tuple[Mark, ...]
    scale: float
    filled: tuple[PointBox, ...] = ()
    tips: tuple[tuple[PointBox, str], ...] = ()

    def with_forms(self, fields: Sequence[PointBox]) -> _Found:
        """The same where a form is no picture.

        Args:
            fields: Boxes of the page's fields, in points of the page itself.
        """
        boxes, images = (
            [_over(box, 1 / self.scale) for box in part] for part in (fields, self.text.images)
        )
        return replace(self, regions=without_forms(self.regions, boxes, images)) if boxes else self

    def without(self, charts: list[PointBox]) -> _Found:
        """The same where the layout model's answer to a chart does not count."""
        return replace(
            self,
            regions=without_charts(self.regions, charts),
            tables=[table for table in self.tables if not is_chart(table.box, charts)],
        )


def _find(page: Any, text: PageText, layout: LayoutChoice = "network") -> _Found:
    """Look for regions and tables on an upright `pymupdf.Page`, with MuPDF's lock held."""
    numbers = line_numbers(text.words)
    marks = marks_of(text.paths, tuple(page.rect))
    if layout == "auto" and not numbers and (prose := prose_regions(page, text)) is not None:
        return _Found("text", prose, [], text, (), marks, 1.0)
    if numbers:
        left = tuple(word for word in text.words if not any(word is number for number in numbers))
        text = replace(text, words=left)
    with without_words(page, numbers) as plain, enlarged(plain) as (large, scale):
        regions = find_regions(large)
        has_tables = any(found.kind == "table" for found in regions)
        tables = find_tables(large) if has_tables else []
    rules = RuleRuns.of(rules_of(text.paths).scaled(scale))
    words = text.scaled(scale).words if scale != 1 else text.words
    tables = with_ruled(tables, rules, words, regions)
    return _Found("network", regions, tables, text, numbers, marks, scale)


def _blocks(
    found: _Found, page: tuple[float, float], within: PointBox, headings: PageHeadings
) -> list[GroundedBlock]:
    """The blocks of a page or a part of it.

    Args:
        found: What was found on it.
        page: Its width and height in points.
        within: The part.
        headings: What is known of its headings.
    """
    scale, text, marks = found.scale, found.text, found.marks
    x0, y0, x1, y1 = within
    clip = (x0 * scale, y0 * scale, x1 * scale, y1 * scale)
    size = (page[0] * scale, page[1] * scale)
    frames = [_over(box, 1 / scale) for box in text_frames(text.paths, text.words, page)]
    marks = tuple(mark.scaled(scale) for mark in marks) if scale != 1 else marks
    text = text.scaled(scale) if scale != 1 else text
    drawings = find_drawings(marks, text.words, size)
    zones = make_zones(whole_pictures(found.regions, marks), found.tables, text, size, drawings)
    zones = [zone for zone in clipped(zones, clip) if not block_text.is_drawn_rule(zone)]
    rules = rules_of(text.paths if found.tables else ()).scaled(scale)
    zones = [part for zone in zones for part in tabulate(zone, rules)]
    zones = [part for zone in zones for part in part_addresses(zone)]
    zones = [part for zone in join_rows(zones) for part in part_blocks(zone)]
    zones = part_framed(part_columns(zones), frames)
    zones = [part for zone in zones for part in paragraphs(zone)]
    zones = with_tips(zones, [(_over(box, 1 / scale), tip) for box, tip in found.tips])
    zones = with_labels(zones, [_over(box, 1 / scale) for box in found.filled])
    settle_furniture(zones, size)
    furnish_running(zones, headings.known.running, size[1], scale)
    zones = [*in_order(zones), *clipped(_numbering(found.numbers, scale), clip)]
    return ground(zones, clip, scale, headings)


def _read_sideways(
    page: Any, part: SidewaysPart, within: PointBox, headings: PageHeadings
) -> list[GroundedBlock]:
    """The blocks of a part that is printed sideways, boxes as the page lies."""
    with turned_page(page, part) as copy:
        found = _find(copy, upright_in(extract(copy), part))
    clip = part.turned(within)

    def back(box: PointBox) -> PointBox:
        x, y = clip[:2]
        return _moved(
            part.turned_back((box[0] + x, box[1] + y, box[2] + x, box[3] + y)), within, 1.0
        )

    return [
        replace(
            block,
            boxes=tuple(back(box) for box in block.boxes),
            lines=tuple(replace(line, box=back(line.box)) for line in block.lines),
        )
        for block in _blocks(found, part.size, clip, headings)
        if block.text.strip()
    ]


def _over(box: PointBox, scale: float) -> PointBox:
    """A box of a page that is smaller by a factor."""
    return (box[0] / scale, box[1] / scale, box[2] / scale, box[3] / scale)


def _numbering(numbers: Sequence[StyledWord], scale: float) -> list[Zone]:
    """The numbers of a page's lines as a region of their own, on a page larger by a factor."""
    words = [number.scaled(scale) for number in numbers]
    return [Zone("line-number", union(word.box for word in words), words=words)] if words else []


def clipped(zones: list[Zone], clip: PointBox) -> list[Zone]:
    """Keep what lies in the clip: words by their centres, pictures by theirs."""
    kept = []
    for zone in zones:
        words = [word for word in zone.words if _inside(word.centre, clip)]
        middle = ((zone.box[0] + zone.box[2]) / 2, (zone.box[1] + zone.box[3]) / 2)
        if words or (zone.kind == "picture" and _inside(middle, clip)):
            kept.append(replace(zone, words=words))
    return kept


def in_order(zones: list[Zone]) -> list[Zone]:
    """Reading order: headers, the body by columns, footnotes, footers.

    Args:
        zones: Regions of the page.
    """
    parts: dict[str, list[Zone]] = {}
    for zone in zones:
        parts.setdefault(_part(zone), []).append(zone)
    heights = [word.height for zone in zones for word in zone.words]
    height = statistics.median(heights) if heights else 10.0
    ordered: list[Zone] = []
    for name in ("page-header", "body", "footnote", "page-footer"):
        part = parts.get(name, [])
        pieces = [
            Piece(zone.box, _line_boxes(zone), _ROLES.get(zone.kind, "text"), _numbers(zone))
            for zone in part
        ]
        ordered.extend(part[place] for place in reading_order(pieces, height))
    return beside_captions(ordered, height)


def ground(
    zones: list[Zone], clip: PointBox, scale: float, known: PageHeadings
) -> list[GroundedBlock]:
    """Turn ordered regions into labelled blocks.

    Args:
        zones: Regions in reading order.
        clip: The part of the page that is read, in the regions' coordinates.
        scale: How much larger these are than points.
        known: What is known of the page's headings.

    Returns:
        Blocks with boxes in points, relative to the clip's corner.
    """
    zones = with_whole_titles(zones, known, scale)
    headings = [zone for zone in zones if zone.kind in HEADINGS]
    given = known.levels(headings, scale)
    levels = {id(zone): level for zone, level in zip(headings, given, strict=True)}
    indents = _indents(zones)
    blocks = []
    for zone, indent in zip(zones, indents, strict=True):
        level = levels.get(id(zone), 2)
        label = block_text.label_of(zone, level=level, near_table=_near_table(zone, zones))
        text = block_text.markdown_of(zone, level=level, indent=indent)
        lines = tuple(
            GroundedLine(_moved(union(word.box for word in line), clip, scale), line_text(line))
            for line in zone.lines
        )
        doubts = table_doubts(zone.table) if zone.table is not None else ()
        box = _moved(zone.box, clip, scale)
        blocks.append(GroundedBlock(label, (box,), text, lines=lines, doubts=doubts))
    return blocks


def _part(zone: Zone) -> str:
    return zone.kind if zone.kind in {"page-header", "page-footer", "footnote"} else "body"


def _line_boxes(zone: Zone) -> tuple[PointBox, ...]:
    if zone.kind in {"picture", "table"}:
        return ()
    return tuple(union(word.box for word in line) for line in zone.lines)


def _numbers(zone: Zone) -> tuple[int, int] | None:
    """The first and the last number of the items that a region's lines open with."""
    if zone.kind not in {"text", "list-item", "section-header"}:
        return None
    opened = [_ITEM.match(line[0].text) for line in zone.lines]
    if not opened or opened[0] is None:
        return None
    numbers = [int(number.group(1)) for number in opened if number is not None]
    return (numbers[0], numbers[-1])


def _indents(zones: list[Zone]) -> list[int]:
    """Depth of each list item below the outermost of its list; 0 for everything else."""
    depths: list[int] = []
    edges: list[float] = []
    for zone in zones:
        if zone.kind != "list-item":
            edges = []
            depths.append(0)
            continue
        left = zone.box[0]
        while edges and left < edges[-1] - _INDENT_POINTS:
            edges.pop()
        if not edges or left > edges[-1] + _INDENT_POINTS:
            edges.append(left)
        depths.append(len(edges) - 1)
    return depths


def _near_table(zone: Zone, zones: list[Zone]) -> bool:
    if zone.kind != "caption":
        return False
    near = [
        (_distance(zone.box, other.box), other.kind == "picture")
        for other in zones
        if other.kind in {"picture", "table"}
    ]
    return bool(near) and not min(near)[1]


def _distance(first: PointBox, second: PointBox) -> float:
    across = max(first[0] - second[2], second[0] - first[2], 0.0)
    down = max(first[1] - second[3], second[1] - first[3], 0.0)
    return across + down


def _inside(point: tuple[float, float], box: PointBox) -> bool:
    return box[0] <= point[0] <= box[2] and box[1] <= point[1] <= box[3]


def _moved(box: PointBox, clip: PointBox, scale: float) -> PointBox:
    """The box in points relative to the clip's corner, kept inside the clip."""
    x0, y0 = max(box[0], clip[0]) - clip[0], max(box[1], clip[1]) - clip[1]
    x1, y1 = min(box[2], clip[2]) - clip[0], min(box[3], clip[3]) - clip[1]
    return (x0 / scale, y0 / scale, max(x0, x1) / scale, max(y0, y1) / scale)
