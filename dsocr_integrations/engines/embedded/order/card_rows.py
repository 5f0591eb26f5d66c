"""Cards that stand in rows and columns: short texts that begin at common heights."""

from __future__ import annotations

from collections.abc import Sequence

from dsocr_integrations.engines.embedded.order.order_pieces import Piece

_ROW_GAP = 0.8
"""White between two rows of cards is at least this many line heights high."""

_LONGEST = 9
"""Lines of a card; columns of prose have more between their common starts."""

_SAME_HEIGHT = 0.5
"""Cards that begin within this many line heights of each other stand in one row."""

_FULL_ROWS = 2
"""Rows of cards after which one that lacks some is taken for a row, too."""

_PIECES_UNDER_HEAD = 2


def card_rows(
    columns: Sequence[Sequence[int]], pieces: Sequence[Piece], height: float
) -> list[list[int]] | None:
    """Part columns into rows of cards.

    Args:
        columns: Indices into `pieces`, from left to right.
        pieces: All pieces of the page.
        height: Prevailing height of a line.

    Returns:
        The items row by row; `None` where white does not part all columns into rows whose texts
        begin together.
    """
    rows = _rows([i for column in columns for i in column], pieces, height)
    if len(rows) < 2:
        return None
    for row in rows:
        cards = [card for column in columns if (card := [i for i in column if i in row])]
        tops = [min(pieces[i].box[1] for i in card) for card in cards]
        # The tops of all columns are level, so that one full row does not make the next one cards.
        may_lack = row is rows[-1] and (len(rows) > _FULL_ROWS or _has_head(row, pieces))
        if (
            (len(cards) < len(columns) and not may_lack)
            or max(tops) - min(tops) > _SAME_HEIGHT * height
            or not all(_is_card(card, pieces) for card in cards)
        ):
            return None
    return rows


def _has_head(row: Sequence[int], pieces: Sequence[Piece]) -> bool:
    return any(pieces[i].role == "heading" for i in row)


def are_headed(column: Sequence[int], pieces: Sequence[Piece]) -> bool:
    """Whether a column is texts under headings, a piece or two under each."""
    heads = sum(pieces[i].role == "heading" for i in column)
    return 0 < heads < len(column) <= (1 + _PIECES_UNDER_HEAD) * heads + 1


def _rows(items: Sequence[int], pieces: Sequence[Piece], height: float) -> list[list[int]]:
    """Items parted at white from side to side; headings stay with what is below them."""
    downwards = sorted(items, key=lambda i: pieces[i].box[1])
    rows = [[downwards[0]]]
    bottom = pieces[downwards[0]].box[3]
    for item in downwards[1:]:
        is_head = all(pieces[i].role == "heading" for i in rows[-1])
        if pieces[item].box[1] - bottom >= _ROW_GAP * height and not is_head:
            rows.append([])
        rows[-1].append(item)
        bottom = max(bottom, pieces[item].box[3])
    return rows


def _is_card(card: Sequence[int], pieces: Sequence[Piece]) -> bool:
    lines = sum(len(pieces[i].lines) for i in card)
    return 1 < lines <= _LONGEST and all(pieces[i].lines for i in card)
