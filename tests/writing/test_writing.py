"""What characters tell of their script and language."""

from __future__ import annotations

import random

import pytest

from dsocr_integrations.writing.common_characters import is_drawn_at_random
from dsocr_integrations.writing.letter_pairs import letter_pairs, plain_letters
from dsocr_integrations.writing.odd_words import has_hole, is_odd
from dsocr_integrations.writing.scripts import script_of, scripts_in
from tests.doubtful_pages.prose import SENTENCES


@pytest.mark.parametrize("language", ["en", "de", "fr", "es", "pl", "ru", "el"])
def test_sentences_are_made_of_usual_pairs_and_mixed_letters_are_not(language):
    for sentence in SENTENCES[language]:
        assert letter_pairs(sentence.split()).are_usual, sentence
    letters = sorted({c for s in SENTENCES[language] for c in s.casefold() if c.isalpha()})
    mixed = random.Random(4).sample(letters, len(letters))
    other = (
        "".join(SENTENCES[language])
        .casefold()
        .translate(str.maketrans("".join(letters), "".join(mixed)))
    )
    assert letter_pairs(other.split()).are_unusual


def test_a_few_letters_and_other_scripts_say_nothing():
    for words in (["xqzk"], ["港口委员会"], ["2008", "48,170.50"]):
        pairs = letter_pairs(words)
        assert not pairs.are_usual
        assert not pairs.are_unusual


def test_letters_are_written_in_latin():
    assert plain_letters("Größe") == "grosse"
    assert plain_letters("Щёлочь") == "seloc"
    assert plain_letters("Ψωμί") == "pomi"


@pytest.mark.parametrize(
    "word",
    [
        "™œ",
        "›Ÿ˜",
        "e\ufffdect",
        "\ue041\ue042",
        "Тhe",
        "yBaxaeMbIe",
        "a1b",
        "979>;=",
        "tHiS1iS",
        "τεξδςες",
        "Mαςγθ",
    ],
)
def test_odd_words(word):
    assert is_odd(word)


@pytest.mark.parametrize(
    "word",
    ["harbour", "McDonald", "48,170.50", "[12];", "µm", "x²", "ΔT", "PVC管", "\uf0b7", "C6H5", "don’t",
     "ACME™", "¡Hola!", "(e.g.", "وPython"],
)  # fmt: skip
def test_sound_words(word):
    assert not is_odd(word)


def test_a_private_character_alone_may_be_a_bullet():
    assert not has_hole("\uf0b7")
    assert not has_hole("\uf0b7First")
    assert not has_hole("\x10Unite!\x11")
    assert has_hole("\uf0b7\uf0b8")


def test_chinese_without_common_characters_is_drawn_at_random():
    assert not is_drawn_at_random(SENTENCES["zh"])
    assert not is_drawn_at_random(SENTENCES["ja"])
    assert not is_drawn_at_random(["港口"])
    chance = random.Random(1)
    assert is_drawn_at_random(chr(chance.randrange(0x4E00, 0x9FA5)) for _ in range(60))


def test_scripts():
    assert script_of("ж") == "Cyrillic"
    assert script_of("か") == script_of("カ") == "Japanese"
    assert script_of("µ") == script_of("7") == script_of(" ") == ""
    assert scripts_in("Ab 안녕 9") == {"Latin": 2, "Hangul": 2}
