"""Whether a scan's pixels lie on their side or upside down, by a look at its lines alone.

Lines of Latin, Greek or Cyrillic print have more ink above their small letters than below them:
capitals and ascenders are many, descenders few. A page is turned only where many lines say so and
hardly any says otherwise; print without that difference, such as Chinese or columns of figures,
is left as it lies.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

    from dsocr_integrations.rendering.regions import PageRegion

_LONGEST = 1300
"""Pixels of the longer side of what is looked at: lines of a page are ten and more high."""

_STRIPS = 8
_INK = 60
"""Grey levels from the paper's from which on a pixel is ink."""

_INKED = 4
"""Mean darkness, of 255, of a row in a strip that is no gap between lines."""

_LINE_HEIGHT = (7, 60)
_CORE = 0.5
"""Share of a line's darkest row that the rows of its small letters reach."""

_CLEARLY = 1.4
MIN_MORE = 40
"""Lines by which one side must outnumber the other."""

AGREEING = 0.75
"""Share of the lines with a clear difference that must have it on that side."""

OUTNUMBER = 3
"""How often as many that must be as where the page is read in the other direction."""


def page_turn(region: PageRegion) -> int:
    """Clockwise quarter turns that make a page's lines upright; 0 wherever that is not sure.

    Args:
        region: A page without a text layer.

    Raises:
        BrokenSourceError: If the page cannot be drawn.
    """
    from PIL.Image import Transpose

    ink = _ink(region.render(72 * _LONGEST / max(region.width, region.height)))
    across = _votes(ink)
    # The left edge comes to the bottom: what ran down the page runs to the right.
    along = _votes(ink.transpose(Transpose.ROTATE_90))
    if _more(across) >= OUTNUMBER * _more(along):
        return _sure(across, 0, 2)
    if _more(along) >= OUTNUMBER * _more(across):
        return _sure(along, 3, 1)
    return 0


def _more(votes: tuple[int, int]) -> int:
    return abs(votes[0] - votes[1])


def _sure(votes: tuple[int, int], above: int, below: int) -> int:
    if _more(votes) < MIN_MORE or max(votes) < AGREEING * sum(votes):
        return 0
    return above if votes[0] > votes[1] else below


def _ink(picture: Image) -> Image:
    grey = picture.convert("L")
    levels = grey.histogram()
    paper = max(range(256), key=levels.__getitem__)
    return grey.point([255 if abs(level - paper) > _INK else 0 for level in range(256)])


def _votes(ink: Image) -> tuple[int, int]:
    """Lines with clearly more ink above their small letters, and with more below."""
    from PIL.Image import Resampling

    # Columns of text need not stand line by line, so each strip is looked at by itself.
    profile = ink.resize((_STRIPS, ink.height), Resampling.BOX).tobytes()
    above = below = 0
    for column in range(_STRIPS):
        for line in _lines(profile[column::_STRIPS]):
            over, under = _beside_core(line)
            above += over > _CLEARLY * under
            below += under > _CLEARLY * over
    return above, below


def _lines(column: bytes) -> Iterator[Sequence[int]]:
    start = 0
    for place in range(len(column) + 1):
        if place < len(column) and column[place] > _INKED:
            continue
        if _LINE_HEIGHT[0] <= place - start <= _LINE_HEIGHT[1]:
            yield column[start:place]
        start = place + 1


def _beside_core(line: Sequence[int]) -> tuple[int, int]:
    """Ink above and below the rows of the small letters."""
    full = max(line)
    core = [place for place, darkness in enumerate(line) if darkness >= _CORE * full]
    return sum(line[: core[0]]), sum(line[core[-1] + 1 :])
