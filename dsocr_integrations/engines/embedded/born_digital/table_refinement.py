"""Have PyMuPDF's table finder do less: nothing twice, and no table cut into some of its rows.

To find a table's header rows it works out the type of each cell's text some ten times, letter by
letter; it compares each shaded rectangle of the page with each other, one pair at a time; and it has
five objects made for each letter of the page. On the pages of a company's report this takes longer
than the layout model does.

Where rules and shades box some rows of a table it takes these rows for tables of their own, in the
place of the grid that the layout model saw; the header and all other rows would be lost.
"""

from __future__ import annotations

import functools
import importlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

_FUNCTIONS_OF_A_TEXT = (
    "cell_type",
    "count_alpha",
    "count_digit",
    "date_or_period_like",
    "numeric_like",
)
_TEXTS_KEPT = 4096

_ALL_TEXT = 0.95
"""Share of a table's texts that the boxes drawn in it hold where they are all there is of it."""


_INSIDE = 0.85
"""Share of its area to which a drawn box lies in a table that it can take the place of."""


@contextmanager
def mended_finder() -> Iterator[None]:
    """Have PyMuPDF look for tables with quicker and more careful functions in the place of its own.

    They are private to PyMuPDF: a release without them keeps what it has, and what others call
    outside this block is PyMuPDF's own.
    """
    replaced = _replacements()
    for module, name, _, mended in replaced:
        setattr(module, name, mended)
    try:
        yield
    finally:
        for module, name, own, _ in replaced:
            setattr(module, name, own)


def outermost(rectangles: Sequence[Any], *, contain_frac: float = 0.9) -> list[Any]:
    """The rectangles that do not lie in a larger one.

    Args:
        rectangles: `pymupdf.Rect`s.
        contain_frac: Share of its area to which a rectangle lies in another one.

    Returns:
        Those that are not empty and lie in no other one that is at least a twentieth larger.
    """
    corners = np.array([tuple(rectangle) for rectangle in rectangles], dtype=np.float64)
    if not len(corners):
        return []
    areas = _areas(corners)
    # MuPDF computes what two rectangles share in single precision.
    single = corners.astype(np.float32)
    kept = []
    for rectangle, own, area in zip(rectangles, single, areas.tolist(), strict=True):
        shared = np.empty_like(corners)
        np.maximum(single[:, :2], own[:2], out=shared[:, :2])
        np.minimum(single[:, 2:], own[2:], out=shared[:, 2:])
        holders = (_areas(shared) >= contain_frac * area) & (areas > area * 1.05)
        if area > 0 and not holders.any():
            kept.append(rectangle)
    return kept


def _areas(corners: Any) -> Any:
    sides = np.maximum(corners[:, 2:] - corners[:, :2], 0.0)
    return sides[:, 0] * sides[:, 1]


def of_letters(letters: Callable[..., Any]) -> Callable[..., Any]:
    """A finder of the letters of a page that turns their boxes upside down by itself.

    Args:
        letters: PyMuPDF's, which puts them into a list that all its finders of tables look at.
    """

    def found(page: Any, clip: Any = None) -> Any:
        turn = tuple(page.transformation_matrix)
        if clip is not None or turn[:5] != (1.0, 0.0, 0.0, -1.0, 0.0):
            return letters(page, clip)
        from pymupdf import table

        content = page.get_textpage(flags=table.FLAGS)
        spans = [
            (tuple(round(part, 4) for part in line["dir"]), span)
            for block in content.extractRAWDICT()["blocks"]
            for line in block["lines"]
            for span in sorted(line["spans"], key=lambda span: span["bbox"][0])
        ]
        table.CHARS.extend(_letters(spans, page, turn[5]))
        return content

    return found


