"""Tell a model that runs in circles from a page that repeats itself.

A decoder that loops goes on until it is cut off: the answer *ends* inside the repetition.
A genuine page that repeats (a table of zeros, a form, a refrain, dot leaders) is written to
its end and the table is closed. So a repetition at the end of the text needs little to count,
one in the middle needs a lot.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from dsocr_integrations.records.documents import RawBox

TAIL_WINDOW = 6_000
"""Characters at the end of the text that are searched for a repeated tail."""

MIN_REPEATS = 6
MIN_TAIL = 120
"""Shortest repeated tail of text that counts, in characters."""

MIN_TRIVIAL_TAIL = 1_200
"""Shortest repeated tail without letters: leaders, blanks to fill in, empty cells run long."""

PHRASE = 10
"""Words of a phrase whose return at equal distances is counted."""

WINDOW = 600
MAX_INNER_PERIOD = 100
MIN_INNER = 1_500
"""Shortest repetition of letters in the middle of prose that counts; in tables twice that."""

MIN_PHRASE_REPEATS = 12
MIN_PHRASE_WORDS = 240
"""Words that a repeated phrase must cover before it counts away from the end."""

MIN_SENTENCE_REPEATS = 12
"""Repeats inside one paragraph, or in a column of blocks, that no page to fill in explains."""

MIN_SENTENCE_WORDS = 4
MAX_SENTENCE_WORDS = 24

MIN_LEADER = 1_200
"""Shortest run of dots, dashes or blanks that counts wherever it stands."""

MIN_LINE_REPEATS = 10
MIN_STEPS = 12

_LETTER = re.compile(r"[^\W\d_]")
_WORD = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|[^\\W_]+")
_TABLE_START = re.compile(r"<table(?=[\s>])", re.IGNORECASE)
_TABLE_END = re.compile(r"</table\s{0,4}>", re.IGNORECASE)
_SPACES = re.compile(r"\s+")
_TAG = re.compile(r"<[^<>]{0,60}>")
_PARAGRAPH = re.compile(r"[^\n]+")
_TO_FILL_IN = re.compile(r"[_.…·\-—–]{3}|[☐☑☒□○◯]|\[[ xX]?\]|\([ xX]?\)|\$\\square")
_LEADER = re.compile(r"[.·…_\-—=*~。、\\ ]+")


@dataclass(frozen=True)
class Loop:
    """A repetition that no page holds.

    Attributes:
        kind: `tail`, `lines`, `leader`, `phrase`, `inner` or `boxes`; `counting`, `few_words`,
            `random` or `scattered` for what does not come back.
        unit: What is repeated, shortened.
        repeats: How often.
        start: Where it starts in the text, in characters.
        length: How many characters it covers.
    """

    kind: str
    unit: str
    repeats: int
    start: int
    length: int


def find_loop(text: str) -> Loop | None:
    """Find a runaway repetition in a model's text.

    Args:
        text: The text, tags removed or not.

    Returns:
        The repetition, or `None`. Takes time linear in the text.
    """
    prose = _without_closed_tables(text)
    return (
        _find_line_loop(text)
        or _find_tail_loop(text)
        or _find_leader(text)
        or _find_phrase_loop(prose)
        or _find_sentence_loop(prose)
        or _find_inner_loop(prose, MIN_INNER)
        or _find_inner_loop(text, 2 * MIN_INNER)
    )


def stepping_boxes(boxes: Sequence[RawBox]) -> Loop | None:
    """Find boxes that march down or across the page in equal steps, or stand still.

    A model that loops over coordinates keeps the size of the box and moves it by the same
    few units each time until the edge of the grid.

    Args:
        boxes: The first box of each block, in order of the answer.

    Returns:
        The first such run of at least `MIN_STEPS` boxes, or `None`. A run of plain steps
        counts only when it ends the answer at the edge of the grid or with boxes that overlap,
        since the lines of a list also stand in equal steps.
    """
    start = 0
    for place in range(1, len(boxes) + 1):
        if place < len(boxes) and _continues(boxes, start, place):
            continue
        repeats = place - start
        if repeats >= MIN_STEPS and _is_runaway(boxes, start, place):
            return Loop("boxes", str(boxes[start]), repeats, start, repeats)
        start = place - 1 if place - 1 > start else place
    return None


def _step(boxes: Sequence[RawBox], place: int) -> tuple[float, ...]:
    return tuple(b - a for a, b in zip(boxes[place - 1], boxes[place], strict=True))


def _continues(boxes: Sequence[RawBox], start: int, place: int) -> bool:
    step = _step(boxes, place)
    if max(abs(step[0] - step[2]), abs(step[1] - step[3])) > 1:
        return False
    if place - start < 2:
        return True
    first = _step(boxes, start + 1)
    return all(abs(a - b) <= 1 for a, b in zip(step, first, strict=True))


def _is_runaway(boxes: Sequence[RawBox], start: int, end: int) -> bool:
    first = boxes[start]
    step = _step(boxes, start + 1)
    still = not any(step)
    overlapping = abs(step[0]) < 0.5 * (first[2] - first[0]) and abs(step[1]) < 0.5 * (
        first[3] - first[1]
    )
    return still or overlapping or is_at_edge(boxes, start, end)


def is_at_edge(boxes: Sequence[RawBox], start: int, end: int) -> bool:
    """Whether a run of boxes ends the answer at the edge of the grid, as a runaway does."""
    return max(boxes[end - 1]) >= 995 and end == len(boxes) and end - start >= 2 * MIN_STEPS


def _find_line_loop(text: str) -> Loop | None:
    """The same one to four lines over and over (blank lines aside)."""
    lines, places, position = [], [], 0
    for line in text.split("\n"):
        plain = _SPACES.sub(" ", line).strip()
        if plain:
            lines.append(plain)
            places.append((position, position + len(line.rstrip())))
        position += len(line) + 1
    for period in range(1, 5):
        run = 0
        for place in range(period, len(lines) + 1):
            same = place < len(lines) and lines[place] == lines[place - period]
            if same:
                run += 1
                continue
            if run >= (MIN_LINE_REPEATS - 1) * period:
                loop = _line_loop(lines, places, place - run - period, place, period)
                if _counts(loop, at_end=place == len(lines)):
                    return loop
            run = 0
    return None


def _line_loop(
    lines: list[str], places: list[tuple[int, int]], first: int, end: int, period: int
) -> Loop:
    repeats = (end - first) // period
    unit = "\n".join(lines[first : first + period])
    start, length = places[first][0], places[end - 1][1] - places[first][0]
    return Loop("lines", unit[:80], repeats, start, length)


def _counts(loop: Loop, *, at_end: bool) -> bool:
    meaningful = len(_LETTER.findall(loop.unit)) >= 4
    if at_end:
        needed = MIN_LINE_REPEATS if meaningful else 4 * MIN_LINE_REPEATS
        return loop.repeats >= needed and loop.length >= MIN_TAIL
    return meaningful and loop.repeats >= 3 * MIN_LINE_REPEATS and loop.length >= 5 * MIN_TAIL


def _find_tail_loop(text: str) -> Loop | None:
    """A period at the end of the text, by the failure function of the reversed tail."""
    text = text.rstrip()
    tail = text[-TAIL_WINDOW:]
    if len(tail) < MIN_TAIL:
        return None
    period, _ = _best_period(tail[::-1])
    if not period:
        return None
    unit = tail[-period:]
    start = _start_of_run(text, period)
    length = len(text) - start
    needed = MIN_TAIL if _LETTER.search(_TAG.sub("", unit)) else MIN_TRIVIAL_TAIL
    if length < needed:
        return None
    return Loop("tail", unit[:80], length // period, start, length)


def _find_phrase_loop(text: str) -> Loop | None:
    """A phrase that comes back at equal distances, anywhere in the text."""
    found = [(match.start(), match[0]) for match in _WORD.finditer(text)]
    last_seen: dict[int, tuple[int, int, int]] = {}
    for place in range(len(found) - PHRASE + 1):
        key = hash(tuple(word for _, word in found[place : place + PHRASE]))
        before, distance, run = last_seen.get(key, (-1, 0, 0))
        gap = place - before
        if before >= 0 and gap == distance:
            run += 1
        elif before >= 0:
            distance, run = gap, 1
        last_seen[key] = (place, distance, run)
        if run + 1 >= MIN_PHRASE_REPEATS and (run + 1) * distance >= MIN_PHRASE_WORDS:
            first = place - run * distance
            unit = text[found[first][0] : found[first + distance][0]]
            letters = len(_LETTER.findall(unit))
            # Boxes to tick (A B C D) come in long rows; one word does not.
            if letters >= 8 or (letters and distance <= 2):
                start = found[first][0]
                length = found[place][0] - start
                return Loop("phrase", unit.strip()[:80], run + 1, start, length)
    return None


def _find_sentence_loop(text: str) -> Loop | None:
    """A few words said over and over in one paragraph that then goes on."""
    for paragraph in _PARAGRAPH.finditer(text):
        found = list(_WORD.finditer(paragraph[0]))
        words = [match[0] for match in found]
        for period in range(MIN_SENTENCE_WORDS, len(words) // MIN_SENTENCE_REPEATS + 1):
            if period > MAX_SENTENCE_WORDS:
                break
            first = _start_of_repeats(words, period)
            if first is None:
                continue
            start, end = found[first].start(), found[first + period].start()
            unit = paragraph[0][start:end]
            if is_wording(unit):
                return Loop(
                    "phrase",
                    unit.strip()[:80],
                    MIN_SENTENCE_REPEATS,
                    paragraph.start() + start,
                    MIN_SENTENCE_REPEATS * (end - start),
                )
    return None


def _start_of_repeats(words: Sequence[str], period: int) -> int | None:
    """First of `MIN_SENTENCE_REPEATS` repeats of so many words, one right behind the other."""
    run = 0
    for place in range(period, len(words)):
        run = run + 1 if words[place] == words[place - period] else 0
        if run == (MIN_SENTENCE_REPEATS - 1) * period:
            return place - run - period + 1
    return None


def is_wording(unit: str) -> bool:
    """Whether a unit is words alone: with lines to fill in or boxes to tick it is a form."""
    letters = _LETTER.findall(unit.casefold())
    return len(letters) >= 8 and len(set(letters)) >= 6 and not _TO_FILL_IN.search(unit)


def _find_inner_loop(text: str, needed: int) -> Loop | None:
    """A short period anywhere, looked for in windows that any long run must fill."""
    for place in range(0, len(text) - WINDOW + 1, WINDOW // 2):
        window = text[place : place + WINDOW]
        period = _period_of(window)
        if not period or not _LETTER.search(_TAG.sub("", window[: 2 * period])):
            continue
        behind = max(0, place - needed)
        start = behind + _start_of_run(text[behind : place + WINDOW], period)
        # No run is followed further than it must be: the windows overlap.
        if (
            all(
                text[at : at + period] == text[at + period : at + 2 * period]
                for at in range(start, min(start + needed, len(text)) - 2 * period, period)
            )
            and len(text) >= start + needed
        ):
            return Loop("inner", window[:period], needed // period, start, needed)
    return None


def _period_of(window: str) -> int:
    """The period of a window that is periodic throughout, else 0."""
    head = window[:12]
    if window.count(head) < WINDOW // MAX_INNER_PERIOD - 1:
        return 0
    period = window.find(head, 1)
    while 0 < period <= MAX_INNER_PERIOD:
        if window[period:] == window[:-period]:
            return period
        period = window.find(head, period + 1)
    return 0


def _without_closed_tables(text: str) -> str:
    """Genuine tables repeat their cells; one that is written to its end is believed."""
    *closed, rest = _TABLE_END.split(text)
    return "\n".join([*(part[: _table_start(part)] for part in closed), rest])


def _table_start(text: str) -> int:
    opening = _TABLE_START.search(text)
    return opening.start() if opening else len(text)


def _best_period(reverse: str) -> tuple[int, int]:
    """Smallest period whose run covers the most of the start of `reverse`.

    Returns `(period, characters covered)`; `(0, 0)` when nothing repeats `MIN_REPEATS` times.
    """
    failure = [0] * len(reverse)
    best = (0, 0)
    matched = 0
    for place in range(1, len(reverse)):
        while matched and reverse[place] != reverse[matched]:
            matched = failure[matched - 1]
        if reverse[place] == reverse[matched]:
            matched += 1
        failure[place] = matched
        length = place + 1
        period = length - matched
        if period * MIN_REPEATS <= length and length > best[1]:
            best = (period, length)
    return best


def _start_of_run(text: str, period: int) -> int:
    place = len(text) - period - 1
    while place >= 0 and text[place] == text[place + period]:
        place -= 1
    return place + 1


def _find_leader(text: str) -> Loop | None:
    """Dots, dashes or blanks that run on for more than any line is long."""
    for match in _LEADER.finditer(text):
        run = match[0].strip()
        if len(run) >= MIN_LEADER:
            return Loop("leader", run[:8], len(run), match.start(), len(match[0]))
    return None
