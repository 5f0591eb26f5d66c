"""Cells found on the page by its words, and not where that is a guess."""

from __future__ import annotations

from dsocr_integrations.preview.cell_places import cell_box
from dsocr_integrations.records.documents import PlacedWord, Table

TABLE = Table(
    columns=("Month", "pH value", "Samples"),
    header=(("Month", "pH value", "Samples"),),
    header_rows=1,
    rows=(("May", "7.8", "112"), ("June", "7.8", "118"), ("July", "7.8", "7.8")),
)
INSIDE = ((100, 100, 600, 300),)


def words(*lines: str) -> list[PlacedWord]:
    return [
        PlacedWord(text, (110 + 150 * at, 110 + 40 * line, 150 + 150 * at, 130 + 40 * line))
        for line, texts in enumerate(lines)
        for at, text in enumerate(texts.split())
    ]


def test_a_text_that_stands_once_is_found_there():
    placed = words("Month pH value", "May 7.8 112", "June 7.8 118", "July 7.8 7.8")
    assert cell_box(TABLE, 2, 0, INSIDE, placed) == (110, 190, 150, 210)
    assert cell_box(TABLE, 0, 1, INSIDE, placed) == (260, 110, 450, 130)


def test_of_several_places_row_and_column_choose_one():
    placed = words("Month pH Samples", "May 7.8 112", "June 7.8 118")[::-1]
    header = TABLE.model_copy(update={"columns": ("Month", "pH", "Samples")})
    header = header.model_copy(update={"header": (header.columns,), "rows": TABLE.rows[:2]})
    assert cell_box(header, 2, 1, INSIDE, placed) == (260, 190, 300, 210)


def test_words_in_the_order_of_the_cells_tell_all_of_them():
    placed = words("Month pH value Samples", "May 7.8 112", "June 7.8 118", "July 7.8 7.8")
    assert cell_box(TABLE, 3, 1, INSIDE, placed) == (260, 230, 300, 250)
    assert cell_box(TABLE, 3, 2, INSIDE, placed) == (410, 230, 450, 250)


def test_no_place_is_guessed():
    placed = words("May 7.8 112", "June 7.8 118", "July 7.8 7.8")
    assert cell_box(TABLE, 3, 1, INSIDE, placed[3:]) is None
    assert cell_box(TABLE, 1, 0, ((700, 100, 900, 300),), placed) is None
    assert cell_box(TABLE, 1, 0, INSIDE, []) is None
