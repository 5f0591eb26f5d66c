"""Choices and field values as words in their places: boxes to tick, lists, empty fields."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from dsocr_integrations.engines.embedded.born_digital.choice_marks import (
    BOXES,
    CHOSEN,
    EMPTY,
    ROUNDS,
    SIGNS,
    TICKS,
    TO_CHOICE,
    is_empty,
)
from dsocr_integrations.engines.embedded.born_digital.drawn_choices import (
    find_drawn_choices,
    label_of,
)
from dsocr_integrations.engines.embedded.born_digital.styled_words import PageText, StyledWord
from dsocr_integrations.engines.embedded.born_digital.viewer_forms import VIEWER_DRAWN

if TYPE_CHECKING:
    from dsocr_integrations.records.documents import PointBox
    from dsocr_integrations.rendering.form_fields import PageField

_NO_TYPE = 10.0
"""Type size in points of a field without any text near."""


def with_choices(text: PageText, fields: Sequence[PageField]) -> PageText:
    """Add the state of each box to tick, and the values of fields that show none.

    Args:
        text: What a page shows.
        fields: Its form fields, in points of the page.

    Returns:
        The same with its words: signs of symbol fonts that are choices brought to one form, and behind them
        a word for each box: `☐` or `☑`.
    """
    paths, fields = text.paths, [one for one in fields if one.kind != VIEWER_DRAWN]
    apart = [path for path in paths if not any(_meet(path["rect"], one.box) for one in fields)]
    ticked, added = list(text.words), list[StyledWord]()
    for one in fields:
        ticked, new = _with_field(ticked, one)
        added += new
    drawn = find_drawn_choices(ticked, apart)
    marks = {place for one in drawn for place in one.ticks}
    shown = [word for place, word in enumerate(ticked) if place not in marks]
    shown = _settled(shown)
    added += [_sign(one.box, label_of(one.box, shown), chosen=one.chosen) for one in drawn]
    line = 1 + max((word.line for word in shown), default=-1)
    block = 1 + max((word.block for word in shown), default=-1)
    added = [replace(word, line=line + n, block=block + n) for n, word in enumerate(added)]
    return replace(text, words=(*shown, *added))


def _with_field(
    words: list[StyledWord], field: PageField
) -> tuple[list[StyledWord], list[StyledWord]]:
    """The page's words and those to add for a field."""
    inside = [word for word in words if _holds(field.box, word.centre)]
    if field.checked is not None:
        outside = [word for word in words if not _holds(field.box, word.centre)]
        return outside, [_sign(field.box, label_of(field.box, outside), chosen=field.checked)]
    if field.secret:
        return [word for word in words if word not in inside], []
    if field.choices and inside:
        return words, list(_chosen_lines(inside, field))
    if field.value and not inside:
        return words, list(_set_in(field.box, field.value))
    return words, []


def _chosen_lines(inside: Sequence[StyledWord], field: PageField) -> Iterator[StyledWord]:
    """A sign before each entry of a list that shows several."""
    lines = [list(line) for _, line in itertools.groupby(inside, key=lambda word: word.line)]
    if len(lines) < 2:
        return
    for line in lines:
        first = line[0]
        x0, y0, _, y1 = first.box
        box = (x0 - first.height, y0, x0, y1)
        chosen = " ".join(word.text for word in line) in field.chosen
        yield _sign(box, first, chosen=chosen)


def _sign(box: PointBox, label: StyledWord | None, *, chosen: bool) -> StyledWord:
    size = label.size if label else box[3] - box[1]
    text = CHOSEN if chosen else EMPTY
    return StyledWord(text, box, 0, 0, size, anchor=label.centre if label else None, drawn=True)


def _set_in(box: PointBox, value: str) -> Iterator[StyledWord]:
    """The words of a value, set from the left edge of its field, one line for each of its lines."""
    lines = value.splitlines() or [value]
    height = min((box[3] - box[1]) / len(lines), 1.4 * _NO_TYPE)
    top = box[1] if len(lines) > 1 else (box[1] + box[3] - height) / 2
    for n, line in enumerate(lines):
        left = box[0]
        for text in line.split():
            right = min(left + 0.5 * height * len(text), box[2])
            place = (min(left, right), top + n * height, right, top + (n + 1) * height)
            yield StyledWord(text, place, 0, 0, height / 1.4, drawn=True)
            left = right + 0.3 * height


def _settled(words: list[StyledWord]) -> list[StyledWord]:
    """Bring signs that choose to one form, a tick set over a box included.

    Squares and circles are bullets as well. They are choices where a tick lies on one, where
    one line holds two of them, or where empty and filled squares open entries of the page.
    """
    places = [n for n, word in enumerate(words) if word.text[:1] in SIGNS and word.horizontal]
    if not places:
        return words
    settled = list(words)
    ticks: dict[int, int | None] = {}
    for n in places:
        word = words[n]
        if not is_empty(word.text[0]):
            continue
        if word.text[1:2] in TICKS:
            ticks[n], settled[n] = None, replace(word, text=word.text[0] + word.text[2:])
        else:
            tick = next((m for m, other in enumerate(words) if _is_tick_on(other, word)), None)
            if tick is not None:
                ticks[n] = tick
    for family in (BOXES, ROUNDS):
        own = [n for n in places if words[n].text[0] in family]
        if not _are_choices(words, own, family is BOXES, ticks):
            continue
        for n in own:
            sign, rest = settled[n].text[0], settled[n].text[1:]
            settled[n] = replace(words[n], text=TO_CHOICE[sign] + (f" {rest}" if rest else ""))
    for n in ticks:
        settled[n] = replace(settled[n], text=CHOSEN + settled[n].text[1:])
    gone = set(ticks.values())
    return [word for n, word in enumerate(settled) if n not in gone]


def _are_choices(
    words: Sequence[StyledWord], own: Sequence[int], squares: bool, ticks: Mapping[int, int | None]
) -> bool:
    if any(n in ticks for n in own):
        return True
    if squares and len({is_empty(words[n].text[0]) for n in own}) > 1:
        return True
    return any(
        a != b and _share_line(words[a], words[b]) for a, b in itertools.pairwise(sorted(own))
    )


def _share_line(first: StyledWord, second: StyledWord) -> bool:
    return first.box[1] <= second.centre[1] <= first.box[3]


def _is_tick_on(word: StyledWord, box: StyledWord) -> bool:
    return word is not box and word.text in TICKS and _holds(box.box, word.centre)


def _holds(box: PointBox, point: tuple[float, float]) -> bool:
    return box[0] <= point[0] <= box[2] and box[1] <= point[1] <= box[3]


def _meet(rect: Sequence[float], box: PointBox) -> bool:
    return _holds(box, ((rect[0] + rect[2]) / 2, (rect[1] + rect[3]) / 2))
