"""Text lines of a picture by RapidOCR, with words placed where their ink is.

The wheel of RapidOCR ships its models; their paths are given explicitly, so that nothing is
ever downloaded. Detection sees a picture of bounded size, recognition cuts its lines from the
picture's own pixels.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from dsocr_integrations.engines.embedded.scan.detected_line import DetectedLine, sides
from dsocr_integrations.engines.embedded.scan.line_overlaps import without_overlaps
from dsocr_integrations.engines.embedded.scan.neighbour_ink import (
    has_neighbours,
    without_neighbours,
)
from dsocr_integrations.engines.embedded.scan.paragraphs import is_wide
from dsocr_integrations.engines.embedded.scan.recognised_line import (
    Quad,
    TextLine,
    WordBox,
    quad_of,
)
from dsocr_integrations.engines.embedded.scan.scripts import mark_scripts
from dsocr_integrations.engines.embedded.scan.word_placement import place_words
from dsocr_integrations.errors import EngineUnavailableError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from dsocr_integrations.records.documents import PointBox

    Pixels = NDArray[np.uint8]

DETECTION_LONG_SIDE = 2000
"""Longest side of the picture that detection sees; more costs time and finds nothing new."""

DETECTION_SHORT_SIDE = 736
"""Small pictures are enlarged towards this, since the detector misses tiny letters."""

MAX_ENLARGEMENT = 3.0
MIN_SCORE = 0.5
"""Lines read with less confidence are noise, lines of a drawing, or a script unknown to it."""

_MODELS = {
    "Det.model_path": "PP-OCRv6_det_small.onnx",
    "Rec.model_path": "PP-OCRv6_rec_small.onnx",
    "Cls.model_path": "ch_ppocr_mobile_v2.0_cls_mobile.onnx",
}


class TextRecogniser:
    """RapidOCR's detection, direction and recognition networks, opened once.

    Args:
        threads: Threads of each network.

    Raises:
        EngineUnavailableError: If RapidOCR or one of its model files is missing.
    """

    def __init__(self, threads: int = 1) -> None:
        self._ocr = _open_rapidocr(threads)

    def detect(self, image: Pixels) -> list[DetectedLine]:
        """Find lines of text.

        Args:
            image: `(height, width, 3)` RGB.

        Returns:
            Lines in pixels of `image`, roughly from top to bottom.
        """
        import cv2

        height, width = image.shape[:2]
        scale = detection_scale(width, height)
        seen = image
        if scale != 1.0:
            size = (max(1, round(width * scale)), max(1, round(height * scale)))
            how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
            seen = cv2.resize(image, size, interpolation=how)
        found = self._ocr(np.ascontiguousarray(seen[:, :, ::-1]), use_cls=False, use_rec=False)
        if getattr(found, "boxes", None) is None:
            return []
        factors = np.array([width / seen.shape[1], height / seen.shape[0]])
        return without_overlaps(
            [
                DetectedLine(quad_of(*(box * factors)), float(score))
                for box, score in zip(found.boxes, found.scores, strict=True)
            ]
        )

    def share_upside_down(self, image: Pixels, lines: Sequence[DetectedLine]) -> float:
        """Share of `lines` (0–1) that the direction network sees upside down."""
        crops = [_crop(image, line.quad) for line in lines]
        if not crops:
            return 0.0
        _, verdict = self._ocr.cls_and_rotate(crops)
        turned = [float(score) for label, score in verdict.cls_res if label == "180"]
        return sum(turned) / len(crops)

    def read(self, image: Pixels, lines: Sequence[DetectedLine]) -> list[TextLine]:
        """Read detected lines.

        Args:
            image: `(height, width, 3)` RGB, the picture in which they were found.
            lines: What to read.

        Returns:
            The lines that were read with enough confidence, in the order given.
        """
        return [line for line in self.read_all(image, lines) if is_read(line)]

    def read_all(self, image: Pixels, lines: Sequence[DetectedLine]) -> list[TextLine]:
        """Read detected lines; one answer for each, however unsure or empty it is."""
        boxes = [line.box for line in lines if line.is_level and not line.is_tall]
        crops = [_upright_crop(image, line, boxes) for line in lines]
        read = self._recognised(lines, crops)
        tall = [place for place, line in enumerate(lines) if line.is_tall]
        turned = [np.ascontiguousarray(crops[place][::-1, ::-1]) for place in tall]
        other = self._recognised([lines[place] for place in tall], turned)
        for place, line in zip(tall, other, strict=True):
            read[place] = max(read[place], line, key=lambda one: one.score)
        return read

    def _recognised(self, lines: Sequence[DetectedLine], crops: Sequence[Pixels]) -> list[TextLine]:
        if not crops:
            return []
        answer = self._ocr.recognize_txt([crop[:, :, ::-1] for crop in crops])
        read = zip(lines, crops, answer.txts, answer.scores, answer.word_results, strict=True)
        return [
            _text_line(line, crop, text, float(score), info)
            for line, crop, text, score, info in read
        ]


def is_read(line: TextLine) -> bool:
    """Whether a line was read with enough confidence."""
    return bool(line.text) and line.score >= MIN_SCORE


def detection_scale(width: int, height: int) -> float:
    """Factor by which a picture is resized before detection."""
    longer, shorter = max(width, height), min(width, height)
    if longer > DETECTION_LONG_SIDE:
        return DETECTION_LONG_SIDE / longer
    wanted = min(DETECTION_SHORT_SIDE / shorter, MAX_ENLARGEMENT)
    return max(1.0, min(wanted, DETECTION_LONG_SIDE / longer))


def _open_rapidocr(threads: int) -> Any:
    logging.getLogger("RapidOCR").setLevel(logging.CRITICAL)
    try:
        import rapidocr
    except ImportError as error:
        raise EngineUnavailableError(
            "RapidOCR, which reads scanned pages, is not installed.",
            remedy="Install it with: pip install 'dsocr-integrations[embedded]'.",
        ) from error
    folder = Path(rapidocr.__file__).parent / "models"
    missing = [name for name in _MODELS.values() if not (folder / name).is_file()]
    if missing:
        raise EngineUnavailableError(
            f"RapidOCR's model files are missing: {', '.join(missing)}.",
            remedy="Install rapidocr 3.10 from its wheel, which ships them.",
        )
    return rapidocr.RapidOCR(
        params={
            "Global.log_level": "critical",
            "Global.return_word_box": True,
            # Resizing is done here, with a better filter and from known rules.
            "Global.use_preprocess_img": False,
            "Det.limit_side_len": 32,
            # Scored by the whole box, a line that one high index widens would be lost.
            "Det.score_mode": "slow",
            # Short lines would be padded to 320 steps; half of that reads as well and costs half.
            "Rec.rec_img_shape": [3, 48, 160],
            "EngineConfig.onnxruntime.intra_op_num_threads": threads,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
            **{key: str(folder / name) for key, name in _MODELS.items()},
        }
    )


def _crop(image: Pixels, quad: Quad) -> Pixels:
    """Cut a line out, its edges made straight."""
    import cv2

    width, height = (max(1, round(side)) for side in sides(quad))
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    warp = cv2.getPerspectiveTransform(np.array(quad, np.float32), corners)
    crop: Pixels = cv2.warpPerspective(
        image, warp, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )
    return crop


def _upright_crop(image: Pixels, line: DetectedLine, level: Sequence[PointBox]) -> Pixels:
    """Cut a line out so that it is read from left to right, without ink of the `level` lines."""
    if line.is_tall:
        return np.rot90(_crop(image, line.quad))
    if not line.is_level or not has_neighbours(line.box, level):
        return _crop(image, line.quad)
    x, y = (max(0, int(v)) for v in line.box[:2])
    quad = quad_of(*((cx - x, cy - y) for cx, cy in line.quad))
    return _crop(without_neighbours(image, line.box), quad)


def _text_line(line: DetectedLine, crop: Pixels, text: str, score: float, info: Any) -> TextLine:
    box = line.box
    if not text.strip():
        return TextLine("", box, score)
    if line.is_tall:
        return TextLine(text.strip(), box, score, (WordBox(text.strip(), box),), vertical=True)
    columns = [column for word in info.word_cols for column in word]
    words = place_words(text, columns, info.line_txt_len, crop, box)
    if not line.is_level:
        words = tuple(replace(word, box=_along(line.quad, box, word.box)) for word in words)
    text = _spaced(text.strip(), words)
    marked = mark_scripts(text, columns, info.line_txt_len, crop)
    quad = None if line.is_level else line.quad
    return TextLine(text, box, score, words, marked=marked or "", quad=quad)


def _spaced(text: str, words: Sequence[WordBox]) -> str:
    """A line with spaces between its words, where no space was read between two."""
    if len(words) == len(text.split()) or any(map(is_wide, text)):
        return text
    return " ".join(word.text for word in words)


def _along(quad: Quad, box: PointBox, word: PointBox) -> PointBox:
    """The extent of a word of a slanted line, given its place between the ends of the line's box."""
    a, b, c, d = (np.array(corner) for corner in quad)
    start, stop = ((x - box[0]) / max(1.0, box[2] - box[0]) for x in (word[0], word[2]))
    corners = [edge + (end - edge) * at for edge, end in ((a, b), (d, c)) for at in (start, stop)]
    (x0, y0), (x1, y1) = np.min(corners, axis=0), np.max(corners, axis=0)
    return (float(x0), float(y0), float(x1), float(y1))
