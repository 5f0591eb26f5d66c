"""Look up in the pixels what a text layer says where it shows a sign of being wrong.

A few lines of each doubtful font, and of an earlier recognition, are recognised. Where they say
otherwise than the layer, the words of that font are read from the pixels; the sound rest stays.
"""

from __future__ import annotations

import functools
import itertools
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING, Protocol

import numpy as np

from dsocr_integrations.engines.embedded.born_digital.glyph_shapes import misnamed_characters
from dsocr_integrations.engines.embedded.born_digital.layer_signs import (
    DoubtfulWords,
    doubtful_words,
)
from dsocr_integrations.engines.embedded.born_digital.line_text import line_text, union
from dsocr_integrations.engines.embedded.born_digital.styled_words import PageText, StyledWord
from dsocr_integrations.engines.embedded.parts import RECOGNISER, TESSERACT
from dsocr_integrations.engines.embedded.scan import pages as scan
from dsocr_integrations.engines.embedded.scan import tesseract_lines
from dsocr_integrations.engines.embedded.scan.recognised_line import TextLine
from dsocr_integrations.engines.embedded.scan.unread_lines import is_unread
from dsocr_integrations.records.documents import ParseWarning
from dsocr_integrations.writing import language_packs
from dsocr_integrations.writing.edit_distance import edit_distance
from dsocr_integrations.writing.letter_pairs import letter_pairs
from dsocr_integrations.writing.odd_words import has_hole, is_odd
from dsocr_integrations.writing.scripts import scripts_in
from dsocr_integrations.writing.twice_encoded import once_encoded

if TYPE_CHECKING:
    from PIL.Image import Image

    from dsocr_integrations.records.documents import PointBox
    from dsocr_integrations.rendering import PageRegion

UNSOUND_LAYER = "unsound_text_layer"
"""Kind of the doubt about words of a text layer that could neither be confirmed nor replaced."""

SAMPLE = 5
"""Lines looked up for each font; an earlier recognition gets twice as many."""

MIN_UNSEEN = 5
"""Fewer words of an earlier recognition are not worth a look."""

LONGEST = 90
"""Characters of a line that is looked up."""

CERTAIN = 0.8
"""Score from which on a recognised line can contradict a text layer."""

LARGEST_DIFFERENCE = 0.1
"""Share of characters in which a sound layer and a good recognition of it differ at most."""

SAME_WORD = 0.34
"""Two readings of one word differ in no larger share of its characters."""

SURE_OF_FIGURES = 0.95
"""Score from which on a recognised line contradicts the figures of an earlier recognition."""

FEWEST_CONTRADICTED = 2
"""Lines whose figures are contradicted; a single one may be the new recognition's mistake."""

MOST = 0.5
"""Share of a page's letters that must be wrong for all of it to be read from pixels."""


class Finding(Enum):
    """What the pixels say of doubtful words."""

    RIGHT = "right"
    WRONG = "wrong"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class CheckedText:
    """A text layer after what was doubtful in it was looked up.

    Attributes:
        text: The words, those of failing fonts as they were recognised.
        doubts: What could not be settled.
        refuted: Whether any word was found not to be what is printed.
        useless: Whether that is most of them, so that the page is better read from its pixels.
        parts: Third-party parts that took part.
    """

    text: PageText
    doubts: tuple[ParseWarning, ...] = ()
    refuted: bool = False
    useless: bool = False
    parts: frozenset[str] = frozenset()


@dataclass(frozen=True)
class _Run:
    """Neighbouring words of one font on one line."""

    places: tuple[int, ...]
    text: str
    box: PointBox


