"""Read a scanned page or a picture: pixels in, grounded blocks out."""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from dsocr_integrations.engines.embedded.parts import LAYOUT_MODEL, RECOGNISER, TESSERACT
from dsocr_integrations.engines.embedded.scan.bent_pages import (
    PageBend,
    find_bend,
    is_mostly_guessed,
    sure_characters,
)
from dsocr_integrations.engines.embedded.scan.check_boxes import with_check_boxes
from dsocr_integrations.engines.embedded.scan.check_marks import CHECK, with_check_marks
from dsocr_integrations.engines.embedded.scan.detected_line import DetectedLine
from dsocr_integrations.engines.embedded.scan.drop_capitals import (
    lift_drop_capitals,
    with_drop_capitals,
)
from dsocr_integrations.engines.embedded.scan.halftone import without_dots
from dsocr_integrations.engines.embedded.scan.hints import layout_hints
from dsocr_integrations.engines.embedded.scan.layout import lay_out
from dsocr_integrations.engines.embedded.scan.lone_marks import is_lone_figure, lone_marks
from dsocr_integrations.engines.embedded.scan.orientation import UprightPicture, turn_upright
from dsocr_integrations.engines.embedded.scan.other_scripts import read_other_scripts
from dsocr_integrations.engines.embedded.scan.reading_doubts import (
    unread_print,
    unsure_order,
    unsure_reading,
)
from dsocr_integrations.engines.embedded.scan.recognised_line import TextLine
from dsocr_integrations.engines.embedded.scan.text_recognition import (
    TextRecogniser,
    is_read,
)
from dsocr_integrations.engines.embedded.scan.unread_lines import SURE, is_unread
from dsocr_integrations.grounding.writer import GroundedPage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from PIL.Image import Image

    from dsocr_integrations.records.documents import PointBox
    from dsocr_integrations.rendering import PageRegion

SCAN_DPI = 200.0
"""Resolution at which a page of a document is drawn for recognition."""

LARGEST_SIDE = 5000
"""Pixels; a larger scan is reduced first, since its letters are still far larger than needed."""


@dataclass(frozen=True)
class _Print:
    """A picture turned upright, with what was read in it."""

    upright: UprightPicture
    capitals: list[TextLine]
    lines: list[TextLine]


