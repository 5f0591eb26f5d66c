from __future__ import annotations

import pytest

from dsocr_integrations.engines.loop_watch import EVERY, PATIENCE, LoopWatch


def ended_at(text: str, step: int = 1) -> int | None:
    """Where an answer of one token a character, which comes `step` at a time, is ended."""
    watch = LoopWatch()
    for end in range(step, len(text) + 1, step):
        if watch.is_lost(end, lambda end=end: text[:end]):
            return end
    return None


def prose(words: int) -> str:
    return " ".join(f"word{number * 7919 % 1009} of{number * 31 % 97}" for number in range(words))


@pytest.mark.parametrize("step", [1, 7, 700])
def test_an_answer_that_repeats_itself_is_ended(step):
    said = prose(100)
    place = ended_at(said + "\nThe same line again." * 2000, step)
    assert place is not None
    assert place <= len(said) + (PATIENCE + 3) * max(EVERY, step)


def test_prose_is_left_alone():
    assert ended_at(prose(3000)) is None


def test_a_repetition_that_ends_is_left_alone():
    table = "<table>" + "<tr>" + "<td>0</td>" * 60 + "</tr>" + "</table>\n"
    assert ended_at(prose(200) + table + prose(1000)) is None
