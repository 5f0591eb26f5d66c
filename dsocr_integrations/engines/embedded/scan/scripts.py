r"""Raised and lowered characters of a recognised line, told from its pixels.

The recogniser reads `x_i` as `xi` and `km²` as `km2`. The marks of ink on the line's picture say
which characters are smaller than their neighbours and stand off the base line.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from dsocr_integrations.engines.embedded.scan.word_placement import character_middles, inked_pixels

if TYPE_CHECKING:
    from numpy.typing import NDArray

Extent = tuple[int, int, int, int]
"""Left, top, right and bottom of a mark of ink, in pixels of the line's picture."""

SMALL = 0.84
"""A raised or lowered character has at most this share of its usual height."""

LOWERED = 0.1
RAISED = 0.38
"""How far its foot stands off the base line at least, in heights of a capital."""

X_HEIGHT = 0.69
"""Height of an `x` in heights of a capital, where a line holds only one kind of letter."""

DOT = 0.2
"""A mark this small, in line heights, is the dot of the letter whose top it overlaps."""

NEIGHBOURS = 9
"""So many full-sized letters tell where the base line is."""

FEWEST = 2
"""Characters that a base line needs."""

_TALL = frozenset("ABCDEFGHIKLMNOPRSTUVWXYZbdfhkl0123456789ΓΔΘΛΞΠΣΥΦΨΩ")
_LOW = frozenset("acemnorsuvwxz")
_SHARES = {"i": 1.0, "t": 0.9, "j": 1.25, "p": 1.0, "q": 1.0, "g": 1.0, "y": 1.0}
"""Usual heights of other letters, in heights of a capital."""

_TAIL = dict.fromkeys("gjpqy", 0.28)
"""How far a letter reaches below the base line, in heights of a capital."""

LONGEST_NAME = 2
"""Letters hang on names this long at most."""

_NAME = re.compile(r"(?:[A-Za-z]+|[Α-Ωα-ωϕµ])$")
_WORD = re.compile(r"[A-Za-z]{3}")
_POWER = re.compile(r"(?<!\d)(?:10|2)$")
"""A numeral hangs on these numbers only; on others it is a misjudged digit of one number."""

_IN_WORD = re.compile(r"[a-z]")
_SHORT_WORDS = re.compile(
    r"(?:by|de|du|et|for|has|her|his|in|is|les?|not|of|or|our|out|the|und|von|was|with|you|zu)$"
)
"""Words that are far more often printed unevenly than a variable bears just these letters."""

_OPERATORS = frozenset("∂∇")
_SKIPPED, _SHARED = 0.3, 0.6
"""Costs, in line heights, of a mark no character stands for and of one that two stand for."""


@dataclass(frozen=True)
class _Measure:
    """Letter heights, and where full-sized letters stand: `(n, 2)` middles and feet."""

    feet: NDArray[np.float64]
    capital: float
    x_height: float

    def below(self, extent: Extent, y: float) -> float:
        """How far a height lies below the base line at a mark; negative above it.

        The letters around a mark give the base line there, since lines of a scan bend and fall.
        """
        away = np.abs(self.feet[:, 0] - (extent[0] + extent[2]) / 2)
        near = np.argsort(away, kind="stable")[:NEIGHBOURS]
        return y - float(np.median(self.feet[near, 1]))


def mark_scripts(
    text: str, columns: Sequence[int], steps: float, crop: NDArray[np.uint8]
) -> str | None:
    r"""Write a line with `_{…}` and `^{…}` where characters are lowered and raised.

    Args:
        text: The line as read, spaces included.
        columns: Time step of each character that is not a space.
        steps: Time steps that the line's width covers.
        crop: `(height, width, 3)` pixels of the line.

    Returns:
        The line so written; `None` where no character is raised or lowered.
    """
    characters = [character for character in text if not character.isspace()]
    marks = _marks(inked_pixels(crop))
    if len(characters) < 2 or not marks:
        return None
    middles = character_middles(characters, columns, steps, crop.shape[1])
    extents = _assigned(middles, marks, crop.shape[0])
    measure = _measure(characters, extents)
    if measure is None:
        return None
    kinds = [_kind(c, extent, measure) for c, extent in zip(characters, extents, strict=True)]
    written = _written(text, kinds)
    return written if written != text else None


def _marks(ink: NDArray[np.uint8]) -> list[Extent]:
    """Connected ink from left to right, with dots and bars joined to what they stand over."""
    import cv2

    dot = DOT * ink.shape[0]
    _, _, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    boxes = sorted((x, y, x + w, y + h) for x, y, w, h, area in stats[1:].tolist() if area >= 4)
    joined: list[Extent] = []
    for box in boxes:
        if joined:
            a = joined[-1]
            narrower = min(a[2] - a[0], box[2] - box[0])
            lower = min(a[3] - a[1], box[3] - box[1])
            least = 0.0 if max(narrower, lower) <= dot else 0.5 * narrower
            if min(a[2], box[2]) - max(a[0], box[0]) > least:
                joined[-1] = (a[0], min(a[1], box[1]), max(a[2], box[2]), max(a[3], box[3]))
                continue
        joined.append(box)
    return joined


