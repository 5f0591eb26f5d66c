"""Lines at the head or foot of pages that stand there on several pages of a document."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dsocr_integrations.rendering.heading_levels import Look

EDGE = 0.08
"""Running heads and feet lie in this outer share of the page's height."""

FEWEST = 3
"""Pages on which a line stands at one height, if it is a running one."""

MOST = 500
"""Running lines of a document that are kept."""

FEWEST_LETTERS = 3
SAME_HEIGHT = 3.0
"""Points by which lines of one height differ at most."""

_NEAR = 3 * SAME_HEIGHT
_MANY = 100
"""Lines at the edges of a page that may be any of the running ones."""


@dataclass(frozen=True)
class RunningLines:
    """The running heads and feet of a document.

    Attributes:
        places: Letters and look of each, and between which heights its middle lies, in points.
    """

    places: tuple[tuple[str, Look | None, float, float], ...] = ()

    def holds(self, text: str, look: Look | None, middle: float) -> bool:
        """Whether a line is one of them; numbers in it do not count.

        A title that a document's later pages repeat is set otherwise there.

        Args:
            text: What it says.
            look: How it is set, if in one way.
            middle: Height of its middle on the page, in points.
        """
        said = _letters(text)
        return any(
            (said, look) == (letters, known) and low - SAME_HEIGHT <= middle <= high + SAME_HEIGHT
            for letters, known, low, high in self.places
        )

    def among(self, lines: Sequence[tuple[str, float]]) -> RunningLines:
        """Those that lines of a page may be, in whatever pieces these are read.

        Args:
            lines: Letters of the lines at the page's edges, and the heights of their middles.
        """
        if len(lines) > _MANY:
            return self
        return RunningLines(
            tuple(
                (letters, look, low, high)
                for letters, look, low, high in self.places
                if any(
                    (said in letters or letters in said) and low - _NEAR <= at <= high + _NEAR
                    for said, at in lines
                )
            )
        )


@dataclass
class EdgeLines:
    """What stands at the edges of a document's pages, as they are gone through."""

    _seen: dict[tuple[str, Look | None], set[tuple[float, int]]] = field(default_factory=dict)

    def add(self, text: str, look: Look | None, middle: float, page: int, height: float) -> None:
        """Note a line if it stands at an edge.

        Args:
            text: What it says.
            look: How it is set, if in one way.
            middle: Height of its middle in points.
            page: Number of its page.
            height: Of the page, in points.
        """
        if not EDGE * height < middle < (1 - EDGE) * height:
            letters = _letters(text)
            if len(letters) >= FEWEST_LETTERS:
                self._seen.setdefault((letters, look), set()).add((middle, page))

    def repeated(self) -> RunningLines:
        """Those that stand at one height of several pages, up to `MOST`."""
        found = (
            (letters, look, run[0][0], run[-1][0])
            for (letters, look), places in sorted(self._seen.items(), key=str)
            for run in _at_one_height(sorted(places))
            if len({page for _, page in run}) >= FEWEST
        )
        return RunningLines(tuple(islice(found, MOST)))

    def on_pages(self) -> dict[int, list[tuple[str, float]]]:
        """Letters and heights of the lines, by the numbers of their pages."""
        found: dict[int, list[tuple[str, float]]] = defaultdict(list)
        for (letters, _), places in self._seen.items():
            for middle, page in places:
                found[page].append((letters, middle))
        return found


def _at_one_height(places: Sequence[tuple[float, int]]) -> Iterator[Sequence[tuple[float, int]]]:
    start = 0
    for n in range(1, len(places) + 1):
        if n == len(places) or places[n][0] - places[n - 1][0] > SAME_HEIGHT:
            yield places[start:n]
            start = n


def _letters(text: str) -> str:
    """What a line says beside its page's number; of a short sign such as `AN170` all of it."""
    letters = re.sub(r"[\W\d_]+", "", text)
    return re.sub(r"[\W_]+", "", text) if 0 < len(letters) < FEWEST_LETTERS else letters