def _letters(spans: Sequence[Any], page: Any, foot: float) -> Iterator[dict[str, Any]]:
    """The letters as PyMuPDF's own finder describes them, with heights from the `foot` too."""
    from pymupdf import TEXT_FONT_BOLD, sRGB_to_pdf

    in_order = [sorted(span["chars"], key=lambda letter: letter["bbox"][0]) for _, span in spans]
    down = [letter["bbox"][1::2] + letter["origin"][1:] for own in in_order for letter in own]
    # MuPDF computes in single precision.
    up = iter((np.float32(foot) - np.array(down or [(0, 0, 0)], dtype=np.float32)).tolist())
    above = page.number * page.rect.height
    for ((cosine, sine), span), own in zip(spans, in_order, strict=True):
        color = sRGB_to_pdf(span["color"])
        upright = sine == 0
        look = {
            "fontname": span["font"],
            "ncs": "DeviceRGB",
            "non_stroking_color": color,
            "non_stroking_pattern": None,
            "object_type": "char",
            "page_number": page.number + 1,
            "stroking_color": color,
            "stroking_pattern": None,
            "bold": bool(span["flags"] & TEXT_FONT_BOLD or span["char_flags"] & 8),
            "upright": upright,
        }
        for letter in own:
            x0, top, x1, bottom = letter["bbox"]
            y1, y0, base = next(up)
            width, height = x1 - x0, bottom - top
            yield {
                **look,
                "text": letter["c"],
                "x0": x0,
                "x1": x1,
                "top": top,
                "bottom": bottom,
                "y0": y0,
                "y1": y1,
                "doctop": top + above,
                "width": width,
                "height": height,
                "adv": width if upright else height,
                "size": span["size"] if upright else height,
                "matrix": (cosine, -sine, sine, cosine, letter["origin"][0], base),
            }


def of_whole_tables(line_candidates: Callable[..., Any]) -> Callable[..., Any]:
    """A finder of ruled grids that leaves out those that hold only a part of a table's text.

    Args:
        line_candidates: PyMuPDF's, which gives pairs of a box and a grid, and a finder.
    """

    def found(page: Any, **options: Any) -> Any:
        candidates, finder = line_candidates(page, **options)
        for group in page.layout_information or ():
            if group.get("class_name") == "table":
                candidates = _without_pieces(candidates, group)
        return candidates, finder

    return found


def _without_pieces(candidates: list[Any], group: Any) -> list[Any]:
    """The grids without those in one table of the layout model that leave text of it out."""
    inside = [one for one in candidates if _share_in(group["group_bbox"], one[0]) >= _INSIDE]
    pieces = [box for box, _ in inside if not _is_around(box, inside)]
    texts = group.get("bboxes", ())
    held = sum(any(_holds_middle(box, text) for box in pieces) for text in texts)
    if len(pieces) < 2 or held >= _ALL_TEXT * len(texts):
        return candidates
    return [one for one in candidates if all(one is not piece for piece in inside)]


def _is_around(box: Any, candidates: Sequence[Any]) -> bool:
    """Whether a box is that of a table with tables in its cells."""
    return any(other is not box and _share_in(box, other) >= _INSIDE for other, _ in candidates)


def _share_in(box: Any, other: Any) -> float:
    """Share of its area to which another box lies in a box."""
    across = min(box[2], other[2]) - max(box[0], other[0])
    down = min(box[3], other[3]) - max(box[1], other[1])
    area = (other[2] - other[0]) * (other[3] - other[1])
    return float(max(0.0, across) * max(0.0, down) / area) if area else 0.0


def _holds_middle(box: Any, other: Any) -> bool:
    x, y = (other[0] + other[2]) / 2, (other[1] + other[3]) / 2
    return bool(box[0] <= x <= box[2] and box[1] <= y <= box[3])


@functools.cache
def _replacements() -> tuple[tuple[Any, str, Any, Any], ...]:
    """Modules of PyMuPDF, the names of functions in them, these functions, and those instead."""
    headers, refinement = _module("_table_headers"), _module("_table_refine")
    remembered: Callable[[Any], Any] = functools.lru_cache(maxsize=_TEXTS_KEPT)
    found = [(headers, name, remembered) for name in _FUNCTIONS_OF_A_TEXT]
    found.append((refinement, "_refine_cell_background_rects", lambda _: outermost))
    found.append((_module("table"), "make_chars", of_letters))
    found.append((_module("_table_union"), "_union_line_candidates", of_whole_tables))
    return tuple(
        (module, name, own, functools.wraps(own)(mended(own)))
        for module, name, mended in found
        if (own := getattr(module, name, None)) is not None
    )


def _module(name: str) -> Any:
    try:
        return importlib.import_module(f"pymupdf.{name}")
    except ModuleNotFoundError:
        return None