def check(region: PageRegion, text: PageText, languages: Sequence[str] = ()) -> CheckedText:
    """Look up the words of a page's text layer that show a sign of being wrong.

    Args:
        region: The page or a part of it; the words are the whole page's.
        text: Its text layer.
        languages: Packs of Tesseract for words in scripts that RapidOCR does not read; all that are
            installed when empty.

    Raises:
        BrokenSourceError: If the page cannot be drawn.
        EngineUnavailableError: If RapidOCR is missing.
    """
    text = replace(text, words=tuple(map(_with_sound_bytes, text.words)))
    with region.page() as page:
        misnamed = misnamed_characters(page)
    doubtful = [
        words
        for words in doubtful_words(text, misnamed)
        if words.font or len(words.places) >= MIN_UNSEEN
    ]
    if not doubtful:
        return CheckedText(text)
    read = _reader_of(region)
    wrong: set[int] = set()
    unknown: list[tuple[str, str]] = []
    parts = RECOGNISER
    words = list(text.words)
    for group in doubtful:
        sample = _sample(_runs(text.words, group.places), group)
        finding = _compare(sample, group, read)
        needed = _packs_for(sample) if finding is Finding.UNKNOWN else ()
        pack = next((pack for pack in needed if pack in _installed(languages)), "")
        if pack:
            finding = _compare(sample, group, functools.partial(read, pack=pack))
            parts |= TESSERACT
        if finding is Finding.UNKNOWN and not group.hint:
            unknown.append((group.font, "" if pack else "".join(needed[:1])))
        elif finding is Finding.WRONG:
            wrong.update(group.places)
    if _share(text.words, wrong) > MOST:
        return CheckedText(text, refuted=True, useless=True, parts=parts)
    failing = [group for group in doubtful if wrong.issuperset(group.places)]
    unread = [
        group.font
        for group in failing
        if not _replace(words, _runs(text.words, group.places), group, read)
    ]
    return CheckedText(
        replace(text, words=tuple(word for word in words if word.text)),
        doubts=tuple(_doubts(unknown, unread)),
        refuted=bool(wrong),
        parts=parts,
    )


def _with_sound_bytes(word: StyledWord) -> StyledWord:
    """A word of an earlier recognition whose bytes were taken for other characters, mended."""
    if word.visible or word.text.isascii():
        return word
    return replace(word, text=once_encoded(word.text))


def _packs_for(runs: Sequence[_Run]) -> tuple[str, ...]:
    """Packs of Tesseract for the script of most letters; none where RapidOCR reads it."""
    scripts = scripts_in("".join(run.text for run in runs))
    return language_packs.packs_of(scripts.most_common(1)[0][0]) if scripts else ()


def _installed(languages: Sequence[str]) -> set[str]:
    installed = set(tesseract_lines.languages())
    return installed.intersection(languages) if languages else installed


class Read(Protocol):
    """How runs of a page are recognised: by RapidOCR, or by a pack of Tesseract."""

    def __call__(self, runs: Sequence[_Run], pack: str = "") -> list[TextLine]:
        """One line for each run."""
        ...


def _reader_of(region: PageRegion) -> Read:
    whole = replace(region, clip=None)
    picture: Image = whole.render(scan.SCAN_DPI)
    across, down = picture.width / whole.width, picture.height / whole.height

    def read(runs: Sequence[_Run], pack: str = "") -> list[TextLine]:
        boxes = [
            (x0 * across, y0 * down, x1 * across, y1 * down)
            for x0, y0, x1, y1 in (run.box for run in runs)
        ]
        if pack:
            return tesseract_lines.read_boxes(np.asarray(picture.convert("RGB")), boxes, pack)
        lines = scan.read_boxes(picture, boxes)
        return [TextLine("", line.box, 0.0) if is_unread(line) else line for line in lines]

    return read


def _runs(words: Sequence[StyledWord], places: Sequence[int]) -> list[_Run]:
    runs: list[_Run] = []
    for _, group in itertools.groupby(
        enumerate(places), key=lambda pair: (pair[1] - pair[0], words[pair[1]].line)
    ):
        own = tuple(place for _, place in group)
        line = [words[place] for place in own]
        if all(word.horizontal for word in line):
            runs.append(_Run(own, line_text(line), union(word.box for word in line)))
    return runs


def _sample(runs: Sequence[_Run], group: DoubtfulWords) -> list[_Run]:
    """Runs that tell most: those with odd words, of some length, from all over the page."""
    usable = [run for run in runs if len(run.text) <= LONGEST] or list(runs)
    odd = [run for run in usable if not group.odd.isdisjoint(run.places)] or usable
    if group.font:
        return _spread(odd, SAMPLE)
    figures = _spread([run for run in odd if any(map(str.isdigit, run.text))], SAMPLE)
    others = _spread([run for run in odd if run not in figures], 2 * SAMPLE - len(figures))
    return [*figures, *others]


