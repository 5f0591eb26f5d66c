"""Give lines that RapidOCR's recogniser cannot read to the language pack of Tesseract that can.

Packs read one or two of the lines, those of the most usual scripts first, until one is certain; the
surest reads all of them. What none is sure of stays unread, and is told together with what would
help.
"""

from __future__ import annotations

import itertools
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dsocr_integrations.engines.embedded.scan import tesseract_lines
from dsocr_integrations.engines.embedded.scan.unread_lines import is_greek
from dsocr_integrations.engines.embedded.scan.word_placement import inked_pixels
from dsocr_integrations.records.documents import ParseWarning
from dsocr_integrations.writing import language_packs
from dsocr_integrations.writing.scripts import scripts_in

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from dsocr_integrations.engines.embedded.scan.recognised_line import TextLine

UNREAD_TEXT = "unread_text"
"""Kind of the doubt about print that was found and not read."""

SURE = 0.7
"""Mean confidence of the lines tried from which on a pack is believed; wrong ones stay below 0.6."""

SURE_UNNAMED = {"tha": 0.9}
"""The same where nobody named the pack: the Thai one gives Hebrew and Armenian up to 0.88."""

CERTAIN = 0.9
"""The same from which on no other pack is asked."""

LIKELY = 0.5
"""Confidence that a line needs once a pack was sure of its neighbours."""

SAMPLE = 2
"""Lines that each pack tries."""

WORTH_TELLING = 7.0
"""Line heights that unread lines are long together; a rule or a scratch may be found as a line."""

STROKES, MOST_INK = 0.8, 0.6
"""Strokes that a level cut through print meets for each height of its length, at least, and the
share of it that is ink, at most."""

LACKING, FEWEST_WORDS = 0.6, 3
"""Widths of a syllable by which a word is too wide where one is lacking, and the words of a line
that show how wide one is."""

OWN_SHARE = 0.6
"""Share of the letters read that are of the pack's own script."""

LETTERS = 0.25
"""Share of the letters and figures read that are of the pack's own script: dates have so many."""

MOST_TRIED = len(language_packs.PACKS)
"""Packs that are tried at most, one of each script first."""


@dataclass(frozen=True)
class OtherScripts:
    """Unread lines after Tesseract had a look.

    Attributes:
        read: The lines that could be read.
        doubts: What is to be told of the rest.
        asked: Whether Tesseract took part.
    """

    read: tuple[TextLine, ...] = ()
    doubts: tuple[ParseWarning, ...] = ()
    asked: bool = False


def read_other_scripts(
    image: NDArray[np.uint8], unread: Sequence[TextLine], languages: Sequence[str] = ()
) -> OtherScripts:
    """Read lines of other scripts, as far as packs for them are installed.

    Args:
        image: `(height, width, 3)` RGB, upright.
        unread: Lines that were not read, in pixels of the image.
        languages: Packs to choose from; all that are installed when empty.
    """
    if not unread:
        return OtherScripts()
    installed = set(tesseract_lines.languages())
    missing = [
        pack for pack in languages if language_packs.script_of_pack(pack) and pack not in installed
    ]
    rest = sorted(unread, key=lambda line: line.box[2] - line.box[0], reverse=True)
    candidates = _candidates(tuple(languages) or tuple(sorted(installed)), installed)
    read: list[TextLine] = []
    while rest and candidates:
        best, sureness = _surest(image, rest[:SAMPLE], candidates)
        if sureness < (SURE if best in languages else SURE_UNNAMED.get(best, SURE)):
            break
        lines = tesseract_lines.read_boxes(image, [line.box for line in rest], best)
        sure = [line.score >= LIKELY and _fits(line, best) for line in lines]
        read += [line for line, fits in zip(lines, sure, strict=True) if fits]
        rest = [line for line, fits in zip(rest, sure, strict=True) if not fits]
        candidates = [pack for pack in candidates if pack != best]
    length = sum((line.box[2] - line.box[0]) / max(line.height, 1.0) for line in rest)
    is_told = length >= WORTH_TELLING or any(_is_print(image, line) for line in rest)
    doubts = (_doubt(image, rest, missing, languages),) if is_told else ()
    gaps = sum(map(_lacks_letters, read))
    return OtherScripts(tuple(read), doubts + _lack(gaps), asked=bool(installed))


