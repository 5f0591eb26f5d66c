"""Characters of a text layer that something painted later hides: bars, patches, pictures.

A bar drawn over a name leaves the name in the file. Whoever looks at the page does not read it,
and it must not come out of a reading either.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from dsocr_integrations.records.documents import PointBox

_HIDDEN = 0.6
"""Share of a character's height, and of its width, that paint covers where it cannot be read."""

_SCAN = 0.5
"""A picture over more than this share of a page is its scan; the text under it was read from it."""

_OPAQUE = 0.99
_SMALLEST_BAR = 4.0
"""Points; thinner than this is a rule."""

_CURVED = frozenset({"c"})
_EDGES = 64
"""A path of more pieces is a drawing, whose box says little of what it covers."""


def uncovered(
    page: Any,
    blocks: list[dict[str, Any]],
    paths: Sequence[dict[str, Any]],
    images: Sequence[PointBox],
) -> list[dict[str, Any]]:
    """Blank out the characters that lie under opaque paint or pictures.

    The order in which things are painted is asked for only where something lies on text.

    Args:
        page: The upright `pymupdf.Page`.
        blocks: Its text as `TextPage.extractRAWDICT` gives it; changed in place.
        paths: Its vector paths as `Page.get_cdrawings` gives them.
        images: Boxes of its raster images.

    Returns:
        The blocks; a hidden character has become a space.
    """
    lines = [(line["bbox"], line) for block in blocks for line in block["lines"]]
    _blank_marked(page, lines)
    bars = [box for path in paths if _may_cover(path) for box in _reach(path)]
    pictures = [box for box in images if not _is_scan(box, page)]
    bars += pictures
    touched = [(box, line) for box, line in lines if any(_meet(box, bar) for bar in bars)]
    if not touched:
        return blocks
    covers = [*_opaque_paths(page), *_opaque_pictures(page)]
    if not covers:
        return blocks
    painted = _painting_order(page)
    for box, line in touched:
        near = [cover for cover in covers if _meet(box, cover[1])]
        for span in line["spans"] if near else ():
            for character in span["chars"]:
                place = painted.get(_key(character["c"], character["origin"]))
                if place is not None and _is_under(character["bbox"], place, near):
                    character["c"] = " "
    return blocks


def _blank_marked(page: Any, lines: Sequence[tuple[Any, dict[str, Any]]]) -> None:
    """Blank out what is marked for redaction: who marked it wants nobody to read it."""
    marked = [
        box
        for annotation in page.annots() or ()
        if annotation.type[1] == "Redact"
        for box in _quads(annotation)
    ]
    for box, line in lines if marked else ():
        near = [(1, mark) for mark in marked if _meet(box, mark)]
        for character in (c for span in line["spans"] for c in span["chars"] if near):
            if _is_under(character["bbox"], 0, near):
                character["c"] = " "


def _quads(annotation: Any) -> Iterator[PointBox]:
    """The boxes that an annotation marks."""
    corners = annotation.vertices or ()
    if not corners:
        yield _box(tuple(annotation.rect))
    for start in range(0, len(corners) - 3, 4):
        across, down = zip(*corners[start : start + 4], strict=True)
        yield (min(across), min(down), max(across), max(down))


def _may_cover(path: dict[str, Any]) -> bool:
    return _is_thick(path) or _is_filled(path)


def _is_thick(path: dict[str, Any]) -> bool:
    """Whether a path is lines as thick as a bar."""
    return (
        path.get("color") is not None
        and path.get("stroke_opacity", 1.0) >= _OPAQUE
        and (path.get("width") or 0.0) >= _SMALLEST_BAR
        and len(path["items"]) <= _EDGES
    )


def _reach(path: dict[str, Any]) -> list[PointBox]:
    """What a path may cover, as boxes."""
    filled = [_box(path["rect"])] if _is_filled(path) else []
    return [*filled, *(_thick_lines(path) if _is_thick(path) else ())]


def _thick_lines(path: dict[str, Any]) -> Iterator[PointBox]:
    """The boxes of a path's level and upright lines, as thick as they are drawn."""
    half = path["width"] / 2
    for item in path["items"]:
        if item[0] != "l":
            continue
        (x0, x1), (y0, y1) = (sorted(ends) for ends in zip(item[1][:2], item[2][:2], strict=True))
        if y1 - y0 < 1.0:
            yield (x0, y0 - half, x1, y1 + half)
        elif x1 - x0 < 1.0:
            yield (x0 - half, y0, x1 + half, y1)


def _is_filled(path: dict[str, Any]) -> bool:
    x0, y0, x1, y1 = path["rect"]
    return (
        path.get("fill") is not None
        and path.get("fill_opacity", 1.0) >= _OPAQUE
        and y1 - y0 >= _SMALLEST_BAR
        and x1 - x0 >= 1.0
        and len(path["items"]) <= _EDGES
    )


