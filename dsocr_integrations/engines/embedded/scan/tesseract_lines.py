"""Text lines by Tesseract, for scripts that RapidOCR's shipped model cannot read.

The model that ships with RapidOCR knows Latin, Chinese and Japanese. Where Tesseract and a language
pack of another script are installed, it reads the lines that stay unread.
"""

from __future__ import annotations

import functools
import io
import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from dsocr_integrations.engines.embedded.scan.recognised_line import TextLine, WordBox, bounding_box
from dsocr_integrations.parent_process import end_with_parent
from dsocr_integrations.writing import scripts

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL.Image import Image

    from dsocr_integrations.records.documents import PointBox

TIMEOUT = 120.0
"""Seconds for the lines of one page."""

MIN_CONFIDENCE = 30.0
"""Words below this confidence (0–100) are noise."""

BEST_HEIGHT = 40.0
"""Pixels; lines of lower print are enlarged to that."""

MARGIN = 0.2
"""White around a line, in its heights."""

NO_SPACE = 0.3
"""White between letters of one word, in line heights, at most, in scripts whose packs part them."""

_PARTED = frozenset({"Hangul", "Thai", "Lao", "Khmer", "Myanmar"})
"""Scripts whose words come as syllables or letters: Tesseract's table has no other pieces."""

_NO_LANGUAGE = frozenset({"osd", "equ"})
_SCRIPT = re.compile(r"^Script: (\w+)", re.MULTILINE)


@functools.cache
def languages() -> tuple[str, ...]:
    """Installed language packs; empty where Tesseract is not installed."""
    return tuple(name for name in _listed() if name not in _NO_LANGUAGE)


