from __future__ import annotations

import pytest

from dsocr_integrations.engines.embedded.born_digital.line_text import union
from dsocr_integrations.engines.embedded.born_digital.paragraph_breaks import paragraphs
from dsocr_integrations.engines.embedded.born_digital.styled_words import StyledWord
from dsocr_integrations.engines.embedded.born_digital.zones import Zone


def region(*lines: tuple[float, float, str], kind: str = "text") -> Zone:
    """Lines as (left, foot, text), in type of 10 points."""
    words = []
    for number, (left, foot, text) in enumerate(lines):
        for place, word in enumerate(text.split()):
            x = left + 50 * place
            words.append(StyledWord(word, (x, foot - 10, x + 40, foot), number, 0, 10.0))
    return Zone(kind, union(word.box for word in words), words=words)


def texts(zone: Zone) -> list[str]:
    return [" ".join(word.text for word in part.words) for part in paragraphs(zone)]


def test_white_space_after_a_sentence_parts_paragraphs_with_boxes_of_their_own():
    zone = region(
        (0, 10, "The pump"), (0, 22, "was cleaned."), (0, 40, "It runs."), (0, 52, "Well.")
    )

    zone.box = (-2, 3, 110, 50)
    first, second = paragraphs(zone)

    assert [word.text for word in second.words] == ["It", "runs.", "Well."]
    assert (first.box, second.box) == ((-2, 3, 110, 22), (-2, 30, 110, 50))


def test_a_raised_mark_at_the_end_hides_no_sentence():
    zone = region(
        (0, 10, "The pump"), (0, 22, "was cleaned."), (0, 40, "It runs."), (0, 52, "Well.")
    )
    zone.words.insert(4, StyledWord("1", (90, 8, 94, 14), 1, 0, 6.0, superscript=True, glued=True))

    assert texts(zone) == ["The pump was cleaned. 1", "It runs. Well."]


def test_an_indent_parts_paragraphs():
    zone = region((0, 10, "We looked"), (0, 22, "at it."), (15, 34, "Then we"), (0, 46, "went."))

    assert texts(zone) == ["We looked at it.", "Then we went."]


@pytest.mark.parametrize(
    "lines",
    [
        [(0, 10, "It was"), (0, 22, "wide and"), (0, 40, "went on"), (0, 52, "so.")],
        [(0, 10, "All of"), (0, 22, "it ends."), (0, 34, "Evenly."), (0, 46, "Spaced.")],
        [(0, 10, "Centred."), (15, 22, "Lines."), (20, 34, "Stand in."), (5, 46, "Each.")],
        [(0, 10, "Two."), (0, 30, "Lines.")],
    ],
    ids=["within a sentence", "even steps", "centred", "too few to tell"],
)
def test_what_is_one_paragraph_stays_one(lines):
    assert len(paragraphs(region(*lines))) == 1


def test_only_running_text_is_parted():
    lines = [(0, 10, "One."), (0, 22, "Two."), (0, 60, "Three."), (0, 72, "Four.")]

    assert len(paragraphs(region(*lines))) == 2
    assert len(paragraphs(region(*lines, kind="formula"))) == 1
