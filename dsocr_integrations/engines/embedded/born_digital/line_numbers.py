"""The numbers of lines that pleadings, manuscripts, laws and poems print in the margin."""

from __future__ import annotations

import itertools
import math
import re
import statistics
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from dsocr_integrations.engines.embedded.born_digital.line_text import union
from dsocr_integrations.engines.embedded.born_digital.styled_words import StyledWord

_FEWEST = {1: 6, 2: 5}
_FEWEST_OF_MANY = 3
"""A column of numbers that go up by one has at least six, by five at least three."""

_ALIGNED = 0.35
"""Sizes of type by which the edges of the numbers in a column may differ."""

_APART = 0.5
"""Sizes of type of white on both sides of the column."""

_WIDE = 2.5
"""White of more sizes of type within a line is that of a table."""

_TABULAR = 0.3
_RUNNING_ON = 0.2
"""Share of the numbered lines that begin in the middle of a sentence, if it is prose."""

_GOES_ON = re.compile(r"[^\W\d_]+[.,;:]?$")
_MOST_DIGITS = 4


def line_numbers(words: Sequence[StyledWord]) -> tuple[StyledWord, ...]:
    """The words that number the lines beside them.

    They stand in a column of their own and go up by equal steps. In steps of one they number
    lines of prose, as entries of a list or rows of a table do not begin in the middle of
    sentences; in wider steps, as many lines as the step lie between two of them.

    Args:
        words: All words of a page.
    """
    numbers = [w for w in words if _is_number(w)]
    if len(numbers) < _FEWEST_OF_MANY:
        return ()
    for edge in (2, 0):
        runs = [run for column in _columns(numbers, edge) for run in _runs(column)]
        for run in runs:
            if _number_lines(run, _own_words(run, runs, words)):
                others = [w for w in words if not any(w is number for number in run)]
                return (*run, *line_numbers(others))
    return ()


def _own_words(
    run: Sequence[StyledWord], runs: Sequence[Sequence[StyledWord]], words: Sequence[StyledWord]
) -> list[StyledWord]:
    """The words between the columns of numbers to the left and to the right of one."""
    left, right = min(word.box[0] for word in run), max(word.box[2] for word in run)
    others = [union(word.box for word in other) for other in runs if len(other) >= len(run) // 2]
    level = [box for box in others if box[1] < run[-1].box[3] and box[3] > run[0].box[1]]
    start = max((box[2] for box in level if box[2] < left), default=-math.inf)
    stop = min((box[0] for box in level if box[0] > right), default=math.inf)
    return [word for word in words if word.box[0] > start and word.box[2] < stop]


@contextmanager
def without_words(page: Any, words: Sequence[StyledWord]) -> Iterator[Any]:
    """A page that does not show some of its words; the layout model takes numbers for a list's.

    Args:
        page: An upright `pymupdf.Page`.
        words: What to leave out; the page itself is given where there are none.
    """
    if not words:
        yield page
        return
    import pymupdf

    with pymupdf.open() as document:
        document.insert_pdf(page.parent, from_page=page.number, to_page=page.number, annots=False)
        copy = document[0]
        for word in words:
            (x0, _, x1, _), (_, middle) = word.box, word.centre
            copy.add_redact_annot((x0, middle - 1, x1, middle + 1))
        copy.apply_redactions(images=0, graphics=0)
        yield copy


def _is_number(word: StyledWord) -> bool:
    text = word.text
    return word.horizontal and text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS


def _columns(numbers: Sequence[StyledWord], edge: int) -> Iterator[list[StyledWord]]:
    """Numbers whose right (edge 2) or left (edge 0) edges are in one line, from top to bottom."""
    column: list[StyledWord] = []
    for word in sorted(numbers, key=lambda word: word.box[edge]):
        if column and word.box[edge] - column[-1].box[edge] > _ALIGNED * word.size:
            yield sorted(column, key=lambda word: word.box[1])
            column = []
        column.append(word)
    yield sorted(column, key=lambda word: word.box[1])


def _runs(column: Sequence[StyledWord]) -> Iterator[list[StyledWord]]:
    """Numbers that go up by the same step each time."""
    run: list[StyledWord] = []
    for word in column:
        step = int(run[-1].text) - int(run[-2].text) if len(run) > 1 else None
        last = int(run[-1].text) if run else None
        if last is not None and int(word.text) - last != (step or max(1, int(word.text) - last)):
            yield run
            run = run[-1:] if int(word.text) > last else []
        run.append(word)
    yield run


def _number_lines(run: Sequence[StyledWord], words: Sequence[StyledWord]) -> bool:
    if len(run) < _FEWEST_OF_MANY:
        return False
    step = int(run[1].text) - int(run[0].text)
    if len(run) < _FEWEST.get(step, _FEWEST_OF_MANY):
        return False
    x0, top, x1, bottom = union(word.box for word in run)
    size = statistics.median(word.size for word in run)
    beside = [
        word
        for word in words
        if top <= word.centre[1] <= bottom and not any(word is number for number in run)
    ]
    if any(
        word.box[0] < x1 + _APART * size and word.box[2] > x0 - _APART * size for word in beside
    ):
        return False
    right = _rows([word for word in beside if word.box[0] > x1])
    left = _rows([word for word in beside if word.box[2] < x0])
    rows = max(left, right, key=len)
    if len(rows) < len(run) // 2 or _is_tabular(rows):
        return False
    if step > 1:
        between = [
            sum(a.centre[1] < _foot(row) <= b.box[3] + 1 for row in rows)
            for a, b in itertools.pairwise(run)
        ]
        return abs(statistics.median(between) - step) <= step // 4
    opening = [row for row in rows if any(_stands_at(number, row) for number in run)]
    first = [row[0].text for row in opening]
    running_on = sum(text[0].islower() and _GOES_ON.match(text) is not None for text in first)
    return running_on >= max(2, _RUNNING_ON * len(opening))


def _rows(words: Sequence[StyledWord]) -> list[list[StyledWord]]:
    rows: list[list[StyledWord]] = []
    for word in sorted(words, key=lambda word: word.box[3]):
        if rows and word.box[3] - rows[-1][0].box[3] < 0.5 * word.size:
            rows[-1].append(word)
        else:
            rows.append([word])
    return [sorted(row, key=lambda word: word.box[0]) for row in rows]


def _foot(row: Sequence[StyledWord]) -> float:
    return statistics.median(word.box[3] for word in row)


def _stands_at(number: StyledWord, row: Sequence[StyledWord]) -> bool:
    shared = min(number.box[3], row[0].box[3]) - max(number.box[1], row[0].box[1])
    return shared > 0.3 * min(number.height, row[0].height)


def _is_tabular(rows: Sequence[Sequence[StyledWord]]) -> bool:
    torn = sum(
        any(b.box[0] - a.box[2] > _WIDE * a.size for a, b in itertools.pairwise(row))
        for row in rows
    )
    return torn > _TABULAR * len(rows)
