"""Text lines by tesseract, for scripts that RapidOCR's shipped model cannot read.

The model that ships with RapidOCR knows neither Cyrillic nor Korean. Where tesseract and a
language pack for them are installed, it reads the pages that come back empty.
"""

from __future__ import annotations

import functools
import io
import os
import shutil
import subprocess
from typing import TYPE_CHECKING

from dsocr_integrations.engines.embedded.scan.recognised_line import TextLine, WordBox, bounding_box
from dsocr_integrations.parent_process import end_with_parent

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

TIMEOUT = 120.0
"""Seconds for one page."""

MIN_CONFIDENCE = 30.0
"""Words below this confidence (0–100) are noise."""

_NO_LANGUAGE = frozenset({"osd", "equ"})


@functools.cache
def languages() -> tuple[str, ...]:
    """Installed language packs; empty where tesseract is not installed."""
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
    listed = (line.strip() for line in done.stdout.splitlines()[1:])
    return tuple(sorted(name for name in listed if name and name not in _NO_LANGUAGE))


def read_lines(image: NDArray[np.uint8]) -> list[TextLine]:
    """Read a picture with every installed language; empty where tesseract cannot.

    Args:
        image: `(height, width, 3)` RGB, upright.
    """
    from PIL import Image

    program = shutil.which("tesseract")
    if program is None or not languages():
        return []
    buffer = io.BytesIO()
    Image.fromarray(image).save(buffer, "PNG", compress_level=1)
    command = [program, "stdin", "stdout", "-l", "+".join(languages()), "--psm", "3", "tsv"]
    try:
        done = subprocess.run(
            command,
            input=buffer.getvalue(),
            capture_output=True,
            timeout=TIMEOUT,
            check=False,
            env={**os.environ, "OMP_THREAD_LIMIT": "1"},
            preexec_fn=end_with_parent,
        )
    except (OSError, subprocess.TimeoutExpired):
        return []
    return parse_tsv(done.stdout.decode("utf-8", "replace"))


def parse_tsv(table: str) -> list[TextLine]:
    """Lines of tesseract's TSV output, words joined by spaces."""
    lines: dict[tuple[str, ...], list[tuple[WordBox, float]]] = {}
    for row in table.splitlines()[1:]:
        fields = row.split("\t")
        if len(fields) < 12 or fields[0] != "5" or not fields[11].strip():
            continue
        confidence = float(fields[10])
        if confidence < MIN_CONFIDENCE:
            continue
        x, y, width, height = (float(value) for value in fields[6:10])
        word = WordBox(fields[11].strip(), (x, y, x + width, y + height))
        lines.setdefault(tuple(fields[1:5]), []).append((word, confidence))
    return [
        TextLine(
            " ".join(word.text for word, _ in words),
            bounding_box([word.box for word, _ in words]),
            sum(confidence for _, confidence in words) / len(words) / 100,
            tuple(word for word, _ in words),
        )
        for words in lines.values()
    ]
