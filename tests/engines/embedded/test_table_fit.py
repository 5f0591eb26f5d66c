"""Tables whose words stand elsewhere than their cells say, and right ones."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from dsocr_integrations import grounding
from dsocr_integrations.engines.embedded.table_fit import SetCell, SetWord, misfits
from dsocr_integrations.grounding.writer import GroundedBlock, GroundedPage

LETTER, PITCH = 6.0, 18.0
XS = (0.0, 150.0, 230.0, 310.0)
ROWS = (
    ("Boats and nets", "880", "960", "1,040"),
    ("Rope", "12", "9", "31"),
    ("Lamps for quays", "71", "", "40"),
    ("Permits", "5", "14", "8"),
    ("Pilots", "640", "77", ""),
)


def words_at(text: str, x: float, y: float) -> list[SetWord]:
    words = []
    for word in text.split():
        words.append(SetWord(word, (x, y, x + LETTER * len(word), y + 10)))
        x += LETTER * len(word) + 3
    return words


def set_table(rows=ROWS, xs=XS) -> list[SetCell]:
    """Cells whose words stand in rows and columns."""
    return [
        SetCell(r, c, 1, 1, tuple(words_at(text, x, PITCH * r)))
        for r, row in enumerate(rows)
        for c, (text, x) in enumerate(zip(row, xs, strict=True))
    ]


def joined(cells: Iterable[SetCell]) -> list[SetCell]:
    """One cell of all that have one place."""
    found: dict[tuple[int, int], SetCell] = {}
    for cell in cells:
        known = found.get((cell.row, cell.column))
        words = (*(known.words if known else ()), *cell.words)
        found[cell.row, cell.column] = SetCell(cell.row, cell.column, 1, 1, words)
    return list(found.values())


def placed(cells: Iterable[SetCell], row: int, column: int, at: tuple[int, int]) -> list[SetCell]:
    """The table with the words of one cell in another."""
    moved = [
        SetCell(*at, 1, 1, c.words) if (c.row, c.column) == (row, column) else c for c in cells
    ]
    return joined([*moved, SetCell(row, column, 1, 1, ())])


MERGED_COLUMNS = joined(SetCell(c.row, min(c.column, 2), 1, 1, c.words) for c in set_table())
MERGED_ROWS = joined(SetCell(c.row - (c.row > 0), c.column, 1, 1, c.words) for c in set_table())
TORN = [
    SetCell(c.row + (c.row > 2 or (c.row == 2 and c.column > 0)), *(c.column, 1, 1), c.words)
    for c in set_table()
]
MOVED = placed(set_table(), 4, 2, (4, 3))


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        (MERGED_COLUMNS, "White runs down the words of one column: '960 1,040'"),
        (MERGED_ROWS, "Numbers of one cell stand below each other: '880 12'."),
        (TORN, "A label stands beside the numbers of another row: 'Lamps for quays'."),
        (MOVED, "A cell stands in another column: '77'."),
    ],
)
def test_cells_that_were_merged_torn_or_moved_are_told(cells, said):
    (doubt,) = misfits(cells)
    assert said in doubt


WRAPPED = [
    *set_table(),
    SetCell(5, 0, 1, 1, (*words_at("Fees of all", 0, 90), *words_at("kinds", 0, 102))),
    SetCell(5, 1, 1, 1, tuple(words_at("44", 150, 96))),
]
SPREAD_MEANS = [
    SetCell(
        r, 1, 1, 1, (*words_at(f"{r}.5", 100, PITCH * r), *words_at("(0.2)", 100, PITCH * r + 9))
    )
    for r in range(4)
]
NUMBERED = set_table([(f"{n}. Lamps of quays", f"$ {n}40") for n in range(1, 6)], (0.0, 200.0))


@pytest.mark.parametrize("cells", [set_table(), WRAPPED, SPREAD_MEANS, NUMBERED, []])
def test_a_table_that_stands_as_it_was_read_is_not_doubted(cells):
    assert misfits(cells) == ()


def test_what_is_told_reaches_the_block_and_the_page():
    html = "<table><tr><td>Kind</td><td>Sum</td></tr><tr><td>Rent</td><td>8</td></tr></table>"
    blocks = (
        GroundedBlock("text", ((0, 0, 90, 9),), "Words"),
        GroundedBlock("table", ((0, 20, 90, 60),), html, doubts=misfits(TORN)),
    )
    page = GroundedPage(100, 100, blocks)
    parsed = grounding.parse(page.to_text(), evidence=page.evidence())
    assert [len(block.warnings) for block in parsed.blocks] == [0, 1]
    (warning,) = parsed.warnings
    assert warning.kind == "doubtful_table"
    assert "Lamps for quays" in warning.message


def test_a_table_of_very_many_words_is_passed_over():
    rows = [("Rope", f"{n}", f"{n}") for n in range(900)]
    merged = joined(
        SetCell(c.row, min(c.column, 1), 1, 1, c.words) for c in set_table(rows, (0.0, 90.0, 180.0))
    )
    assert misfits(merged[:200])
    assert misfits(merged) == ()
