"""Tables that go on over a page break: told of their header and caption, or made one table.

Two tables are one only when nothing but page furniture stands between them, their columns are
the same, and the second one says that it goes on: by a caption with "continued", or by
repeating the header, or by having no header, in the same place across the page. A false join
does more harm than a missed one, so each doubt keeps them apart.

Either way headers that the reading left elsewhere are found first (see `table_headers`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from dsocr_integrations.chunking.table_headers import EMPTY, same_kinds, spans_below, with_headers
from dsocr_integrations.grounding.captions import captions_of
from dsocr_integrations.markdown import FURNITURE_LABELS
from dsocr_integrations.records.documents import Block, Box, Page, Table
from dsocr_integrations.tables.headers import moved_to_header

MAX_PAGES = 50
"""A longer run is cut: all its pages are held in memory until it ends."""

MAX_SHIFT = 20
"""Most that left and right edge may differ, in grid units, where no caption vouches."""

_CONTINUED = re.compile(
    r"\bcont(?:inue[ds]|inuation|['’]?d|\.)|\bfortsetzung\b|\bforts\.|\bsuite\b"
    r"|\bcontinuaci[oó]n\b|[续續](?=表)|接上|つづき|続き",
    re.IGNORECASE,
)
_TOTAL = re.compile(
    r"\W{0,3}(?:grand |sub-?)?(?:total|sum|summe|gesamt|合计|合計|总计|總計|小计)\b", re.IGNORECASE
)
_WORD = re.compile(r"[^\W_]+")
_UNDER_TABLE = FURNITURE_LABELS | {"footnote"}


@dataclass(frozen=True)
class Stretch:
    """The rows of a joined table that stand on one page.

    Attributes:
        page: The page.
        boxes: Boxes of the rows there.
        rows: Number of body rows.
    """

    page: Page
    boxes: tuple[Box, ...]
    rows: int


@dataclass(frozen=True)
class JoinedPage:
    """A page as its tables are to be taken.

    Attributes:
        page: The page; blocks whose rows or caption an earlier page has are empty, and no block
            changes its place.
        continued: For the place of each joined table, its stretches, those of this page first.
        goes_on: The place of a table that goes on from the page before and was told its header
            and caption.
    """

    page: Page
    continued: Mapping[int, tuple[Stretch, ...]] = field(default_factory=dict)
    goes_on: int | None = None


@dataclass
class _Run:
    """Pages of a table that may go on: it begins at `place` of the first of them."""

    pages: list[Page]
    place: int
    table: Table
    stretches: list[Stretch]


def join_tables(pages: Iterable[Page]) -> Iterator[JoinedPage]:
    """Join tables over page breaks; holds the pages of one table at a time.

    Args:
        pages: Pages of one document in order.

    Yields:
        Each page, in order.
    """
    run: _Run | None = None
    for page in pages:
        rest = page
        if run is not None:
            place = _goes_on(run, page)
            if place is not None:
                rest = _taken(run, page, place)
                if _foot(page) == place and len(run.pages) < MAX_PAGES:
                    run.pages.append(rest)
                    continue
            yield from _ended(run)
        rest = with_headers(rest)
        run = _begun(rest)
        if run is None:
            yield JoinedPage(rest)
    if run is not None:
        yield from _ended(run)


def repeat_headers(pages: Iterable[Page]) -> Iterator[JoinedPage]:
    """Tell a table that goes on over a page break its header and caption; holds one page.

    Args:
        pages: Pages of one document in order.

    Yields:
        Each page as soon as it comes.
    """
    run: _Run | None = None
    for page in pages:
        place = None if run is None else _goes_on(run, page)
        told = page if run is None or place is None else _told(run, page, place)
        told = with_headers(told)
        yield JoinedPage(told, goes_on=place)
        run = _begun(told)


def _told(run: _Run, page: Page, place: int) -> Page:
    """The page with the run's header and caption at its table, which keeps its own footnotes."""
    table = _repeating(run.table, page.blocks[place].table)
    assert table is not None  # noqa: S101 - `_goes_on` looked
    caption = _caption(run.pages[0], run.place)
    told = run.table.model_copy(
        update={
            "rows": table.rows,
            "values": table.values,
            "spans": spans_below(run.table, table, 0),
            "caption": caption or None,
        }
    )
    blocks = tuple(
        block.model_copy(update={"table": told}) if at == place else block
        for at, block in enumerate(_without_caption(page, place).blocks)
    )
    return page.model_copy(update={"blocks": blocks})


def _begun(page: Page) -> _Run | None:
    """A run that begins with the table at the foot of a page."""
    place = _foot(page)
    if place is None:
        return None
    block = page.blocks[place]
    assert block.table is not None  # noqa: S101 - `_foot` looks for it
    return _Run([page], place, block.table, [Stretch(page, block.boxes, len(block.table.rows))])


def _foot(page: Page) -> int | None:
    """The table below which only furniture, footnotes and its own captions stand."""
    own = captions_of(page.blocks)
    for place in range(len(page.blocks) - 1, -1, -1):
        block = page.blocks[place]
        if block.table is not None:
            below = range(place + 1, len(page.blocks))
            allowed = set(own.get(place, ()))
            return place if all(_is_under(page.blocks[b]) or b in allowed for b in below) else None
    return None


