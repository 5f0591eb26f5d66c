"""Where the cells of a table stand on the page, by the page's words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dsocr_integrations.records.documents import Box, PlacedWord, Table

MAX_CELLS = 20_000


def cell_box(
    table: Table, row: int, column: int, inside: Sequence[Box], words: Sequence[PlacedWord]
) -> Box | None:
    """The box of a cell's words.

    Words that follow each other as the cells do tell it for each cell. Else text that the table
    holds once is found at once; of several places, the one counts that is
    level with such cells of the same row and below or above such cells of the same column.

    Args:
        table: The table.
        row: 0-based row in the whole grid.
        column: 0-based column.
        inside: The boxes of the table.
        words: The words of the page, as they follow each other.

    Returns:
        `None` where the words do not stand in the table, or their place is not certain.
    """
    grid = (*table.header, *table.rows)
    if sum(map(len, grid)) > MAX_CELLS or not grid[row][column].split():
        return None
    near = [word for word in words if any(_holds(box, word.box) for box in inside)]
    if [word.text for word in near] == [
        word for line in grid for text in line for word in text.split()
    ]:
        before = sum(len(text.split()) for line in grid[:row] for text in line)
        start = before + sum(len(text.split()) for text in grid[row][:column])
        return _around(near[start : start + len(grid[row][column].split())])
    places = list(_places(grid[row][column], near))
    if len(places) == 1:
        return places[0]
    level = [box for text in grid[row] if (box := _only(text, near))]
    upright = [box for line in grid if column < len(line) and (box := _only(line[column], near))]
    fitting = [
        place
        for place in places
        if any(_overlap(place, other, 1) for other in level)
        and any(_overlap(place, other, 0) for other in upright)
    ]
    return fitting[0] if len(fitting) == 1 else None


def _only(text: str, words: Sequence[PlacedWord]) -> Box | None:
    places = list(_places(text, words)) if text.split() else []
    return places[0] if len(places) == 1 else None


def _places(text: str, words: Sequence[PlacedWord]) -> Iterator[Box]:
    """Where the words of a text follow each other."""
    wanted = text.split()
    for start in range(len(words) - len(wanted) + 1):
        run = words[start : start + len(wanted)]
        if [word.text for word in run] == wanted:
            yield _around(run)


def _around(words: Sequence[PlacedWord]) -> Box:
    boxes = [word.box for word in words]
    return (
        min(box[0] for box in boxes),
        min(box[1] for box in boxes),
        max(box[2] for box in boxes),
        max(box[3] for box in boxes),
    )


def _holds(outer: Box, inner: Box) -> bool:
    x, y = (inner[0] + inner[2]) / 2, (inner[1] + inner[3]) / 2
    return outer[0] <= x <= outer[2] and outer[1] <= y <= outer[3]


def _overlap(one: Box, other: Box, axis: int) -> bool:
    return one[axis] < other[axis + 2] and other[axis] < one[axis + 2]
