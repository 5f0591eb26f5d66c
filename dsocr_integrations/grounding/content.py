"""Give each tag its own content: tables to table tags, captions to caption tags."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from dsocr_integrations.records.documents import RawBox
from dsocr_integrations.tables import find_tables

_CARRIES_TABLE = frozenset({"table", "table_body", "chart"})
_GOES_WITH_TABLE = ("caption", "footnote", "title", "text")
_MAX_LOOKAHEAD = 4
"""Tags between a table's tag and its HTML; more are not one table any more."""

_MAX_CAPTION = 300


@dataclass(frozen=True)
class Piece:
    """A block in the making.

    Attributes:
        label: Label as said.
        text: Content, tags removed.
        boxes: Boxes as said.
        grounded: 0-based place among the tags of the answer; `None` for text without one.
        inherits_boxes: Whether the boxes are those of the tag it was split from.
        has_table: Whether the text is a table.
    """

    label: str
    text: str
    boxes: tuple[RawBox, ...] = ()
    grounded: int | None = None
    inherits_boxes: bool = False
    has_table: bool = False


def pair_tables(pieces: Sequence[Piece]) -> list[Piece]:
    """Move a table's HTML from behind its caption's tag to the table's own tag.

    The model often writes the table's tag, the caption's tag and caption, and only then the
    table. A table tag without content takes the next table among the tags that follow.
    """
    done = list(pieces)
    waiting: list[int] = []
    for place, piece in enumerate(done):
        if piece.label in _CARRIES_TABLE:
            if not piece.text:
                waiting.append(place)
            continue
        waiting = [other for other in waiting if place - other <= _MAX_LOOKAHEAD]
        if not waiting or not piece.label.endswith(_GOES_WITH_TABLE):
            waiting = []
            continue
        rest, position = [], 0
        for start, end in find_tables(piece.text):
            if not waiting:
                break
            table = waiting.pop(0)
            done[table] = replace(done[table], text=piece.text[start:end])
            rest.append(piece.text[position:start].strip())
            position = end
        if position:
            rest.append(piece.text[position:].strip())
            done[place] = replace(piece, text="\n\n".join(part for part in rest if part))
    return done


def split_tables(pieces: Sequence[Piece]) -> list[Piece]:
    """Part tables from the text around them, so that each block is one thing."""
    return [part for piece in pieces for part in _split(piece)]


def _split(piece: Piece) -> Iterator[Piece]:
    spans = list(find_tables(piece.text)) if "<" in piece.text or "|" in piece.text else []
    if not spans:
        yield piece
        return
    parts = list(_parts(piece.text, spans))
    main = _main_part(piece.label, parts)
    for place, (text, is_table) in enumerate(parts):
        if place == main:
            yield replace(piece, text=text, has_table=is_table)
            continue
        label = "table" if is_table else "text"
        if piece.label in _CARRIES_TABLE and place < main and len(text) <= _MAX_CAPTION:
            label = "table_caption"
        yield Piece(label, text, piece.boxes, inherits_boxes=True, has_table=is_table)


def _parts(text: str, spans: Sequence[tuple[int, int]]) -> Iterator[tuple[str, bool]]:
    position = 0
    for start, end in spans:
        if text[position:start].strip():
            yield text[position:start].strip(), False
        yield from _table_and_rest(text[start:end])
        position = end
    if text[position:].strip():
        yield text[position:].strip(), False


def _table_and_rest(text: str) -> Iterator[tuple[str, bool]]:
    """Part an unclosed table from text that follows its last row after a line break."""
    lower = text.lower()
    if lower.startswith("<table") and "</table" not in lower:
        last = max(lower.rfind("</tr>"), lower.rfind("</td>"), lower.rfind("</th>"))
        rest = text[last + 5 :] if last >= 0 else ""
        if rest.startswith("\n") and rest.strip() and "<t" not in rest:
            yield text[: last + 5], True
            yield rest.strip(), False
            return
    yield text, True


def _main_part(label: str, parts: Sequence[tuple[str, bool]]) -> int:
    """The part that keeps the tag's own place: the table of a table tag, else the first."""
    if label in _CARRIES_TABLE:
        return next(place for place, (_, is_table) in enumerate(parts) if is_table)
    return 0