def _assigned(
    middles: NDArray[np.float64], marks: Sequence[Extent], height: int
) -> list[Extent | None]:
    """The mark of each character; `None` where two characters share one."""
    if len(middles) == len(marks):
        return list(marks)
    centres = np.array([(mark[0] + mark[2]) / 2 for mark in marks])
    reach = 1.5 * height
    rows: list[dict[int, tuple[float, int]]] = []
    for middle in middles.tolist():
        first = int(np.searchsorted(centres, middle - reach))
        last = int(np.searchsorted(centres, middle + reach))
        near = range(first, last) or [min(first, len(marks) - 1)]
        row: dict[int, tuple[float, int]] = {}
        for place in near:
            cost, before = _cheapest(rows[-1] if rows else None, place, height)
            if math.isfinite(cost):
                row[place] = (cost + abs(float(centres[place]) - middle), before)
        if not row:
            return [None] * len(middles)
        rows.append(row)
    place = min(rows[-1], key=lambda key: rows[-1][key][0])
    places = [place]
    for row in reversed(rows[1:]):
        places.append(row[places[-1]][1])
    places.reverse()
    return [marks[p] if places.count(p) == 1 else None for p in places]


def _cheapest(
    row: dict[int, tuple[float, int]] | None, place: int, height: int
) -> tuple[float, int]:
    """Least cost of the characters before one that stands for the mark at `place`."""
    if row is None:
        return (0.0, -1)
    best = (math.inf, -1)
    for before, (cost, _) in row.items():
        if before > place:
            continue
        step = _SHARED if before == place else _SKIPPED * (place - before - 1)
        if cost + step * height < best[0]:
            best = (cost + step * height, before)
    return best


def _measure(characters: Sequence[str], extents: Sequence[Extent | None]) -> _Measure | None:
    """Base line and letter heights, from the full-sized characters of the line."""
    seen = [(c, e) for c, e in zip(characters, extents, strict=True) if e is not None]
    tall = [e for c, e in seen if c in _TALL]
    low = [e for c, e in seen if c in _LOW]
    capital, x_height = (
        float(np.percentile([e[3] - e[1] for e in part], 85)) if part else 0.0
        for part in (tall, low)
    )
    capital = max(capital, 1.2 * x_height)
    x_height = x_height or X_HEIGHT * capital
    full = [e for e in tall if e[3] - e[1] >= 0.88 * capital]
    full += [e for e in low if e[3] - e[1] >= 0.88 * x_height]
    if len(full) < FEWEST or capital < 10:
        return None
    return _Measure(np.array([((e[0] + e[2]) / 2, e[3]) for e in full]), capital, x_height)


def _kind(character: str, extent: Extent | None, measure: _Measure) -> str:
    """`_` for a lowered character, `^` for a raised one, else nothing."""
    if extent is None:
        return ""
    height, foot = extent[3] - extent[1], measure.below(extent, extent[3])
    foot -= _TAIL.get(character, 0.0) * min(height / _SHARES.get(character, 1.0), measure.capital)
    if character in "−-+":
        middle = measure.below(extent, (extent[1] + extent[3]) / 2)
        return "^" if middle < -0.62 * measure.capital else ""
    if character in _LOW:
        usual = measure.x_height
    elif character in _TALL:
        usual = measure.capital
    elif character in _SHARES:
        usual = _SHARES[character] * measure.capital
    else:
        return ""
    if not 0.35 * usual <= height <= SMALL * usual:
        return ""
    if foot >= LOWERED * measure.capital:
        return "_"
    return "^" if foot <= -RAISED * measure.capital else ""


def _written(text: str, kinds: Sequence[str]) -> str:
    """Put the marks in, where what is raised or lowered has something to hang on."""
    out: list[str] = []
    for token in text.split(" "):
        count = sum(not character.isspace() for character in token)
        out.append(_token(token, kinds[:count]))
        kinds = kinds[count:]
    return " ".join(out)


def _token(token: str, kinds: Sequence[str]) -> str:
    written, at = "", 0
    while at < len(token):
        end = at + 1
        kind = kinds[at]
        while kind and end < len(token) and kinds[end] == kind:
            end += 1
        part = token[at:end]
        hangs = bool(kind) and _hangs(written, part, token[end:], kind)
        written += f"{kind}{{{part}}}" if hangs else part
        at = end
    return written


def _hangs(before: str, part: str, after: str, kind: str) -> bool:
    """Whether `part` can be an index (`kind` is `_`) or an exponent of what stands before it.

    In `a^{ij}u_{x}`, `B^{L}` and `x^{n}` it is; letters that dance in the words of a playful
    typeface, and the raised ones of a trade mark, are not.
    """
    if not before or after.startswith("/") or part in {"-", "−", "+"}:
        return False
    if part.lstrip("-−+").isdigit():
        return _bears_numeral(before, after, kind)
    if _WORD.search(before):
        return False
    last = before[-1]
    if last in ")]}" or last in _OPERATORS or "{" in before:
        return True
    name = _NAME.search(before)
    if name is None or len(name[0]) > LONGEST_NAME:
        return False
    in_capitals = after[:1].isupper() and (last + part).isupper()
    is_word = _SHORT_WORDS.match(name[0] + part) and not after[:1].isalpha()
    prose = in_capitals or is_word or (name[0].isascii() and _IN_WORD.match(after))
    return not prose and (len(name[0]) == 1 or name[0] != before or not before.islower())


def _bears_numeral(before: str, after: str, kind: str) -> bool:
    """Whether a numeral can be an index or exponent of what stands before it.

    Figures of old type rise and fall by themselves, so that numbers bear raised ones only.
    """
    if before[-1].isalpha() or before[-1] in ")]}∂∇":
        return True
    return kind == "^" and not after[:1].isdigit() and _POWER.search(before) is not None
