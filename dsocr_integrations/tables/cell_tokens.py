"""Tables said in cell tokens (OTSL), as some document models answer, written as HTML.

`<fcel>` opens a full cell, `<ecel>` an empty one, `<ched>`, `<rhed>` and `<srow>` a header;
`<lcel>`, `<ucel>` and `<xcel>` continue the cell to the left, above, or both; `<nl>` ends a row.
Source: Lysak et al., "Optimized Table Tokenization for Table Structure Recognition", 2023.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dsocr_integrations.tables.parser import html_spans

_NAMES = "fcel|ecel|lcel|ucel|xcel|ched|rhed|srow|nl"
_TOKEN = re.compile(rf"(?:<|&lt;)({_NAMES}|/?otsl)(?:>|&gt;)", re.IGNORECASE)
_IN_HTML = re.compile(rf"(?:<|&lt;)(?:{_NAMES})(?:>|&gt;|(?=<|&lt;))", re.IGNORECASE)
_ENDS_CELL = re.compile(r"\n\s*\n|<\||</?table", re.IGNORECASE)
"""What no cell holds: where a row was left open, its last cell ends here."""

_HEADERS = frozenset({"ched", "rhed", "srow"})
_CELLS = _HEADERS | {"fcel", "ecel", "lcel", "ucel", "xcel"}


@dataclass(frozen=True)
class _Said:
    """A token and the text behind it."""

    name: str
    text: str
    start: int
    end: int


def cells_as_html(text: str) -> str:
    """Write each table in cell tokens as an HTML table; all other text stays as it is.

    Args:
        text: A model's answer.

    Returns:
        The answer. A table whose last row was never ended gets no `</table>`, as one in HTML
        that was cut off has none. Tokens among the cells of an HTML table, which a model that
        mixes both ways leaves there, are taken out. Takes time linear in the text.
    """
    parts, position = [], 0
    for start, end in html_spans(text):
        parts += [_with_html_tables(text[position:start]), _IN_HTML.sub("", text[start:end])]
        position = end
    return "".join([*parts, _with_html_tables(text[position:])])


def _with_html_tables(text: str) -> str:
    parts, position = [], 0
    for start, run in _runs(text):
        parts += [text[position:start], _html(run)]
        position = run[-1].end
    return "".join([*parts, text[position:]])


def _runs(text: str) -> Iterator[tuple[int, list[_Said]]]:
    """Each table: where it begins, and its tokens; the last ends where the table does."""
    run: list[_Said] = []
    tokens = list(_TOKEN.finditer(text))
    ends = [*(token.start() for token in tokens[1:]), len(text)]
    for token, end in zip(tokens, ends, strict=False):
        name, said = token[1].lower(), text[token.end() : end]
        ended = _ENDS_CELL.search(said) if name in _CELLS else None
        outside = name not in _CELLS and bool(said.strip())
        last = token.end() + (ended.start() if ended else 0 if outside else len(said))
        run.append(_Said(name, text[token.end() : last], token.start(), last))
        if name == "/otsl" or ended or outside or token is tokens[-1]:
            if any(one.name in _CELLS for one in run):
                yield run[0].start, run
            run = []


def _html(run: Sequence[_Said]) -> str:
    rows: list[list[_Said]] = [[]]
    for said in run:
        if said.name == "nl":
            rows.append([])
        elif said.name in _CELLS:
            rows[-1].append(said)
    was_ended = not rows[-1] or run[-1].name == "/otsl"
    rows = [row for row in rows if row]
    body = "".join(f"<tr>{''.join(cells)}</tr>" for cells in _cells(rows))
    return f"<table>{body}{'</table>' if was_ended else ''}"


def _cells(rows: Sequence[Sequence[_Said]]) -> list[list[str]]:
    """The cells of each row, spans counted from the last row up and from the right."""
    written: list[list[str]] = []
    below: list[int] = []
    for place in reversed(range(len(rows))):
        cells, wide, high = [], 0, [0] * len(rows[place])
        for column in reversed(range(len(rows[place]))):
            said = rows[place][column]
            under = below[column] if column < len(below) else 0
            if said.name == "ucel":
                high[column] = under + 1
            if not _is_covered(said.name, column, rows[place - 1] if place else ()):
                cells.append(_cell(said, wide + 1, under + 1))
            wide = wide + 1 if said.name == "lcel" else 0
        written.append(cells[::-1])
        below = high
    return written[::-1]


def _is_covered(name: str, column: int, above: Sequence[_Said]) -> bool:
    left, up = column > 0, column < len(above)
    return {"lcel": left, "ucel": up, "xcel": left and up}.get(name, False)


def _cell(said: _Said, wide: int, high: int) -> str:
    name = "th" if said.name in _HEADERS else "td"
    spans = "".join(
        f' {of}="{count}"' for of, count in (("colspan", wide), ("rowspan", high)) if count > 1
    )
    return f"<{name}{spans}>{said.text.strip()}</{name}>"
