"""How much a page holds and how small it is printed, before anybody has read it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

    from dsocr_integrations.rendering import PageRegion
    from dsocr_integrations.rendering.words import Word

GLANCE_PIXELS = 1000
"""Longer side of the drawing that a page without a text layer is judged by, up to A4's size."""

MAX_GLANCE_PIXELS = 3000
"""That of larger pages, on which the same print is smaller: what is too fine to be seen at all
would count as none."""

_A4_POINTS = 842.0

CHARACTERS_A_TOKEN = 4.0
"""Of alphabetic scripts in the model's vocabulary, the blank after each word counted."""

TOKENS_A_CJK_CHARACTER = 0.75

_CJK_STARTS = 0x2E80
_EM_OF_WORD_BOX = 0.8
"""A word's box is as high as its line: about 1.25 em in the usual fonts."""

_EM_OF_INK = 1.5
"""A line's ink is about as high as its small letters with some ascenders: 0.65 em."""

_STRIPS = 12
_INK_CONTRAST = 40
_INKED = 12
_WIDTH_OF_INK = 0.75
"""Width of a character with its blank against the height of its line's ink."""

_FULL_LINE = 45
"""Mean darkness, of 255, of a line that is printed from side to side."""

_TEXT_HEIGHT = (2, 30)
"""Lower, in pixels, is a rule; higher, in thousandths of the longer side, is a picture."""

_NUMBER_SHARE = 0.3
_MIN_TABLE_WORDS = 40


@dataclass(frozen=True)
class PageDensity:
    """What a page asks of the resolution it is shown at.

    Attributes:
        text_tokens: Tokens that its text takes, about.
        small_print: Size of its smaller print (em) in thousandths of the page's longer side;
            `None` where there is no print.
        has_figures_in_rows: Whether numbers make up so much of it that it must be a table.
        is_measured: Whether that comes from words; an estimate from ink otherwise.
    """

    text_tokens: float
    small_print: float | None
    has_figures_in_rows: bool
    is_measured: bool


def density_of_words(words: Sequence[Word], page: tuple[float, float]) -> PageDensity:
    """Measure a page by its text layer.

    Args:
        words: Words of a text layer that can be what is printed.
        page: Width and height of the page in points.
    """
    tokens = 0.0
    heights: list[tuple[float, int]] = []
    numeric = 0
    for word in words:
        cjk = sum(ord(character) >= _CJK_STARTS for character in word.text)
        tokens += cjk * TOKENS_A_CJK_CHARACTER
        tokens += (len(word.text) - cjk + (cjk == 0)) / CHARACTERS_A_TOKEN
        numeric += any(character.isdigit() for character in word.text)
        heights.append((word.box[3] - word.box[1], len(word.text)))
    small = _low_decile(heights)
    return PageDensity(
        text_tokens=tokens,
        small_print=None if small is None else _EM_OF_WORD_BOX * small * 1000 / max(page),
        has_figures_in_rows=len(words) >= _MIN_TABLE_WORDS
        and numeric >= _NUMBER_SHARE * len(words),
        is_measured=True,
    )


def density_of_ink(region: PageRegion) -> PageDensity:
    """Estimate a page's text from a small drawing of it, by the lines of ink in it.

    Clean pages are estimated at 1 to 1.4 times the text they hold; pictures count as text
    where they look like lines, so that the error is on the careful side.
    """
    longer = max(region.width, region.height)
    glance = min(MAX_GLANCE_PIXELS, GLANCE_PIXELS * max(1.0, longer / _A4_POINTS))
    return _density_of_picture(region.render(72 * glance / longer), glance / 1000)


def _density_of_picture(picture: Image, thousandth: float) -> PageDensity:
    from PIL.Image import Resampling

    grey = picture.convert("L")
    levels = grey.histogram()
    paper = max(range(256), key=levels.__getitem__)
    dark = [
        min(255, 2 * abs(level - paper)) if abs(level - paper) > _INK_CONTRAST else 0
        for level in range(256)
    ]
    # Columns of text need not stand line by line, so each strip is looked at by itself.
    profile = grey.point(dark).resize((_STRIPS, grey.height), Resampling.BOX).tobytes()
    strip = grey.width / _STRIPS
    characters = 0.0
    heights: list[int] = []
    for column in range(_STRIPS):
        for height, darkness in _lines(profile[column::_STRIPS]):
            if _TEXT_HEIGHT[0] <= height <= _TEXT_HEIGHT[1] * thousandth:
                heights.append(height)
                filled = min(1.0, darkness / _FULL_LINE)
                characters += filled * strip / (_WIDTH_OF_INK * height)
    return PageDensity(
        text_tokens=characters / CHARACTERS_A_TOKEN,
        small_print=_EM_OF_INK * median(heights) / thousandth if heights else None,
        has_figures_in_rows=False,
        is_measured=False,
    )


def _lines(column: bytes) -> list[tuple[int, float]]:
    """Runs of inked rows as `(height, mean darkness)`."""
    runs: list[tuple[int, float]] = []
    start = 0
    for place in range(len(column) + 1):
        if place < len(column) and column[place] > _INKED:
            continue
        if place > start:
            runs.append((place - start, sum(column[start:place]) / (place - start)))
        start = place + 1
    return runs


def _low_decile(heights: list[tuple[float, int]]) -> float | None:
    """The height below which a tenth of the characters are printed."""
    total = sum(count for _, count in heights)
    passed = 0
    for height, count in sorted(heights):
        passed += count
        if passed >= 0.1 * total:
            return height
    return None