def _opaque_paths(page: Any) -> Iterator[tuple[int, PointBox]]:
    """Each opaque fill with its place in the order of painting, mixed colours aside."""
    mixed: int | None = None
    for path in page.get_cdrawings(extended=True):
        level = path.get("level", 0)
        if mixed is not None and level <= mixed:
            mixed = None
        if path["type"] == "group":
            is_plain = path.get("blendmode") in {None, "", "Normal"} and path.get("opacity", 1) == 1
            if mixed is None and not is_plain:
                mixed = level
        elif mixed is None and path["type"] in {"f", "s", "fs"} and _may_cover(path):
            solid = _solid_parts(path) if _is_filled(path) else []
            thick = _thick_lines(path) if _is_thick(path) else ()
            yield from ((path["seqno"], box) for box in (*solid, *thick))


def _solid_parts(path: dict[str, Any]) -> list[PointBox]:
    """Boxes that a fill surely covers: its rectangles, or the middle of what is rounded."""
    boxes = [_box(item[1]) for item in path["items"] if item[0] == "re"]
    if boxes:
        # A rectangle in a rectangle is a frame where the fill leaves out what is wound twice.
        return boxes if len(boxes) == 1 or not path.get("even_odd") else []
    kinds = {item[0] for item in path["items"]}
    box = _box(path["rect"])
    if kinds <= {"l", "qu"}:
        return [box] if _fills_its_box(path) else []
    if kinds & _CURVED and len(path["items"]) <= 8:
        inset = 0.15 * min(box[2] - box[0], box[3] - box[1])
        return [(box[0] + inset, box[1], box[2] - inset, box[3])]
    return []


def _fills_its_box(path: dict[str, Any]) -> bool:
    """Whether a path of straight lines has the area of its box, more or less."""
    corners: list[tuple[float, float]] = []
    for item in path["items"]:
        if item[0] == "qu":
            ul, ur, ll, lr = (tuple(corner) for corner in item[1])
            corners += [ul, ur, lr, ll]
        else:
            corners.append(tuple(item[1]))
    doubled = sum(
        x0 * y1 - x1 * y0
        for (x0, y0), (x1, y1) in zip(corners, [*corners[1:], *corners[:1]], strict=True)
    )
    x0, y0, x1, y1 = _box(path["rect"])
    return abs(doubled) / 2 >= 0.9 * (x1 - x0) * (y1 - y0)


def _opaque_pictures(page: Any) -> Iterator[tuple[int, PointBox]]:
    """Each picture without transparency with its place in the order of painting."""
    see_through = {_rounded(one["bbox"]) for one in page.get_image_info() if one.get("has-mask")}
    for place, (kind, box) in enumerate(page.get_bboxlog()):
        if kind == "fill-image" and not _is_scan(box, page) and _rounded(box) not in see_through:
            yield place, _box(box)


def _painting_order(page: Any) -> dict[tuple[str, int, int], int]:
    """The place of each character in the order of painting; of several, the last one."""
    found: dict[tuple[str, int, int], int] = {}
    for span in page.get_texttrace():
        for code, _, origin, _ in span["chars"]:
            key = _key(chr(code) if code > 0 else "\ufffd", origin)
            found[key] = max(span["seqno"], found.get(key, -1))
    return found


def _key(character: str, origin: Sequence[float]) -> tuple[str, int, int]:
    return character, round(origin[0] * 4), round(origin[1] * 4)


def _is_under(box: Sequence[float], place: int, covers: Sequence[tuple[int, PointBox]]) -> bool:
    width, height = box[2] - box[0], box[3] - box[1]
    for later, cover in covers:
        across = min(box[2], cover[2]) - max(box[0], cover[0])
        down = min(box[3], cover[3]) - max(box[1], cover[1])
        if later > place and across >= _HIDDEN * width and down >= _HIDDEN * height:
            return True
    return False


def _is_scan(box: Sequence[float], page: Any) -> bool:
    size = (box[2] - box[0]) * (box[3] - box[1])
    return bool(size > _SCAN * page.rect.width * page.rect.height)


def _meet(first: Sequence[float], second: Sequence[float]) -> bool:
    return (
        first[0] < second[2]
        and second[0] < first[2]
        and first[1] < second[3]
        and second[1] < first[3]
    )


def _box(values: Sequence[float]) -> PointBox:
    x0, y0, x1, y1 = (float(value) for value in values[:4])
    return (x0, y0, x1, y1)


def _rounded(box: Sequence[float]) -> tuple[int, ...]:
    return tuple(round(value) for value in box)
