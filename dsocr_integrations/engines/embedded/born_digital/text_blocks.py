"""The text blocks of a page as MuPDF gives them, each character once, and where its images lie."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dsocr_integrations.records.documents import PointBox

_NEAR = 0.1
"""Share of the font size within which the same character again is print for boldness."""


@dataclass(frozen=True)
class PageContent:
    """What a page's content stream shows, as MuPDF gives it.

    Attributes:
        blocks: Blocks of text as `TextPage.extractRAWDICT` gives them, in the order of the
            content stream.
        images: Boxes of the raster images, and of courses of colours, in the order they are
            painted.
        paths: Vector paths as `Page.get_cdrawings` gives them.
    """

    blocks: list[dict[str, Any]]
    images: tuple[PointBox, ...]
    paths: tuple[dict[str, Any], ...]


def page_content(page: Any) -> PageContent:
    """Read an upright `pymupdf.Page` down to its characters.

    Some writers print text twice, a little apart, to make it look bold. MuPDF joins such
    characters when it is asked for styles; since that takes ten times as long, it is asked
    only where a character stands on another. Single ones that are printed
    again it leaves to `without_reprinted`.
    """
    import pymupdf

    # Not TEXT_ACCURATE_BBOXES: it drops the characters of fonts whose outlines are broken.
    flags = pymupdf.TEXT_PRESERVE_LIGATURES | pymupdf.TEXT_MEDIABOX_CLIP
    with_images = flags | pymupdf.TEXT_PRESERVE_IMAGES
    content = page.get_textpage(flags=with_images | pymupdf.TEXT_COLLECT_VECTORS)
    path = pymupdf.mupdf.FZ_STEXT_BLOCK_VECTOR
    has_paths = any(block.m_internal.type == path for block in content.this)
    if has_paths:
        # Paths part blocks of text.
        content = page.get_textpage(flags=with_images)
    images = tuple(_box(image["bbox"]) for image in content.extractIMGINFO())
    if images:
        # With its text each image would be encoded anew, only to be thrown away.
        content = page.get_textpage(flags=flags)
    blocks: list[dict[str, Any]] = content.extractRAWDICT()["blocks"]
    if _is_overprinted(blocks):
        content = page.get_textpage(flags=flags | pymupdf.TEXT_COLLECT_STYLES)
        blocks = content.extractRAWDICT()["blocks"]
    return PageContent(blocks, images, tuple(page.get_cdrawings()) if has_paths else ())


def _box(values: Any) -> PointBox:
    x0, y0, x1, y1 = (float(value) for value in values)
    return (x0, y0, x1, y1)


def _is_overprinted(blocks: Sequence[dict[str, Any]]) -> bool:
    """Whether a character stands where the same one stood already."""
    seen: set[tuple[str, int, int]] = set()
    count = 0
    for span in (span for block in blocks for line in block["lines"] for span in line["spans"]):
        step = max(span["size"] * _NEAR, 0.1)
        for character in span["chars"]:
            x, y = character["origin"]
            seen.add((character["c"], round(x / step), round(y / step)))
        count += len(span["chars"])
        if len(seen) < count:
            return True
    return False


def without_reprinted(blocks: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Blocks without the lines all of whose characters stood in their places before.

    Args:
        blocks: As `PageContent` has them; what is covered must be gone, since it may be printed anew.
    """
    kept = []
    seen: dict[tuple[str, int, int], tuple[float, float]] = {}
    for block in blocks:
        lines = []
        for line in block["lines"]:
            characters = [
                (character["c"], character["origin"], max(span["size"] * _NEAR, 0.1))
                for span in line["spans"]
                for character in span["chars"]
                if not character["c"].isspace()
            ]
            if characters and all(_is_seen(seen, *character) for character in characters):
                continue
            lines.append(line)
            for shown, (x, y), _ in characters:
                seen[shown, round(x), round(y)] = (x, y)
        kept.append({**block, "lines": lines})
    return kept


def _is_seen(
    seen: Mapping[tuple[str, int, int], tuple[float, float]],
    shown: str,
    origin: tuple[float, float],
    reach: float,
) -> bool:
    x, y = origin
    return any(
        (known := seen.get((shown, round(x) + across, round(y) + down))) is not None
        and abs(known[0] - x) <= reach
        and abs(known[1] - y) <= reach
        for across, down in itertools.product((0, -1, 1), repeat=2)
    )
