from __future__ import annotations

from dataclasses import replace

import pytest

from dsocr_integrations.engines.embedded.born_digital.line_text import (
    line_text,
    printed_lines,
    running_text,
)
from dsocr_integrations.engines.embedded.born_digital.styled_words import StyledWord


def lines(*texts: str, **style: object) -> list[StyledWord]:
    words = []
    for number, text in enumerate(texts):
        for place, word in enumerate(text.split()):
            box = (place * 50.0, number * 12.0, place * 50.0 + 40, number * 12.0 + 10)
            words.append(StyledWord(word, box, number, 0, 10.0, **style))
    return words


def running(*texts: str) -> str:
    return running_text(printed_lines(lines(*texts)))


def test_words_divided_at_a_line_end_become_whole():
    assert running("an exam-", "ple of it") == "an example of it"


def test_a_compound_that_stands_elsewhere_keeps_its_hyphen():
    assert running("the well-known case", "is well-", "known here") == (
        "the well-known case is well-known here"
    )


def test_names_and_numbers_keep_their_hyphens():
    assert running("made by Smith-", "Jones in 2019-", "2020") == (
        "made by Smith- Jones in 2019- 2020"
    )


def test_chinese_lines_are_joined_without_a_space():
    assert running("水厂运行", "报告") == "水厂运行报告"


def test_pieces_of_one_printed_line_are_ordered_by_place():
    right = StyledWord("right", (60, 0, 100, 10), 0, 0, 10.0)
    left = StyledWord("left", (0, 1, 40, 11), 1, 0, 10.0)
    assert [line_text(line) for line in printed_lines([right, left])] == ["left right"]


def test_arabic_is_read_from_the_right():
    first = StyledWord("تحسين", (60, 0, 100, 10), 0, 0, 10.0)
    second = StyledWord("الإنتاجية", (0, 0, 50, 10), 0, 0, 10.0)
    assert [line_text(line) for line in printed_lines([first, second])] == ["تحسين الإنتاجية"]


def test_bold_passages_and_raised_marks():
    words = lines("A bold word 10")
    words[1] = StyledWord("bold", words[1].box, 0, 0, 10.0, bold=True)
    raised = StyledWord("6", (195, 0, 199, 5), 0, 0, 6.0, superscript=True, glued=True)
    assert running_text(printed_lines([*words, raised])) == "A **bold** word 10<sup>6</sup>"


@pytest.mark.parametrize(
    ("initial", "gap", "text"),
    [
        ("O", 1.0, "Over the past"),
        ("T", 6.0, "Tver the past"),
        ("A", 1.0, "Aver the past"),
        ("A", 3.0, "A ver the past"),
        ("“I", 1.0, "“Iver the past"),
        ("7", 1.0, "7 ver the past"),
    ],
)
def test_a_large_initial_begins_the_word_beside_it(initial: str, gap: float, text: str):
    body = [
        replace(word, box=(word.box[0] + 30 + gap, *word.box[1:3], word.box[3]))
        for word in lines("ver the past", "three decades", "more")
    ]
    large = StyledWord(initial, (0, 0, 30, 34), 9, 1, 34.0)
    assert running_text(printed_lines([large, *body])) == f"{text} three decades more"
