from __future__ import annotations

from dsocr_integrations.engines.loop_watch import EVERY, PATIENCE, LoopWatch


class Letters:
    """One token for each character."""

    def decode(self, tokens, **_):
        return "".join(map(chr, tokens))


def ended_at(text: str) -> int | None:
    watch, tokens = LoopWatch(Letters()), []
    for letter in text:
        tokens.append(ord(letter))
        if watch.is_lost(tokens):
            return len(tokens)
    return None


def prose(words: int) -> str:
    return " ".join(f"word{number * 7919 % 1009} of{number * 31 % 97}" for number in range(words))


def test_an_answer_that_repeats_itself_is_ended():
    said = prose(100)
    place = ended_at(said + "\nThe same line again." * 2000)
    assert place is not None
    assert place <= len(said) + (PATIENCE + 3) * EVERY


def test_prose_is_left_alone():
    assert ended_at(prose(3000)) is None


def test_a_repetition_that_ends_is_left_alone():
    table = "<table>" + "<tr>" + "<td>0</td>" * 60 + "</tr>" + "</table>\n"
    assert ended_at(prose(200) + table + prose(1000)) is None