@functools.cache
def _listed() -> tuple[str, ...]:
    program = shutil.which("tesseract")
    if program is None:
        return ()
    try:
        done = subprocess.run(
            [program, "--list-langs"],
            capture_output=True,
            text=True,
            errors="replace",
            timeout=10,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ()
    return tuple(sorted(filter(None, (line.strip() for line in done.stdout.splitlines()[1:]))))


def read_boxes(image: NDArray[np.uint8], boxes: Sequence[PointBox], pack: str) -> list[TextLine]:
    """Read known level lines with one language pack.

    Args:
        image: `(height, width, 3)` RGB, upright.
        boxes: Where the lines stand, in pixels.
        pack: Name of an installed pack.

    Returns:
        One line for each box, without text where Tesseract finds none.
    """
    crops = [_cut(image, box) for box in boxes]
    if not crops:
        return []
    buffer = io.BytesIO()
    first, *others = (picture for picture, _, _ in crops)
    first.save(buffer, "TIFF", save_all=True, append_images=others, dpi=(200, 200))
    table = _asked(buffer.getvalue(), "-l", pack, "--psm", "7", "tsv")
    found: dict[int, list[TextLine]] = {}
    for page, line in parse_tsv(table):
        found.setdefault(page, []).append(line)
    return [
        _placed(found.get(page, []), box, crop[1], crop[2])
        for page, (box, crop) in enumerate(zip(boxes, crops, strict=True), start=1)
    ]


def script_of(image: NDArray[np.uint8], boxes: Sequence[PointBox]) -> str:
    """The script of lines by Tesseract's own look at them; empty where it cannot tell."""
    if "osd" not in _listed() or not boxes:
        return ""
    from PIL import Image

    crops = [_cut(image, box)[0] for box in boxes]
    width, height = max(crop.width for crop in crops), sum(crop.height for crop in crops)
    page = Image.new("L", (width, height), 255)
    top = 0
    for crop in crops:
        page.paste(crop, (0, top))
        top += crop.height
    buffer = io.BytesIO()
    page.save(buffer, "PNG")
    told = _asked(buffer.getvalue(), "--psm", "0", "-c", "min_characters_to_try=8")
    script = _SCRIPT.search(told)
    return script[1] if script else ""


def _cut(image: NDArray[np.uint8], box: PointBox) -> tuple[Image, tuple[float, float], float]:
    """A line with some margin, its corner on the page, and by how much it is enlarged."""
    from PIL import Image

    height = max(1.0, box[3] - box[1])
    x0, y0 = max(0, round(box[0] - MARGIN * height)), max(0, round(box[1] - MARGIN * height))
    x1, y1 = round(box[2] + MARGIN * height), round(box[3] + MARGIN * height)
    picture = Image.fromarray(image[y0:y1, x0:x1]).convert("L")
    scale = max(1.0, BEST_HEIGHT / height)
    size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    return picture.resize(size, Image.Resampling.BICUBIC), (x0, y0), scale


def _asked(picture: bytes, *arguments: str) -> str:
    program = shutil.which("tesseract")
    if program is None:
        return ""
    try:
        done = subprocess.run(
            [program, "stdin", "stdout", *arguments],
            input=picture,
            capture_output=True,
            timeout=TIMEOUT,
            check=False,
            env={**os.environ, "OMP_THREAD_LIMIT": "1"},
            preexec_fn=end_with_parent,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.decode("utf-8", "replace")


def _placed(
    found: Sequence[TextLine], box: PointBox, corner: tuple[float, float], scale: float
) -> TextLine:
    """What was found in the cut of a line as that line of the page."""
    if not found:
        return TextLine("", box, 0.0)
    words = tuple(
        replace(word, box=_moved(word.box, corner, scale)) for line in found for word in line.words
    )
    score = sum(line.score * len(line.text) for line in found)
    return TextLine(
        " ".join(line.text for line in found),
        box,
        score / sum(len(line.text) for line in found),
        words,
    )


def _moved(box: PointBox, corner: tuple[float, float], scale: float) -> PointBox:
    x, y = corner
    return (box[0] / scale + x, box[1] / scale + y, box[2] / scale + x, box[3] / scale + y)


def parse_tsv(table: str) -> list[tuple[int, TextLine]]:
    """Lines of Tesseract's TSV output with the number of their picture, words joined by spaces.

    A line's score is that of all its words; those of next to none are noise, and left out.
    """
    lines: dict[tuple[str, ...], list[tuple[WordBox, float]]] = {}
    for row in table.splitlines()[1:]:
        fields = row.split("\t")
        if len(fields) < 12 or fields[0] != "5" or not fields[11].strip():
            continue
        x, y, width, height = (float(value) for value in fields[6:10])
        word = WordBox(fields[11].strip(), (x, y, x + width, y + height))
        lines.setdefault(tuple(fields[1:5]), []).append((word, float(fields[10])))
    return [
        (int(place[0]), _line(words))
        for place, words in lines.items()
        if any(confidence >= MIN_CONFIDENCE for _, confidence in words)
    ]


def _line(words: Sequence[tuple[WordBox, float]]) -> TextLine:
    kept = _whole([word for word, confidence in words if confidence >= MIN_CONFIDENCE])
    weights = [len(word.text) for word, _ in words]
    score = sum(w * max(0.0, c) for w, (_, c) in zip(weights, words, strict=True)) / sum(weights)
    return TextLine(
        " ".join(word.text for word in kept),
        bounding_box([word.box for word in kept]),
        score / 100,
        tuple(kept),
    )


def _whole(words: Sequence[WordBox]) -> list[WordBox]:
    """The words, those of scripts whose packs part them of all their letters."""
    whole: list[WordBox] = []
    for word in words:
        before = whole[-1] if whole else None
        if before and _is_one_word(before, word):
            whole[-1] = WordBox(before.text + word.text, bounding_box([before.box, word.box]))
        else:
            whole.append(word)
    return [replace(word, text=_composed(word.text)) for word in whole]


def _composed(text: str) -> str:
    """Thai and Lao vowels that the packs write as two characters, as they are typed."""
    return text.replace("\u0e4d\u0e32", "\u0e33").replace("\u0ecd\u0eb2", "\u0eb3")


def _is_one_word(first: WordBox, second: WordBox) -> bool:
    before, after = scripts.script_of(first.text[-1]), scripts.script_of(second.text[0])
    if before != after or before not in _PARTED:
        return False
    # A syllable of Korean is as high as the line, a letter of the others often half as high.
    heights = [word.box[3] - word.box[1] for word in (first, second)]
    height = heights[1] if before == "Hangul" else max(heights)
    return second.box[0] - first.box[2] < NO_SPACE * height