def _is_print(image: NDArray[np.uint8], line: TextLine) -> bool:
    """Whether a line that was not read is of many strokes, as words are."""
    if len(line.text) == 1:
        # So a hatched bar is read.
        return False
    x0, y0, x1, y1 = (max(0, round(edge)) for edge in line.box)
    ink = inked_pixels(image[y0:y1, x0:x1])
    strokes = int((ink[:, 1:] > ink[:, :-1]).sum()) / max(1, y1 - y0)
    return strokes >= STROKES * (x1 - x0) / max(1, y1 - y0) and float(ink.mean()) <= MOST_INK


def _lacks_letters(line: TextLine) -> bool:
    """Whether a word is far wider than its syllables, so that one of them was not read."""
    words = [word for word in line.words if scripts_in(word.text)["Hangul"] == len(word.text)]
    if len(words) < FEWEST_WORDS:
        return False
    widths = [(word.box[2] - word.box[0]) / len(word.text) for word in words]
    pitch = statistics.median(widths)
    return any(
        len(word.text) * (width - pitch) > LACKING * pitch
        for word, width in zip(words, widths, strict=True)
    )


def _lack(lines: int) -> tuple[ParseWarning, ...]:
    if not lines:
        return ()
    count = f"{lines} lines lack" if lines > 1 else "A line lacks"
    return (
        ParseWarning(
            kind=UNREAD_TEXT,
            message=f"{count} syllables that the pack could not read. Compare the page with its"
            " picture, or read it with a model engine.",
        ),
    )


def _candidates(packs: Sequence[str], installed: set[str]) -> list[str]:
    """Installed packs of other scripts, the first of each script before the second ones."""
    by_rank = itertools.zip_longest(*language_packs.PACKS.values())
    ranked = [pack for rank in by_rank for pack in rank if pack in packs and pack in installed]
    return ranked[:MOST_TRIED]


def _surest(
    image: NDArray[np.uint8], lines: Sequence[TextLine], packs: Sequence[str]
) -> tuple[str, float]:
    """The pack that reads lines best, and how sure of them it is."""
    best, most = packs[0], 0.0
    for pack in packs:
        answer = tesseract_lines.read_boxes(image, [line.box for line in lines], pack)
        if (sureness := _sureness(answer, pack)) > most:
            best, most = pack, sureness
        if most >= CERTAIN:
            break
    return best, most


def _sureness(lines: Sequence[TextLine], pack: str) -> float:
    fitting = [line.score for line in lines if _fits(line, pack)]
    return sum(fitting) / len(lines) if lines else 0.0


def _fits(line: TextLine, pack: str) -> bool:
    scripts = scripts_in(line.text)
    own = scripts[language_packs.script_of_pack(pack)]
    return own >= max(OWN_SHARE * scripts.total(), LETTERS * sum(map(str.isalnum, line.text)), 1)


def _doubt(
    image: NDArray[np.uint8],
    lines: Sequence[TextLine],
    missing: Sequence[str],
    languages: Sequence[str],
) -> ParseWarning:
    count = f"{len(lines)} lines of print" if len(lines) > 1 else "A line of print"
    script = _script_of(image, lines)
    packs = list(missing) or list(language_packs.packs_of(script)[:1])
    look = f", {script} by the look," if script else ""
    if not packs:
        packs = ["kor", "rus"]
        remedy = (
            "Install the pack of its language, such as Korean or Russian:"
            f" {language_packs.installation(packs)}"
        )
    elif languages and packs[0] in set(tesseract_lines.languages()).difference(languages):
        remedy = f"Name its pack among the languages: {','.join((*languages, packs[0]))}"
    elif set(packs) <= set(tesseract_lines.languages()):
        remedy = f"The pack {packs[0]} is not sure of it: compare the page with its picture"
    else:
        remedy = f"Install the pack of its language: {language_packs.installation(packs)}"
    return ParseWarning(
        kind=UNREAD_TEXT,
        message=f"{count}{look} could not be read. {remedy}; or read it with a model engine.",
    )


def _script_of(image: NDArray[np.uint8], lines: Sequence[TextLine]) -> str:
    """The script of unread lines, as far as it can be told; empty for those that are read here."""
    if any(is_greek(line.text) for line in lines):
        return "Greek"
    script = tesseract_lines.script_of(image, [line.box for line in lines])
    return script if language_packs.packs_of(script) else ""