def _spread(runs: Sequence[_Run], wanted: int) -> list[_Run]:
    """Long runs from all over the page, as many as are wanted."""
    long = sorted(runs, key=lambda run: len(run.text), reverse=True)[: 3 * wanted]
    step = max(1, len(long) // wanted)
    return sorted(long, key=lambda run: run.places)[::step][:wanted]


def _compare(runs: Sequence[_Run], group: DoubtfulWords, read: Read) -> Finding:
    """What the pixels say of a few runs, each weighed by its length."""
    right = wrong = total = contradicted = 0
    for run, line in zip(runs, read(runs), strict=True):
        weight = len(_letters(run.text))
        total += weight
        if line.score < CERTAIN or not line.text or not _can_be_read(line.text):
            continue
        contradicted += line.score >= SURE_OF_FIGURES and _figures(run.text) != _figures(line.text)
        if _is_confirmed(run, line, group):
            right += weight
        else:
            wrong += weight
    if not group.font and contradicted >= FEWEST_CONTRADICTED:
        return Finding.WRONG
    if 2 * (right + wrong) < total or not total:
        return Finding.UNKNOWN
    # A font is wrong or right as a whole; an earlier recognition is as good as it is on average.
    return Finding.WRONG if wrong > right or (group.font and 3 * wrong > total) else Finding.RIGHT


def _is_confirmed(run: _Run, line: TextLine, group: DoubtfulWords) -> bool:
    """Whether a recognised line says what the layer does, and the layer has no holes in it.

    A few misnamed characters make a small difference, so that none is allowed where they stand.
    """
    said, seen = _letters(run.text), _letters(line.text)
    if not group.misnamed.isdisjoint(run.text):
        return _plain(said) == _plain(seen)
    alike = edit_distance(said, seen) <= LARGEST_DIFFERENCE * max(len(said), len(seen))
    return alike and not any(has_hole(word) for word in run.text.split())


def _can_be_read(text: str) -> bool:
    """Whether a recognised line is language as far as that can be told."""
    words = text.split()
    return not letter_pairs(words).are_unusual and 2 * sum(map(is_odd, words)) <= len(words)


def _letters(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def _figures(text: str) -> str:
    return "".join(filter(str.isdigit, unicodedata.normalize("NFKC", text)))


def _plain(text: str) -> str:
    return "".join(filter(str.isalnum, text))


def _share(words: Sequence[StyledWord], places: set[int]) -> float:
    total = sum(len(word.text) for word in words)
    return sum(len(words[place].text) for place in places) / total if total else 0.0


def _replace(
    words: list[StyledWord], runs: Sequence[_Run], group: DoubtfulWords, read: Read
) -> bool:
    """Put what is recognised in the place of the words; whether all of it is sure."""
    sure = True
    for run, line in zip(runs, read(runs), strict=True):
        if not line.words:
            sure = sure and len(run.text) < 2
            continue
        sure = sure and line.score >= CERTAIN
        if _is_confirmed(run, line, group):
            continue
        # The places of the page's words stay; where the new ones are fewer, some become empty.
        new = _parted(line, [len(words[place].text) for place in run.places])
        for place, text in zip(run.places, new, strict=True):
            misnamed = not group.misnamed.isdisjoint(words[place].text)
            words[place] = (
                replace(words[place], text=text) if misnamed else _better(words[place], text)
            )
    return sure


def _parted(line: TextLine, lengths: Sequence[int]) -> list[str]:
    """The words of a recognised line, as many as the layer has.

    Recognition often misses the white between words, where the layer's lengths tell it.
    """
    words = [word.text for word in line.words]
    joined = "".join(words)
    if len(words) == len(lengths):
        return words
    if len(joined) == sum(lengths):
        ends = list(itertools.accumulate(lengths, initial=0))
        return [joined[start:end] for start, end in itertools.pairwise(ends)]
    return [" ".join(words), *[""] * (len(lengths) - 1)]


def _better(was: StyledWord, text: str) -> StyledWord:
    """The layer's word where it is nearly what was recognised and looks sound, else the new one."""
    said, seen = _letters(was.text), _letters(text)
    alike = edit_distance(said, seen) <= SAME_WORD * max(len(said), len(seen))
    return was if alike and not is_odd(was.text) else replace(was, text=text)


def _doubts(unknown: Sequence[tuple[str, str]], unread: Sequence[str]) -> list[ParseWarning]:
    doubts = []
    for font, pack in unknown:
        what = f"the font {font}" if font else "an earlier recognition of this scan"
        remedy = (
            f"Install what reads them: {language_packs.installation([pack])}; c" if pack else "C"
        )
        doubts.append(
            f"The text layer's words of {what} may be wrong, and the pixels could neither confirm"
            f" nor refute them. {remedy}ompare them with the page, or read it with a model engine."
        )
    for font in unread:
        what = f"the font {font}" if font else "the earlier recognition of this scan"
        doubts.append(
            f"The text layer's words of {what} are not those that are printed, and their pixels"
            " could not be read with confidence. Compare them with the page, or read it with a"
            " model engine."
        )
    return [ParseWarning(kind=UNSOUND_LAYER, message=message) for message in doubts]
