"""Words with a line drawn through them: text that its author took back."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from dsocr_integrations.records.documents import PointBox

if TYPE_CHECKING:
    from dsocr_integrations.engines.embedded.born_digital.styled_words import StyledWord

_HIGHEST, _LOWEST = 0.38, 0.72
"""Where a line strikes a word out, as shares of its box from the top: within small letters, well
above their feet, where underlines and the rules of tables begin."""

_THICK = 0.16
"""A strike is at most this many sizes of type thick; more is a bar."""

_STRUCK = 0.6
"""Share of a word's width that the line goes through."""

_ON_WORDS = 0.75
"""Share of a line's length that words take up, the spaces between them left aside."""

_BAND = 8.0
"""Points."""

_LEVEL = 0.6
"""Points by which a level line may rise or fall."""


def with_strikes(
    words: Sequence[StyledWord], paths: Sequence[dict[str, Any]]
) -> tuple[StyledWord, ...]:
    """Mark the words that are struck out.

    A line that goes further than the words it runs through is a rule that happens to meet them.

    Args:
        words: Words of a page.
        paths: Its vector paths as `Page.get_cdrawings` gives them, those of annotations included.
    """
    lines = [line for path in paths for line in _level_lines(path)]
    if not lines:
        return tuple(words)
    struck: dict[int, float] = {}
    at_height = _by_height(words)
    for line in lines:
        near = at_height.get(int((line[1] + line[3]) / 2 // _BAND), ())
        hit = [place for place in near if _strikes(line, words[place])]
        is_on_letters = any(c.isalnum() for place in hit for c in words[place].text)
        if is_on_letters and _keeps_to(line, [words[place].box for place in hit]):
            for place in hit:
                struck[place] = struck.get(place, 0.0) + _shared(line, words[place].box)
    return tuple(
        replace(word, struck=True)
        if struck.get(place, 0.0) >= _STRUCK * (word.box[2] - word.box[0])
        else word
        for place, word in enumerate(words)
    )


def _by_height(words: Sequence[StyledWord]) -> dict[int, list[int]]:
    """Places of the words that stand in each band of the page."""
    bands: dict[int, list[int]] = {}
    for place, word in enumerate(words):
        for band in range(int(word.box[1] // _BAND), int(word.box[3] // _BAND) + 1):
            bands.setdefault(band, []).append(place)
    return bands


def _level_lines(path: dict[str, Any]) -> Iterator[PointBox]:
    """The level lines of a path, drawn as lines or as thin rectangles."""
    x0, y0, x1, y1 = path["rect"]
    if x1 - x0 < 2.0:
        return
    if path.get("color") is not None and path.get("stroke_opacity") != 0:
        half = (path.get("width") or 1.0) / 2
        for item in path["items"]:
            if item[0] == "l" and abs(item[1][1] - item[2][1]) <= _LEVEL:
                left, right = sorted((item[1][0], item[2][0]))
                level = (item[1][1] + item[2][1]) / 2
                yield (left, level - half, right, level + half)
    elif path.get("fill") is not None and y1 - y0 < 3.0:
        for item in path["items"]:
            if item[0] == "re":
                left, top, right, bottom = item[1][:4]
                yield (left, top, right, bottom)


def _strikes(line: PointBox, word: StyledWord) -> bool:
    if not word.horizontal or line[3] - line[1] > _THICK * word.size:
        return False
    top, height = word.box[1], word.height
    level = (line[1] + line[3]) / 2
    if not top + _HIGHEST * height <= level <= top + _LOWEST * height:
        return False
    return _shared(line, word.box) > 0.0


def _keeps_to(line: PointBox, boxes: Sequence[PointBox]) -> bool:
    left, right = min(box[0] for box in boxes), max(box[2] for box in boxes)
    gaps = sum(max(0.0, b[0] - a[2]) for a, b in _neighbours(boxes))
    height = boxes[0][3] - boxes[0][1]
    if max((b[0] - a[2] for a, b in _neighbours(boxes)), default=0.0) > height:
        return False
    on_words = min(line[2], right) - max(line[0], left) - gaps
    return on_words >= _ON_WORDS * (line[2] - line[0] - gaps)


def _neighbours(boxes: Sequence[PointBox]) -> Iterator[tuple[PointBox, PointBox]]:
    return itertools.pairwise(sorted(boxes))


def _shared(line: PointBox, box: PointBox) -> float:
    return max(0.0, min(line[2], box[2]) - max(line[0], box[0]))