def _head(page: Page) -> int | None:
    """The table above which only furniture and its own captions stand."""
    own = captions_of(page.blocks)
    for place, block in enumerate(page.blocks):
        if block.table is not None:
            allowed = set(own.get(place, ()))
            return (
                place
                if all(_is_furniture(page.blocks[b]) or b in allowed for b in range(place))
                else None
            )
    return None


def _is_furniture(block: Block) -> bool:
    return block.label.lower() in FURNITURE_LABELS or not (block.text.strip() or block.boxes)


def _is_under(block: Block) -> bool:
    return block.label.lower() in _UNDER_TABLE or _is_furniture(block)


def _goes_on(run: _Run, page: Page) -> int | None:
    """The place of the table at the head of a page that continues the run's."""
    before = run.pages[-1]
    place = _head(page)
    if page.number != before.number + 1 or place is None:
        return None
    block = page.blocks[place]
    table = _repeating(run.table, block.table)
    if table is None or len(table.columns) != len(run.table.columns) or not table.rows:
        return None
    repeated = table.header_rows > 0 and _same_header(run.table, table)
    if table.header_rows > 0 and not repeated:
        return None
    first, caption = _caption(run.pages[0], run.place), _caption(page, place)
    if _CONTINUED.search(caption):
        vouched = _same_name(first, caption)
    elif caption and not (repeated and _words(first) == _words(caption)):
        vouched = False
    else:
        vouched = _looks_like_more(run, table, block.boxes, repeated=repeated)
    return place if vouched else None


def _repeating(first: Table, second: Table | None) -> Table | None:
    """The second table, its first rows as its header where they repeat that of the first."""
    header = first.header
    if second is None or second.header_rows or not header or second.rows[: len(header)] != header:
        return second
    return moved_to_header(second, len(header))


def _looks_like_more(run: _Run, table: Table, boxes: tuple[Box, ...], *, repeated: bool) -> bool:
    """Whether a table without a caption of its own is more of the run's."""
    if run.table.rows and _TOTAL.match(run.table.rows[-1][0]):
        return False
    aligned = _aligned(run.stretches[-1].boxes, boxes)
    return aligned and (repeated or same_kinds(run.table, table))


def _caption(page: Page, place: int) -> str:
    block = page.blocks[place]
    linked = (page.blocks[other] for other in captions_of(page.blocks).get(place, ()))
    own = [other.text for other in linked if "footnote" not in other.label]
    table = block.table
    return "\n".join(part for part in ((table.caption if table else "") or "", *own) if part)


def _same_name(first: str, second: str) -> bool:
    """Whether a continued caption can be that of the first table: same number or words."""
    known, said = _words(first), _words(_CONTINUED.sub(" ", second))
    return set(said) <= set(known) or known[:2] == said[:2]


def _words(text: str) -> list[str]:
    return [word.casefold() for word in _WORD.findall(text)]


def _same_header(first: Table, second: Table) -> bool:
    return [_words(name) for name in first.columns] == [_words(name) for name in second.columns]


def _aligned(first: tuple[Box, ...], second: tuple[Box, ...]) -> bool:
    if not first or not second:
        return False
    edges = [(min(b[0] for b in boxes), max(b[2] for b in boxes)) for boxes in (first, second)]
    return all(abs(one - other) <= MAX_SHIFT for one, other in zip(*edges, strict=True))


def _taken(run: _Run, page: Page, place: int) -> Page:
    """Take a table of a page into the run; returns the page without it."""
    block = page.blocks[place]
    table = _repeating(run.table, block.table)
    assert table is not None  # noqa: S101 - `_goes_on` looked
    run.stretches.append(Stretch(page, block.boxes, len(table.rows)))
    run.table = _joined(run.table, table)
    return _without_caption(page, place, EMPTY)


def _without_caption(page: Page, place: int, table: Block | None = None) -> Page:
    """The page without the caption of a table, whose block may be put in place of the table's."""
    captions = captions_of(page.blocks).get(place, ())
    emptied = {at for at in captions if "footnote" not in page.blocks[at].label}
    kept = page.blocks[place] if table is None else table
    blocks = tuple(
        kept if at == place else EMPTY if at in emptied else block
        for at, block in enumerate(page.blocks)
    )
    return page.model_copy(update={"blocks": blocks})


def _joined(first: Table, second: Table) -> Table:
    return first.model_copy(
        update={
            "rows": (*first.rows, *second.rows),
            "values": (*first.values, *second.values),
            "spans": spans_below(first, second, len(first.rows)),
        }
    )


def _ended(run: _Run) -> Iterator[JoinedPage]:
    first, *rest = run.pages
    if len(run.stretches) == 1:
        yield JoinedPage(first)
        return
    blocks = tuple(
        block.model_copy(update={"table": run.table}) if at == run.place else block
        for at, block in enumerate(first.blocks)
    )
    whole = first.model_copy(update={"blocks": blocks})
    yield JoinedPage(whole, {run.place: tuple(run.stretches)})
    yield from (JoinedPage(page) for page in rest)
