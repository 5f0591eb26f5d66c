"""How often a table that was spoiled is doubted: columns merged, rows merged, labels torn, cells moved.

usage: python benchmarks/spoiled_tables.py DATADIR

DATADIR holds PDFs with a text layer. Each of their tables that is not doubted as read is spoiled once
in each way that it allows, by a chance that its place decides; those that are doubted as read are
printed, to be looked at. Says how many were told by what was read alone, and by where words stand too.
"""

from __future__ import annotations

import html
import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from reading import answers, folder_argument

from dsocr_integrations.engines.embedded.born_digital import table_cells
from dsocr_integrations.engines.embedded.engine import EmbeddedEngine
from dsocr_integrations.engines.embedded.table_fit import SetCell, misfits
from dsocr_integrations.tables import parse_table
from dsocr_integrations.tables.doubts import table_doubts
from dsocr_integrations.tables.numbers import number_of

Cells = list[SetCell]


def text_of(cell: SetCell) -> str:
    return " ".join(word.text for line in cell.lines for word in line)


def is_number(cell: SetCell) -> bool:
    return number_of(text_of(cell)) is not None


def as_html(cells: Cells) -> str:
    rows: dict[int, str] = {}
    for cell in sorted(cells, key=lambda one: (one.row, one.column)):
        shown = (
            f'<td rowspan="{cell.rows}" colspan="{cell.columns}">{html.escape(text_of(cell))}</td>'
        )
        rows[cell.row] = rows.get(cell.row, "") + shown
    return (
        f"<table>{''.join(f'<tr>{rows.get(r, str())}</tr>' for r in range(max(rows) + 1))}</table>"
    )


def joined(cells: Sequence[SetCell]) -> Cells:
    """One cell of all that have one place."""
    found: dict[tuple[int, int], SetCell] = {}
    for cell in cells:
        known = found.get((cell.row, cell.column))
        if known is not None:
            wide = max(known.columns, cell.columns)
            cell = replace(known, words=(*known.words, *cell.words), columns=wide)  # noqa: PLW2901
        found[cell.row, cell.column] = cell
    return list(found.values())


def columns_merged(cells: Cells, chance: random.Random) -> Cells | None:
    """Two neighbouring columns that share three rows are one."""
    filled = {(c.row, c.column) for c in cells if c.words and c.rows == c.columns == 1}
    shared = Counter(c for r, c in filled if c and (r, c + 1) in filled)
    places = sorted(place for place, count in shared.items() if count > 2)
    if not places:
        return None
    left = chance.choice(places)
    moved = []
    for cell in cells:
        over = cell.column <= left < cell.column + cell.columns - 1
        moved.append(
            replace(cell, column=cell.column - (cell.column > left), columns=cell.columns - over)
        )
    return joined(moved)


def rows_merged(cells: Cells, chance: random.Random) -> Cells | None:
    """Two neighbouring rows of numbers are one."""
    if any(cell.rows > 1 for cell in cells):
        return None
    rows: dict[int, set[int]] = {}
    numbers = {cell.row for cell in cells if is_number(cell)}
    for cell in cells:
        rows.setdefault(cell.row, set())
        rows[cell.row] |= {cell.column} if cell.words else set()
    spread = {cell.row for cell in cells if cell.columns > 1}
    places = [
        row
        for row in sorted(rows)
        if {row, row + 1} <= numbers - spread and len(rows[row] & rows[row + 1]) > 1
    ]
    if not places:
        return None
    upper = chance.choice(places)
    return joined([replace(cell, row=cell.row - (cell.row > upper)) for cell in cells])


def label_torn(cells: Cells, chance: random.Random) -> Cells | None:
    """A label stands in a row of its own, above or below its numbers."""
    if any(cell.rows > 1 for cell in cells):
        return None
    labelled = {c.row for c in cells if c.row and not c.column and c.words and c.columns == 1}
    places = sorted(labelled & {c.row for c in cells if c.column and is_number(c)})
    if not places:
        return None
    torn, above = chance.choice(places), chance.random() < 0.5
    moved = []
    for cell in cells:
        below = cell.row > torn or (cell.row == torn and (cell.column > 0) == above)
        moved.append(replace(cell, row=cell.row + below))
        if cell.row == torn:
            moved.append(replace(cell, row=cell.row + (not below), words=()))
    return moved


def cell_moved(cells: Cells, chance: random.Random) -> Cells | None:
    """A cell's words stand in the empty one beside it."""
    at = {(c.row, c.column): c for c in cells if c.rows == c.columns == 1}
    places = [
        ((r, c), (r, c + step))
        for (r, c), cell in sorted(at.items())
        for step in (-1, 1)
        if c and c + step and cell.words and (r, c + step) in at and not at[r, c + step].words
    ]
    if not places:
        return None
    home, other = chance.choice(places)
    words = {home: (), other: at[home].words}
    return [replace(c, words=words.get((c.row, c.column), c.words)) for c in cells]


SPOILERS: tuple[Callable[[Cells, random.Random], Cells | None], ...] = (
    columns_merged,
    rows_merged,
    label_torn,
    cell_moved,
)


def tables_of(folder: Path) -> Iterator[tuple[str, Cells]]:
    """The tables of all files as they are read, with their words."""
    read: list[Cells] = []

    def noted(cells: Cells) -> tuple[str, ...]:
        read.append(cells)
        return ()

    table_cells.misfits = noted  # type: ignore[assignment]
    with EmbeddedEngine().open() as session:
        for path in sorted(folder.glob("*.pdf")):
            for page, _ in enumerate(answers(session, path), 1):
                yield from ((f"{path.name} page {page}", cells) for cells in read)
                read.clear()


def main() -> None:
    folder = folder_argument("usage: python benchmarks/spoiled_tables.py DATADIR")
    counts: Counter[str] = Counter()
    for place, (name, cells) in enumerate(tables_of(folder)):
        if not any(cell.words for cell in cells):
            continue
        counts["tables"] += 1
        said = doubts(cells)
        if any(said):
            counts["doubted as read"] += 1
            print(name, *said, flush=True)
            continue
        for spoil in SPOILERS:
            spoiled = spoil(cells, random.Random(f"{name} {place}"))
            if spoiled is not None:
                said = doubts(spoiled)
                counts[spoil.__name__] += 1
                counts[f"{spoil.__name__}, told by what was read"] += bool(said[0])
                counts[f"{spoil.__name__}, told"] += any(map(bool, said))
    for what, count in sorted(counts.items()):
        print(f"{what:45} {count}")


def doubts(cells: Cells) -> tuple[Sequence[str], Sequence[str]]:
    table, _ = parse_table(as_html(cells))
    return table_doubts(table) if table is not None else (), misfits(cells)


if __name__ == "__main__":
    main()
