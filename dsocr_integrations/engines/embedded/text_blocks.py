"""The blocks of a page's text layer as MuPDF gives them, each character once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

_NEAR = 0.1
"""Share of the font size within which the same character again is print for boldness."""


def text_blocks(page: Any) -> list[dict[str, Any]]:
    """Read the text and image blocks of an upright `pymupdf.Page`, down to characters.

    Some writers print text twice, a little apart, to make it look bold. MuPDF joins such
    characters when it is asked for styles; since that takes ten times as long, it is asked
    only where a character stands on another.

    Returns:
        Blocks as `TextPage.extractRAWDICT` gives them, in the order of the content stream.
    """
    import pymupdf

    # Not TEXT_ACCURATE_BBOXES: it drops the characters of fonts whose outlines are broken.
    flags = (
        pymupdf.TEXT_PRESERVE_LIGATURES | pymupdf.TEXT_PRESERVE_IMAGES | pymupdf.TEXT_MEDIABOX_CLIP
    )
    blocks = _read(page, flags)
    return _read(page, flags | pymupdf.TEXT_COLLECT_STYLES) if _is_overprinted(blocks) else blocks


def _read(page: Any, flags: int) -> list[dict[str, Any]]:
    blocks: list[dict[str, Any]] = page.get_textpage(flags=flags).extractRAWDICT()["blocks"]
    return blocks


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
        for line in block.get("lines", ()):
            for span in line["spans"]:
                for character in span["chars"]:
                    yield character, span["size"]
