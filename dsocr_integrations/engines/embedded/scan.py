"""Read a scanned page or a picture: pixels in, grounded blocks out."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from dsocr_integrations.documents import PointBox
from dsocr_integrations.engines.embedded.drawn_rules import DrawnRules, find_rules
from dsocr_integrations.engines.embedded.grounded import GroundedBlock, GroundedLine, GroundedPage
from dsocr_integrations.engines.embedded.paragraphs import chains, join_text, paragraphs
from dsocr_integrations.engines.embedded.reading_order import Piece, reading_order
from dsocr_integrations.engines.embedded.recognised_line import TextLine, bounding_box
from dsocr_integrations.engines.embedded.scan_tables import ScanTable, find_tables
from dsocr_integrations.engines.embedded.text_recognition import TextRecogniser
from dsocr_integrations.engines.embedded.text_segments import median_height, segments

if TYPE_CHECKING:
    from PIL.Image import Image

    from dsocr_integrations.rendering import PageRegion

SCAN_DPI = 200.0
"""Resolution at which a page of a document is drawn for recognition."""


class ScanReader:
    """Reads pictures of pages; its networks are opened with the first page and kept.

    Args:
        threads: Threads of each network.
    """

    def __init__(self, threads: int = 1) -> None:
        self._threads = threads
        self._recogniser: TextRecogniser | None = None
        self._lock = threading.Lock()

    def read_page(self, region: PageRegion) -> GroundedPage:
        """Read a region of a scanned page at its native pixels.

        Raises:
            BrokenSourceError: If the page cannot be drawn.
            EngineUnavailableError: If RapidOCR is missing.
        """
        picture = region.render_pixels(SCAN_DPI)
        return self.read_picture(picture, (region.width, region.height))

    def read_picture(self, picture: Image, size: tuple[float, float]) -> GroundedPage:
        """Read a picture of a page.

        Args:
            picture: Any mode; read as RGB.
            size: Width and height of what it shows, in points; the blocks' boxes are in these.

        Raises:
            EngineUnavailableError: If RapidOCR is missing.
        """
        image = np.asarray(picture.convert("RGB"))
        with self._lock:
            recogniser = self._open()
            lines = recogniser.read(image, recogniser.detect(image))
        grey = np.asarray(picture.convert("L"))
        rules = find_rules(grey, median_height(lines))
        scale = (size[0] / image.shape[1], size[1] / image.shape[0])
        return lay_out(lines, rules, size, scale)

    def _open(self) -> TextRecogniser:
        if self._recogniser is None:
            self._recogniser = TextRecogniser(self._threads)
        return self._recogniser


def lay_out(
    lines: list[TextLine],
    rules: DrawnRules,
    size: tuple[float, float],
    scale: tuple[float, float],
) -> GroundedPage:
    """Turn lines into blocks in reading order.

    Args:
        lines: In pixels.
        rules: Drawn rules, in pixels.
        size: Width and height of the page in points.
        scale: Points a pixel, horizontally and vertically.
    """
    height = median_height(lines)
    tables = find_tables(lines, rules, height)
    taken = {id(line) for table in tables for line in table.lines}
    runs = chains(segments(line for line in lines if id(line) not in taken))
    pieces = [Piece(bounding_box([x.box for x in run]), tuple(x.box for x in run)) for run in runs]
    pieces += [Piece(table.box) for table in tables]
    blocks: list[GroundedBlock] = []
    for index in reading_order(pieces, height):
        if index < len(runs):
            blocks.extend(_text_block(group, scale) for group in paragraphs(runs[index]))
        else:
            blocks.append(_table_block(tables[index - len(runs)], scale))
    return GroundedPage(size[0], size[1], tuple(blocks))


def _table_block(table: ScanTable, scale: tuple[float, float]) -> GroundedBlock:
    return replace(
        _text_block(list(table.lines), scale),
        label="table",
        boxes=(_points(table.box, scale),),
        text=table.grid.to_html(),
    )


def _text_block(lines: list[TextLine], scale: tuple[float, float]) -> GroundedBlock:
    return GroundedBlock(
        label="text",
        boxes=(_points(bounding_box([line.box for line in lines]), scale),),
        text=join_text(lines),
        confidence=round(sum(line.score for line in lines) / len(lines), 4),
        lines=tuple(
            GroundedLine(_points(line.box, scale), line.text, round(line.score, 4))
            for line in lines
        ),
    )


def _points(box: PointBox, scale: tuple[float, float]) -> PointBox:
    return (box[0] * scale[0], box[1] * scale[1], box[2] * scale[0], box[3] * scale[1])


_reader = ScanReader()


def read_page(region: PageRegion) -> GroundedPage:
    """Read a region with the process's one reader.

    Raises:
        BrokenSourceError: If the page cannot be drawn.
        EngineUnavailableError: If RapidOCR is missing.
    """
    return _reader.read_page(region)


def read_picture(picture: Image, size: tuple[float, float]) -> GroundedPage:
    """Read a picture with the process's one reader; see `ScanReader.read_picture`."""
    return _reader.read_picture(picture, size)


def fingerprint() -> str:
    """What reads scans here, with versions."""
    return TextRecogniser.fingerprint()