class ScanReader:
    """Reads pictures of pages; its networks are opened with the first page and kept.

    Args:
        threads: Threads of each network.
    """

    def __init__(self, threads: int = 1) -> None:
        self._threads = threads
        self._recogniser: TextRecogniser | None = None
        self._lock = threading.Lock()

    def read_page(self, region: PageRegion, languages: Sequence[str] = ()) -> GroundedPage:
        """Read a region of a scanned page at its native pixels.

        Raises:
            BrokenSourceError: If the page cannot be drawn.
            EngineUnavailableError: If RapidOCR is missing.
        """
        picture = region.render_pixels(SCAN_DPI)
        return self.read_picture(picture, (region.width, region.height), languages)

    def read_picture(
        self, picture: Image, size: tuple[float, float], languages: Sequence[str] = ()
    ) -> GroundedPage:
        """Read a picture of a page.

        Args:
            picture: Any mode; read as RGB.
            size: Width and height of what it shows, in points; the blocks' boxes are in these.
            languages: Packs of Tesseract for lines in other scripts; all installed when empty.

        Raises:
            EngineUnavailableError: If RapidOCR is missing.
        """
        image = without_dots(np.asarray(_bounded(picture).convert("RGB")))
        with self._lock:
            recogniser = self._open()
            seen, bend = _read_level(image, recogniser)
            upright, capitals, found = seen.upright, seen.capitals, seen.lines
            figures, bullets = lone_marks(upright.image, upright.lines)
            lone = with_check_marks(upright.image, recogniser.read_all(upright.image, figures))
        found = with_check_boxes(upright.image, with_check_marks(upright.image, found))
        marks = [line for line in lone if line.text == CHECK or is_lone_figure(line)] + bullets
        unread = [line for line in found if is_unread(line)]
        others = read_other_scripts(upright.image, unread, languages)
        gone = {line.box for line in others.read}
        gone |= {
            line.box for line in unread if _is_bare(line) or (others.doubts and _is_junk(line))
        }
        lines = [line for line in found if is_read(line) and line.box not in gone]
        doubts = unsure_reading(lines) + others.doubts
        lines = with_drop_capitals([*lines, *others.read], capitals) + marks
        doubts = doubts or unread_print(upright.image, lines)
        parts = RECOGNISER | TESSERACT if others.asked else RECOGNISER
        hints = []
        if lines:
            hints = layout_hints(upright.image, lines)
            parts |= LAYOUT_MODEL
        points = np.diag([size[0] / image.shape[1], size[1] / image.shape[0], 1.0])
        to_source = points @ upright.to_source
        page = lay_out(upright.image, lines, hints, size, to_source)
        to_upright = np.asarray(np.linalg.inv(to_source), np.float64)
        page = replace(page, parts=parts, doubts=doubts or unsure_order(page.blocks, to_upright))
        return page if bend is None else bend.as_photographed(page)

    def read_boxes(self, picture: Image, boxes: Sequence[PointBox]) -> list[TextLine]:
        """Read level lines of which it is known where they stand.

        Args:
            picture: Any mode; read as RGB.
            boxes: In pixels of the picture.

        Returns:
            One line for each box, however unsure or empty it is.

        Raises:
            EngineUnavailableError: If RapidOCR is missing.
        """
        lines = [
            DetectedLine(((x0, y0), (x1, y0), (x1, y1), (x0, y1)), 1.0) for x0, y0, x1, y1 in boxes
        ]
        with self._lock:
            return self._open().read_all(np.asarray(picture.convert("RGB")), lines)

    def _open(self) -> TextRecogniser:
        if self._recogniser is None:
            self._recogniser = TextRecogniser(self._threads)
        return self._recogniser


def _read_level(
    image: NDArray[np.uint8], recogniser: TextRecogniser
) -> tuple[_Print, PageBend | None]:
    """Read a picture, and one whose lines bend once more with these made straight, if that helps."""
    seen = _read_upright(image, recogniser)
    bend = find_bend(image) if is_mostly_guessed(seen.lines) else None
    if bend is None:
        return seen, None
    level = _read_upright(bend.levelled(image), recogniser)
    if sure_characters(level.lines) <= sure_characters(seen.lines):
        return seen, None
    return level, bend


def _read_upright(image: NDArray[np.uint8], recogniser: TextRecogniser) -> _Print:
    upright, capitals = lift_drop_capitals(turn_upright(image, recogniser), recogniser)
    return _Print(upright, capitals, recogniser.read_all(upright.image, upright.lines))


def _is_bare(line: TextLine) -> bool:
    """Whether a line that was not read gave nothing but marks."""
    return not any(map(str.isalnum, line.text))


def _is_junk(line: TextLine) -> bool:
    """Whether what was read of a line that holds other print is better left out, once it is told."""
    return line.score < SURE


def _bounded(picture: Image) -> Image:
    if max(picture.size) <= LARGEST_SIDE:
        return picture
    smaller = picture.copy()
    smaller.thumbnail((LARGEST_SIDE, LARGEST_SIDE))
    return smaller


_reader = ScanReader()


def read_page(region: PageRegion, languages: Sequence[str] = ()) -> GroundedPage:
    """Read a region with the process's one reader.

    Raises:
        BrokenSourceError: If the page cannot be drawn.
        EngineUnavailableError: If RapidOCR is missing.
    """
    return _reader.read_page(region, languages)


def read_picture(
    picture: Image, size: tuple[float, float], languages: Sequence[str] = ()
) -> GroundedPage:
    """Read a picture with the process's one reader; see `ScanReader.read_picture`."""
    return _reader.read_picture(picture, size, languages)


def read_boxes(picture: Image, boxes: Sequence[PointBox]) -> list[TextLine]:
    """Read known lines with the process's one reader; see `ScanReader.read_boxes`."""
    return _reader.read_boxes(picture, boxes)
