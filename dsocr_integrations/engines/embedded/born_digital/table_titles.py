"""Titles over several columns that the grid cut at the columns' borders, or put into one column.

The words of a title such as `Year Ended December 31,` stand in the columns of the years below
only by chance: they follow each other as those of a text do.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence

from dsocr_integrations.engines.embedded.born_digital.line_text import (
    Line,
    line_text,
    printed_lines,
    union,
)
from dsocr_integrations.engines.embedded.born_digital.repeated_names import repeats
from dsocr_integrations.engines.embedded.born_digital.styled_words import StyledWord
from dsocr_integrations.engines.embedded.born_digital.table_cells import FilledCell, FilledTable

_WORD_SPACE = 0.42
"""White within a text, in sizes of type, at most."""

_APART = 1.5
"""White between two titles in one cell, in sizes of type, at least."""

DEEPEST_HEAD = 4
"""Rows of a header, at most."""

_YEAR = re.compile(r"(?:FY\s?)?(?:19|20)\d\d(?:\s?[-/–]\s?(?:\d\d){1,2})?[A-Z]?\W*")
_FIGURE = re.compile(r"^[^\w]*\d[\d.,:%/\s–-]*\W*$")

_LETTERS = re.compile(r"[^\W\d_]{2}")

_Homes = Mapping[int, FilledCell]


def mend_titles(table: FilledTable) -> None:
    """Make one cell of each title that runs over columns, in a row of its own."""
    row = _restack(table, 0)
    while row < min(header_rows(table), DEEPEST_HEAD):
        row += _restack(table, row)
    for row in range(header_rows(table), table.row_count):
        _join_label(table, row)


def header_rows(table: FilledTable) -> int:
    """Rows before the first one with a figure, years aside, behind its first column.

    A figure that ends a title, such as `Level 1`, may stand in a cell of its own.
    """
    for row in range(table.row_count):
        figures = [
            cell
            for cell in table.row(row)
            if cell.column > 0 and _is_figure(cell.text) and not _YEAR.fullmatch(cell.text)
        ]
        if figures and not all(_ends_title(cell, table.row(row)) for cell in figures):
            return row
    return table.row_count


def _ends_title(figure: FilledCell, row: Sequence[FilledCell]) -> bool:
    """Whether a figure follows a word in the cell before its own as in a text."""
    titles = [cell for cell in row if cell.column > 0 and cell.words and cell is not figure]
    first = min(figure.words, key=lambda word: word.box[0])
    return any(
        _LETTERS.search(last.text) and 0 <= _white(last, first) <= _WORD_SPACE * first.size
        for cell in titles
        if (last := max(cell.words, key=lambda word: word.box[2])).box[2] <= first.box[0]
    )


def _restack(table: FilledTable, row: int) -> int:
    """Give the lines of a row that are titles rows of their own.

    Returns:
        How many rows stand in its place.
    """
    cells = [cell for cell in table.row(row) if cell.rows == 1 and not cell.settled]
    words = [word for cell in cells for word in cell.words]
    if not all(word.horizontal for word in words):
        return 1
    homes = {id(word): cell for cell in cells for word in cell.words}
    lines = printed_lines(words)
    torn = [
        n
        for n, line in enumerate(lines)
        if any(_is_torn(phrase, homes) for phrase in phrases(line))
        or (len(lines) > 1 and _shared_homes(line, homes))
    ]
    titles = max(torn) + 1 if torn else _lines_above_years(lines, cells)
    titles = titles or _lines_above_repeats(lines, homes)
    if not titles:
        return 1
    rest = titles < len(lines)
    added = titles - (0 if rest else 1)
    for cell in table.cells:
        if cell.row > row:
            cell.row += added
        elif cell.row + cell.rows > row and all(cell is not other for other in cells):
            cell.rows += added
    columns = {column for cell in cells for column in _columns(cell)}
    made = [
        cell
        for n, line in enumerate(lines[:titles])
        for cell in _laid_out(line, row + n, columns, homes)
    ]
    if rest:
        left = {id(word) for line in lines[titles:] for word in line}
        for cell in cells:
            cell.row = row + titles
            cell.words = [word for word in cell.words if id(word) in left]
            made.append(cell)
    table.cells = [cell for cell in table.cells if all(cell is not c for c in cells)] + made
    return added + 1


def _lines_above_years(lines: Sequence[Line], cells: Sequence[FilledCell]) -> int:
    """How many lines stand above a line of years, if they stand above some of these only."""
    if len(lines) < 2:
        return 0
    last = {id(word) for word in lines[-1]}
    headed = [cell for cell in cells if cell.column > 0 and cell.words]
    below = [[word for word in cell.words if id(word) in last] for cell in headed]
    years = [_YEAR.fullmatch(line_text(words)) is not None for words in below]
    above = sum(len(words) < len(cell.words) for words, cell in zip(below, headed, strict=True))
    return len(lines) - 1 if len(years) > 1 and all(years) and above < len(headed) else 0


def _lines_above_repeats(lines: Sequence[Line], homes: _Homes) -> int:
    """How many lines stand above a line of names that come again, a title for each sequence."""
    if len(lines) < 2:
        return 0
    texts: dict[int, str] = {}
    for word in lines[-1]:
        column = homes[id(word)].column
        texts[column] = f"{texts.get(column, '')} {word.text.casefold()}".strip() if column else ""
    groups = repeats([texts.get(column, "") for column in range(1 + max(texts))])
    above = [[w for w in line if homes[id(w)].column > 0] for line in lines[:-1]]
    titled = [n for n, line in enumerate(above) if line]
    if not groups or len(titled) != 1 or len(phrases(above[titled[0]], _APART)) != len(groups):
        return 0
    return titled[0] + 1


def _shared_homes(line: Line, homes: _Homes) -> dict[int, list[Line]]:
    """The titles of a line that stand apart in one cell, by its first column.

    Only those among which the columns of the cell can be shared evenly.
    """
    found: dict[int, tuple[FilledCell, list[Line]]] = {}
    for phrase in phrases(line, _APART):
        home = homes[id(phrase[0])]
        found.setdefault(home.column, (home, []))[1].append(phrase)
    return {
        column: titles
        for column, (home, titles) in found.items()
        if len(titles) > 1 and home.columns % len(titles) == 0
    }


def _laid_out(line: Line, row: int, columns: set[int], homes: _Homes) -> list[FilledCell]:
    """The cells of a row that holds one line of titles, each as wide as the cells it lay in."""
    made: list[FilledCell] = []
    shared = _shared_homes(line, homes)
    texts = phrases(line, _APART if shared else _WORD_SPACE)
    spans = [_span(text, shared, homes) for text in texts]
    for span, phrase in sorted(zip(spans, texts, strict=True), key=lambda pair: min(pair[0])):
        first, last = min(span), max(span)
        if made and first < made[-1].column + made[-1].columns:
            first = made[-1].column + made[-1].columns
        if first > last:
            made[-1].words.extend(phrase)
            continue
        box = union(word.box for word in phrase)
        made.append(FilledCell(row, first, 1, last - first + 1, box, list(phrase)))
    taken = {column for cell in made for column in _columns(cell)}
    box = union(word.box for word in line)
    return made + [FilledCell(row, column, 1, 1, box) for column in sorted(columns - taken)]


def _span(phrase: Line, shared: Mapping[int, Sequence[Line]], homes: _Homes) -> Sequence[int]:
    """The columns of a title: those of the cells it lay in, or its share of those of one."""
    home = homes[id(phrase[0])]
    titles = shared.get(home.column)
    if titles is None:
        return [column for word in phrase for column in _columns(homes[id(word)])]
    width = home.columns // len(titles)
    place = next(n for n, title in enumerate(titles) if title[0] is phrase[0])
    first = home.column + place * width
    return range(first, first + width)


def _join_label(table: FilledTable, row: int) -> None:
    """Put a label that runs on over empty columns of its row into one cell."""
    cells = table.row(row)
    printed = [cell for cell in cells if cell.words]
    if any(cell.rows > 1 for cell in cells) or len(printed) < 2 or printed[0].column > 0:
        return
    homes = {id(word): cell for cell in cells for word in cell.words}
    lines = printed_lines([word for cell in printed for word in cell.words])
    phrase = phrases(lines[0])[0]
    if len(lines) > 1 or not _is_torn(phrase, homes):
        return
    own = {id(word) for word in phrase}
    for cell in printed[1:]:
        printed[0].words.extend(word for word in cell.words if id(word) in own)
        cell.words = [word for word in cell.words if id(word) not in own]


def _is_torn(phrase: Line, homes: _Homes) -> bool:
    """Whether a text stands in several cells, where it is not figures close to each other."""
    cut = [(a, b) for a, b in itertools.pairwise(phrase) if homes[id(a)] is not homes[id(b)]]
    return bool(cut) and not any(_is_figure(a.text) and _is_figure(b.text) for a, b in cut)


def _is_figure(text: str) -> bool:
    """Whether a text is a figure, and not the day of a date whose year follows."""
    return _FIGURE.match(text) is not None and not text.endswith(",")


def phrases(line: Line, white: float = _WORD_SPACE) -> list[Line]:
    """The texts of a line that more white than so many sizes of type parts."""
    found: list[Line] = []
    for word in line:
        if found and _white(found[-1][-1], word) <= white * word.size:
            found[-1].append(word)
        else:
            found.append([word])
    return found


def _white(word: StyledWord, following: StyledWord) -> float:
    """White between two words that follow each other, in either direction of reading."""
    return max(following.box[0] - word.box[2], word.box[0] - following.box[2])


def _columns(cell: FilledCell) -> range:
    return range(cell.column, cell.column + cell.columns)
