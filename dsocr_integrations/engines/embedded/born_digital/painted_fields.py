"""Fields of colour that the layout model takes for tables: heat maps and maps in pixels."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from dsocr_integrations.engines.embedded.born_digital.line_text import union
from dsocr_integrations.engines.embedded.born_digital.styled_words import StyledWord
from dsocr_integrations.engines.embedded.born_digital.zones import area, overlap
from dsocr_integrations.records.documents import PointBox

_MIN_CELLS = 9
_MIN_COLORS = 4
"""Shades of a table with rows or groups of cells left empty are fewer."""

_COVERED = 0.3
"""Share of a table that empty cells in colours cover if it is a heat map, its labels left aside."""

_SHOWN = 0.5
"""Share of a table that an image covers if it is all there is; a table may hold smaller ones."""

_WITHIN = 0.9
_WHITE = 0.95
_SHADES = 20


def find_painted(
    paths: Iterable[dict[str, Any]],
    images: Sequence[PointBox],
    words: Sequence[StyledWord],
    tables: Sequence[PointBox],
) -> list[PointBox]:
    """Find the tables of a page that are fields of colour with nothing printed in them.

    Args:
        paths: As `Page.get_cdrawings` gives them.
        images: Boxes of the images on the page.
        words: Its words.
        tables: Boxes of the tables seen.

    Returns:
        The boxes of those that are no tables.
    """
    if not tables:
        return []
    fills = [(path["rect"], path["fill"]) for path in paths if path.get("fill") is not None]
    middles = [word.centre for word in words]
    return [table for table in tables if _is_painted(table, fills, images, middles)]


def _is_painted(
    table: PointBox,
    fills: Sequence[tuple[PointBox, Sequence[float]]],
    images: Sequence[PointBox],
    middles: Sequence[tuple[float, float]],
) -> bool:
    cells = [
        (box, fill)
        for box, fill in fills
        if overlap(box, table) >= _WITHIN * area(box) > 0
        and min(fill) < _WHITE
        and not _holds(box, middles)
    ]
    colors = {tuple(round(_SHADES * channel) for channel in fill) for _, fill in cells}
    places = {tuple(round(side) for side in box): box for box, _ in cells}
    fields = [(image, _SHOWN) for image in images]
    if len(places) >= _MIN_CELLS and len(colors) >= _MIN_COLORS:
        fields.append((union(places.values()), _COVERED))
    return any(
        overlap(box, table) >= share * area(table) and not _holds(box, middles)
        for box, share in fields
    )


def _holds(box: PointBox, middles: Sequence[tuple[float, float]]) -> bool:
    return any(box[0] <= x <= box[2] and box[1] <= y <= box[3] for x, y in middles)
