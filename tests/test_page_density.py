"""What a page's words ask of the resolution, and which mode that is enough for."""

from __future__ import annotations

import pytest
from PIL import Image, ImageDraw

from dsocr_integrations.modes import BASE, GUNDAM, SMALL, TINY
from dsocr_integrations.rendering import open_document
from dsocr_integrations.rendering.words import Word
from dsocr_integrations.runner.page_density import PageDensity, density_of_ink, density_of_words
from dsocr_integrations.runner.starting_mode import modes_from
from dsocr_integrations.sources import resolve_source

LADDER = (TINY, SMALL, BASE, GUNDAM)
A4 = (1190, 1684)
PAGE = (595.0, 1000.0)


def words(*texts: str, height: float = 10.0) -> list[Word]:
    return [Word((0.0, 5.0, 30.0, 5.0 + height), text, 0, 0) for text in texts]


@pytest.mark.parametrize(
    ("text", "tokens"),
    [("abc", 1.0), ("abcdefg", 2.0), ("港口", 1.5), ("a港", 1.0), ("港abcd港", 2.5)],
)
def test_tokens_of_a_word(text, tokens):
    assert density_of_words(words(text), PAGE).text_tokens == pytest.approx(tokens)


@pytest.mark.parametrize(("small", "em"), [(10, 4.0), (9, 16.0)])
def test_small_print_is_what_a_tenth_of_the_characters_is_printed_in(small, em):
    mixed = [*words("x" * (100 - small), height=20.0), *words("x" * small, height=5.0)]
    assert density_of_words(mixed, PAGE).small_print == pytest.approx(em)
    assert density_of_words([], PAGE).small_print is None


@pytest.mark.parametrize(
    ("numbers", "count", "rows"), [(12, 40, True), (11, 40, False), (12, 39, False)]
)
def test_numbers_in_three_of_ten_words_are_a_table(numbers, count, rows):
    found = density_of_words(words(*["a1"] * numbers, *["b"] * (count - numbers)), PAGE)
    assert found.has_figures_in_rows is rows
    assert found.is_measured


@pytest.mark.parametrize(
    ("tokens", "em", "figures", "measured", "mode"),
    [
        (8 * 64, None, False, True, "tiny"),
        (8 * 64 + 1, None, False, True, "small"),
        (8 * 100, None, False, True, "small"),
        (8 * 100 + 1, None, False, True, "base"),
        (8 * 180, None, False, True, "base"),
        (8 * 180 + 1, None, False, True, "gundam"),
        (0, 11.72, False, True, "tiny"),
        (0, 11.71, False, True, "small"),
        (0, 9.38, False, True, "small"),
        (0, 9.37, False, True, "base"),
        (0, None, True, True, "base"),
        (0, None, False, False, "small"),
        (615, None, False, False, "small"),
        (616, None, False, False, "base"),
    ],
)
def test_the_cheapest_mode_with_room_for_text_and_print(tokens, em, figures, measured, mode):
    density = PageDensity(tokens, em, figures, measured)
    assert modes_from(LADDER, density, A4)[0].name == mode


def scan_of_lines(path, lines: int, width: int, ink: int = 0) -> PageDensity:
    """Lines of ink, 10 of 1000 pixels high, from the left edge on."""
    picture = Image.new("L", (720, 1000), 255)
    draw = ImageDraw.Draw(picture)
    for line in range(lines):
        draw.rectangle((0, 50 + 30 * line, width - 1, 59 + 30 * line), fill=ink)
    picture.save(path, dpi=(72, 72))
    with open_document(resolve_source(path)) as document:
        return density_of_ink(document.region(1))


def test_lines_of_ink_are_counted_by_their_length(tmp_path):
    full = scan_of_lines(tmp_path / "full.png", 20, 720)
    # 20 lines of 720 pixels, 7.5 for each character.
    assert full.text_tokens == pytest.approx(20 * 720 / 7.5 / 4, rel=0.02)
    assert full.small_print == pytest.approx(15, rel=0.1)
    assert (full.has_figures_in_rows, full.is_measured) == (False, False)
    half = scan_of_lines(tmp_path / "half.png", 20, 360)
    assert half.text_tokens == pytest.approx(full.text_tokens / 2, rel=0.02)
    pale = scan_of_lines(tmp_path / "pale.png", 20, 720, ink=225)
    assert (pale.text_tokens, pale.small_print) == (0, None)


def test_rules_and_pictures_are_no_lines_of_text(tmp_path):
    picture = Image.new("L", (720, 1000), 255)
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 100, 719, 100), fill=0)
    draw.rectangle((0, 300, 719, 340), fill=0)
    picture.save(tmp_path / "a.png", dpi=(72, 72))
    with open_document(resolve_source(tmp_path / "a.png")) as document:
        assert density_of_ink(document.region(1)).text_tokens == 0
