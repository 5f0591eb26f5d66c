"""The text blocks of a page as MuPDF gives them, each character once, and where its images lie."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from dsocr_integrations.records.documents import PointBox

_NEAR = 0.1
"""Share of the font size within which the same character again is print for boldness."""


def text_and_images(page: Any) -> tuple[list[dict[str, Any]], tuple[PointBox, ...]]:
    """Read the text blocks of an upright `pymupdf.Page`, down to characters, and find its images.

    Some writers print text twice, a little apart, to make it look bold. MuPDF joins such
    characters when it is asked for styles; since that takes ten times as long, it is asked
    only where a character stands on another.

    Returns:
        Blocks of text as `TextPage.extractRAWDICT` gives them, in the order of the content
        stream; and the boxes of the raster images in the order they are painted.
    """
    import pymupdf

    # Not TEXT_ACCURATE_BBOXES: it drops the characters of fonts whose outlines are broken.
    flags = pymupdf.TEXT_PRESERVE_LIGATURES | pymupdf.TEXT_MEDIABOX_CLIP
    content = page.get_textpage(flags=flags | pymupdf.TEXT_PRESERVE_IMAGES)
    images = tuple(_box(image["bbox"]) for image in content.extractIMGINFO())
    if images:
        # With its text each image would be encoded anew, only to be thrown away.
        content = page.get_textpage(flags=flags)
    blocks: list[dict[str, Any]] = content.extractRAWDICT()["blocks"]
    if _is_overprinted(blocks):
        content = page.get_textpage(flags=flags | pymupdf.TEXT_COLLECT_STYLES)
        blocks = content.extractRAWDICT()["blocks"]
    return blocks, images


def _box(values: Any) -> PointBox:
    x0, y0, x1, y1 = (float(value) for value in values)
    return (x0, y0, x1, y1)


def _is_overprinted(blocks: Sequence[dict[str, Any]]) -> bool:
    """Whether a character stands where the same one stood already."""
    seen: set[tuple[str, int, int]] = set()
    for character, size in _characters(blocks):
        step = max(size * _NEAR, 0.1)
        x, y = character["origin"]
        place = (character["c"], round(x / step), round(y / step))
        if place in seen:
            return True
        seen.add(place)
    return False


def _characters(blocks: Sequence[dict[str, Any]]) -> Iterator[tuple[dict[str, Any], float]]:
    for block in blocks:
        for line in block["lines"]:
            for span in line["spans"]:
                for character in span["chars"]:
                    yield character, span["size"]
