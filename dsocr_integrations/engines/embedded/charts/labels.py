"""Joins glyphs into labels, in the order in which they were drawn.

Words by their boxes are no good for charts: turned labels overlap, neighbouring tick labels
run into each other, and exponents of a log axis stand on a line of their own. The order of
drawing and the pen's position tell labels apart.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from dsocr_integrations.engines.embedded.charts.scene import Color, Label, Point
from dsocr_integrations.engines.embedded.charts.tick_values import tick_value

_MONTH = re.compile(
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?"
    r"|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\.?(?: \d\d?,?)?(?: \d{4})?"
)
_TIME = re.compile(r"\d\d:\d\d|\d\d? [A-Z][a-z]{2}")


@dataclass(frozen=True)
class Glyph:
    """One drawn character.

    Attributes:
        text: The character.
        origin: Where the pen starts.
        direction: Unit vector of writing.
        advance: Width along the direction.
        size: Font size.
        color: Fill colour.
    """

    text: str
    origin: Point
    direction: Point
    advance: float
    size: float
    color: Color | None = None

    @property
    def end(self) -> Point:
        """Where the pen stops."""
        return (
            self.origin[0] + self.direction[0] * self.advance,
            self.origin[1] + self.direction[1] * self.advance,
        )

    @property
    def is_slanted(self) -> bool:
        """Whether it is written neither level nor upright; its advance is then a guess."""
        return min(abs(self.direction[0]), abs(self.direction[1])) > 0.1


@dataclass
class _Run:
    """A label in the making."""

    text: str
    first: Glyph
    last: Glyph
    raised: Glyph | None = None

    def label(self) -> Label | None:
        text = " ".join(unicodedata.normalize("NFKC", self.text).split())
        if not text:
            return None
        return Label(text, self.first.origin, self.last.end, self.first.size, self.first.color)


def join_glyphs(glyphs: Iterable[Glyph]) -> Iterator[Label]:
    """Join glyphs that follow each other on one baseline.

    Args:
        glyphs: In the order of drawing.

    Yields:
        One label for each run.
    """
    drawn = list(glyphs)
    # Where spaces are drawn as characters, a gap is the end of a label; in files that move
    # the pen instead (TeX), it may be a space.
    widest = 0.12 if any(glyph.text.isspace() for glyph in drawn) else 0.5
    run: _Run | None = None
    for glyph in drawn:
        if not glyph.text.isprintable() and not glyph.text.isspace():
            continue
        in_power = run is not None and _goes_on(run.raised, glyph)
        between = _between(run, glyph, widest) if run is not None else None
        between = "" if in_power else between
        if run is None or between is None:
            label = run.label() if run is not None else None
            if label is not None:
                yield label
            run = _Run(glyph.text, glyph, glyph)
            continue
        if between == "^":
            # Some writers put a blank of no width between a number and its exponent.
            run.text = run.text.rstrip()
        run.text += between + glyph.text
        if between == "^" or in_power:
            run.raised = glyph
        else:
            run.last, run.raised = glyph, None
    label = run.label() if run is not None else None
    if label is not None:
        yield label


def _between(run: _Run, glyph: Glyph, widest: float) -> str | None:
    """What stands between a run and the next glyph; `None` where a new label begins."""
    last = run.last
    size = run.first.size
    along_x, along_y = last.direction
    if along_x * glyph.direction[0] + along_y * glyph.direction[1] < 0.99:
        return None
    step = (glyph.origin[0] - last.end[0], glyph.origin[1] - last.end[1])
    gap = (step[0] * along_x + step[1] * along_y) / size
    rise = (step[0] * along_y - step[1] * along_x) / size
    is_raised = glyph.size < 0.85 * size and abs(gap) < 0.4 and 0.15 < rise < 0.75
    if is_raised or abs(rise) > 0.2 or glyph.size > 1.2 * last.size:
        return _off_line(run, glyph, gap, rise)
    if last.is_slanted:
        return "" if -0.8 < gap < 0.9 else None
    if glyph.text.isspace() or last.text.isspace():
        return "" if -0.3 < gap < 0.8 else None
    return _by_gap(run, glyph, gap, widest)


def _off_line(run: _Run, glyph: Glyph, gap: float, rise: float) -> str | None:
    """The same for a glyph that is raised, lowered, or larger than the one before it."""
    size = run.first.size
    smaller, close = glyph.size < 0.85 * size, abs(gap) < 0.4
    if smaller and close and 0.15 < rise < 0.75:
        return "^" if run.text.rstrip().endswith("10") else ""
    if run.last.size < 0.85 * size and close and _is_on_first_line(run, glyph):
        return "" if gap < 0.12 else " "
    return "" if smaller and close and abs(rise) < 0.5 else None


def _is_on_first_line(run: _Run, glyph: Glyph) -> bool:
    """Whether a glyph has the size and the baseline of a run's first: back from small letters."""
    x, y = run.first.direction
    step = (glyph.origin[0] - run.first.origin[0], glyph.origin[1] - run.first.origin[1])
    rise = step[0] * y - step[1] * x
    alike = abs(glyph.size - run.first.size) <= 0.05 * run.first.size
    return alike and abs(rise) <= 0.05 * glyph.size


def _goes_on(raised: Glyph | None, glyph: Glyph) -> bool:
    """Whether a glyph follows the one before it in an exponent."""
    if raised is None or abs(glyph.size - raised.size) > 0.1 * raised.size:
        return False
    return math.dist(raised.end, glyph.origin) <= 0.25 * raised.size


def _by_gap(run: _Run, glyph: Glyph, gap: float, widest: float) -> str | None:
    if gap < -0.35 or gap > widest:
        return None
    if gap < -0.12 and run.text[-1].isdigit() and glyph.text.isdigit():
        # Digits are not kerned that far: long numbers of neighbouring ticks overlap.
        return None
    if _TIME.fullmatch(run.text) and glyph.text.isdigit():
        return None
    if glyph.text.isupper() and _MONTH.fullmatch(run.text):
        # Names of months that fill their steps touch each other or overlap.
        return None
    if gap < 0.12:
        # Kerning inside a word, or the end of one tick label close to the next.
        starts_anew = gap > 0.02 and run.text[-1].islower() and glyph.text.isupper()
        return None if starts_anew else ""
    numbers = tick_value(run.text) is not None and (glyph.text.isdigit() or glyph.text == "−")
    return None if numbers else " "
