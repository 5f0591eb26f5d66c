"""Choose how a page is read: from its text layer, from its pixels, or from both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from dsocr_integrations.engines.embedded.born_digital import pages as born_digital
from dsocr_integrations.engines.embedded.born_digital.layer_check import UNSOUND_LAYER, check
from dsocr_integrations.engines.embedded.born_digital.layer_gaps import leaves_print_out
from dsocr_integrations.engines.embedded.born_digital.styled_words import PageText, extract
from dsocr_integrations.engines.embedded.born_digital.text_layer import TextLayer, judge
from dsocr_integrations.engines.embedded.drawn_molecules import with_molecules_whole
from dsocr_integrations.engines.embedded.mode_pixels import as_seen
from dsocr_integrations.engines.embedded.picture_glance import may_hold_text
from dsocr_integrations.engines.embedded.reactions import with_reactions_parted
from dsocr_integrations.engines.embedded.scan import pages as scan
from dsocr_integrations.grounding.writer import GroundedBlock, GroundedPage
from dsocr_integrations.modes import AUTO_MODE, mode_named
from dsocr_integrations.records.documents import ParseWarning, PointBox
from dsocr_integrations.records.readings import LayoutChoice

if TYPE_CHECKING:
    from dsocr_integrations.rendering import PageRegion

_GLANCE_DPI = 50.0

UNREADABLE = ParseWarning(
    kind=UNSOUND_LAYER,
    message="The text layer's words are not those that are printed, and nothing could be read from"
    " the pixels. Compare them with the page, or read it with a model engine.",
)
"""The doubt about a page of which only words that look wrong are known."""


def read(
    region: PageRegion, mode: str, languages: Sequence[str] = (), layout: LayoutChoice = "auto"
) -> GroundedPage:
    """Read a region.

    Args:
        region: What to read.
        mode: `auto` for native pixels and the text layer; any other mode resamples the
            pixels as the model would and leaves the text layer aside.
        languages: Packs of Tesseract for scans in scripts that RapidOCR does not read; all that
            are installed when empty.
        layout: How regions are told where the text layer is read and shows no sign of being
            wrong.

    Returns:
        Blocks in reading order, boxes in points of the region.

    Raises:
        SourceError: If the page cannot be loaded or drawn.
        EngineUnavailableError: If a package is missing.
    """
    if mode != AUTO_MODE:
        picture = as_seen(region.render_pixels(scan.SCAN_DPI), mode_named(mode))
        return scan.read_picture(picture, (region.width, region.height), languages)
    page = with_reactions_parted(region, _read(region, languages, layout))
    return with_molecules_whole(region, page)


def _read(region: PageRegion, languages: Sequence[str], layout: LayoutChoice) -> GroundedPage:
    """Read a region at its native pixels, or from its text layer."""
    if region.is_raster:
        return scan.read_page(region, languages)
    with region.page() as page:
        text = extract(page)
    verdict = judge(text, region.box)
    if verdict.layer in {TextLayer.MISSING, TextLayer.GARBAGE}:
        return _from_pixels(region, text, languages)
    if leaves_print_out(region, text):
        return _from_pixels(region, text, languages)
    checked = check(region, text, languages)
    if checked.useless:
        return _from_pixels(region, text, languages)
    is_sound = verdict.layer is TextLayer.SOUND and not checked.parts
    whole = born_digital.read_page(region, checked.text, layout if is_sound else "network")
    if verdict.layer is TextLayer.PARTIAL:
        whole = _with_pictures(region, whole, verdict.unread, languages)
    return replace(
        whole,
        parts=whole.parts | checked.parts,
        doubts=(*whole.doubts, *checked.doubts),
        layer_refuted=checked.refuted,
    )


def _from_pixels(region: PageRegion, text: PageText, languages: Sequence[str]) -> GroundedPage:
    """Read a page whose text layer is missing or not what is printed."""
    seen = _blank(region) or scan.read_page(region, languages)
    if seen.lines or not text.words:
        return replace(seen, layer_refuted=True)
    # Doubtful words are better than none.
    read = born_digital.read_page(region, text)
    return replace(read, parts=read.parts | seen.parts, doubts=(UNREADABLE,))


def _blank(region: PageRegion) -> GroundedPage | None:
    """The empty answer to a page of one colour, which needs no recognition."""
    extrema = region.render(_GLANCE_DPI).convert("L").getextrema()
    if extrema[0] != extrema[1]:
        return None
    return GroundedPage(region.width, region.height)


def _with_pictures(
    region: PageRegion,
    page: GroundedPage,
    pictures: tuple[PointBox, ...],
    languages: Sequence[str],
) -> GroundedPage:
    """Add the text that stands in pictures, each in the place of its picture block.

    A picture with a caption is a figure of the text, not a part of it.
    """
    blocks, parts, doubts = list(page.blocks), page.parts, page.doubts
    for picture in pictures:
        part = _part(region, picture)
        if part is None:
            continue
        left, top = part.box[0] - region.box[0], part.box[1] - region.box[1]
        place = _place(blocks, (left, top, left + part.width, top + part.height))
        if _has_caption(blocks, place - 1) or not may_hold_text(part):
            continue
        seen = scan.read_page(part, languages)
        blocks[place:place] = [
            _moved(block, left, top) for block in seen.blocks if block.text.strip()
        ]
        parts |= seen.parts
        doubts += seen.doubts
    return replace(page, blocks=tuple(blocks), parts=parts, doubts=doubts)


def _part(region: PageRegion, picture: PointBox) -> PageRegion | None:
    """The region of a picture within a region; `None` where they do not meet."""
    x0, y0 = max(picture[0], region.box[0]), max(picture[1], region.box[1])
    x1, y1 = min(picture[2], region.box[2]), min(picture[3], region.box[3])
    return replace(region, clip=(x0, y0, x1, y1)) if x1 - x0 > 1 and y1 - y0 > 1 else None


def _place(blocks: list[GroundedBlock], box: PointBox) -> int:
    """Where a picture's text belongs: behind its block, else before the first block below."""
    for place, block in enumerate(blocks):
        if block.label == "image" and block.boxes and _covers(box, block.boxes[0]):
            return place + 1
    for place, block in enumerate(blocks):
        if block.boxes and block.boxes[0][1] >= box[1]:
            return place
    return len(blocks)


def _has_caption(blocks: list[GroundedBlock], place: int) -> bool:
    """Whether a block is an image with a caption below, or above where no other image ends."""
    labels = [block.label for block in blocks]
    if not 0 <= place < len(labels) or labels[place] != "image":
        return False
    below = labels[place + 1 : place + 2] == ["image_caption"]
    above = labels[max(0, place - 2) : place]
    return below or (above[-1:] == ["image_caption"] and above != ["image", "image_caption"])


def _covers(outer: PointBox, inner: PointBox) -> bool:
    x, y = (inner[0] + inner[2]) / 2, (inner[1] + inner[3]) / 2
    return outer[0] <= x <= outer[2] and outer[1] <= y <= outer[3]


def _moved(block: GroundedBlock, x: float, y: float) -> GroundedBlock:
    return replace(
        block,
        boxes=tuple(_shift(box, x, y) for box in block.boxes),
        lines=tuple(replace(line, box=_shift(line.box, x, y)) for line in block.lines),
        words=tuple(replace(word, box=_shift(word.box, x, y)) for word in block.words),
    )


def _shift(box: PointBox, x: float, y: float) -> PointBox:
    return (box[0] + x, box[1] + y, box[2] + x, box[3] + y)
