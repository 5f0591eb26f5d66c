"""The letters of a molecule that is drawn with pixels, also where they touch a bond or another."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from dsocr_integrations.engines.embedded.born_digital.glyph_shapes import (
    CERTAIN,
    likest_characters,
)
from dsocr_integrations.engines.embedded.molecules import drawn_letters
from dsocr_integrations.engines.embedded.molecules.drawn_letters import UNREAD, Letter
from dsocr_integrations.engines.embedded.molecules.straight_runs import bend_of, straight_parts

if TYPE_CHECKING:
    from dsocr_integrations.engines.embedded.molecules.ink_pieces import Ink, InkPiece, PixelBox
    from dsocr_integrations.engines.embedded.molecules.ink_skeleton import Run

CHARACTERS = "".join(one for one in drawn_letters.CHARACTERS if one not in "7LZ")
"""Without those that corners of bonds look like."""

TOUCHING = "BCFHNOPS"
"""Characters that are cut off from a bond that they touch."""

LIKE = 0.45
"""Likeness from which on a piece may be a character."""

MOST_OTHERS = 3
"""What else a piece may be."""

LARGEST, USUAL, LOWEST = 0.9, 0.75, 0.3
"""Bond lengths that a letter is high or wide at most, usually at most, and high at least."""

SHORT = 0.5
"""Bond lengths that each straight part of a letter is shorter than."""

PAIR = 1.2
"""Width over height from which on a piece may be two letters."""

NARROW = 0.35
"""Ink where two letters touch, of their height."""

BESIDE = 0.4
"""Heights of a letter between it and a bar that belongs to it."""


def is_certain(piece: InkPiece) -> bool:
    """Whether a piece looks like a character, whatever its size."""
    return bool(_said(piece.ink[1:-1, 1:-1], CHARACTERS, CERTAIN))


def letters_of(piece: InkPiece, length: float) -> list[Letter]:
    """The letter, or the two that touch, that a piece is; none where it is not so.

    Args:
        piece: Of ink.
        length: Usual length of a bond, in pixels.
    """
    wide, high = piece.box[2] - piece.box[0], piece.box[3] - piece.box[1]
    if high > LARGEST * length or wide > 2 * LARGEST * length:
        return []
    if wide > PAIR * high and not is_certain(piece) and (pair := _pair(piece)):
        return pair
    if wide > LARGEST * length:
        return []
    said = _said(piece.ink[1:-1, 1:-1], CHARACTERS, LIKE)
    if said:
        return [Letter(said[0], piece.box, said[1 : 1 + MOST_OTHERS])]
    return [Letter(UNREAD, piece.box)] if piece.extent <= USUAL * length else []


def touching_letters(piece: InkPiece, length: float, stroke: float) -> list[PixelBox]:
    """Boxes, in the pixels of a piece, of letters that touch a bond.

    Args:
        piece: Of ink.
        length: Usual length of a bond, in pixels.
        stroke: Usual width of a line, in pixels.
    """
    if piece.extent <= length:
        return []
    bend = bend_of(length, stroke)
    small = [
        run
        for run in piece.runs
        if all(part.length < SHORT * length for part in straight_parts(run, bend))
    ]
    height, width = piece.ink.shape
    found = []
    for group in _groups(small):
        points = np.asarray([point for run in group for point in run.points])
        (x0, y0), (x1, y1) = points.min(axis=0), points.max(axis=0)
        is_high = LOWEST * length <= y1 - y0 <= LARGEST * length
        if not is_high or x1 - x0 > LARGEST * length:
            continue
        box = (
            max(0, math.floor(x0 - stroke / 2)), max(0, math.floor(y0 - stroke / 2)),
            min(width, math.ceil(x1 + stroke / 2) + 1), min(height, math.ceil(y1 + stroke / 2) + 1),
        )  # fmt: skip
        if _said(_cropped(piece.ink[box[1] : box[3], box[0] : box[2]]), TOUCHING, CERTAIN):
            found.append(box)
    return found


def bar_character(
    bar: InkPiece, letters: Sequence[Letter], pieces: Sequence[InkPiece], length: float
) -> str:
    """What a straight piece is written for: the letter l, a minus, or nothing where it is a line.

    Args:
        bar: The piece.
        letters: That are no bars.
        pieces: All of the drawing.
        length: Usual length of a bond, in pixels.
    """
    x0, y0, x1, y1 = bar.box
    wide, high = x1 - x0, y1 - y0
    if bar.extent > USUAL * length or min(wide, high) > 0.35 * max(wide, high):
        return ""
    before = [one for one in letters if one.box[0] < x0 < one.box[2] + BESIDE * _high(one)]
    if high <= wide:
        raised = [one for one in before if wide <= _high(one) and _is_raised(y0, one)]
        return "-" if raised else ""
    is_last = any(
        0.7 * high <= _high(one) <= 1.4 * high and abs(one.box[3] - y1) < 0.3 * high
        for one in before
    )
    is_bond = high < LOWEST * length or _is_bond(bar, pieces, length)
    return "l" if is_last or not is_bond else ""


def _is_bond(bar: InkPiece, pieces: Sequence[InkPiece], length: float) -> bool:
    """Whether an upright bar has something at one of its ends, or a line at its side."""
    x0, y0, x1, y1 = bar.box
    wide, high = x1 - x0, y1 - y0
    for other in pieces:
        left, top, right, bottom = other.box
        if other is bar:
            continue
        is_over = left < x1 + wide and right > x0 - wide
        if is_over and (0 < top - y1 + wide < length / 2 or 0 < y0 + wide - bottom < length / 2):
            return True
        is_line = other.line is not None and abs(other.extent - high) < high / 2
        if is_line and 0 < abs(left - x0) < 0.35 * length and abs(top - y0) < 0.3 * length:
            return True
    return False


def _is_raised(y: float, letter: Letter) -> bool:
    away = (y - letter.box[1]) / _high(letter)
    return -0.4 < away < 0.35


def _high(letter: Letter) -> float:
    return letter.box[3] - letter.box[1]


def _pair(piece: InkPiece) -> list[Letter]:
    """Two letters that touch, parted where there is least ink; none where a piece is not so."""
    ink = piece.ink[1:-1, 1:-1]
    height, width = ink.shape
    columns = ink.sum(axis=0)
    cuts = [
        n for n in range(round(0.3 * width), round(0.7 * width)) if columns[n] <= NARROW * height
    ]
    for cut in sorted(cuts, key=lambda n: int(columns[n])):
        left, right = (
            _said(_cropped(half), CHARACTERS, CERTAIN) for half in (ink[:, :cut], ink[:, cut:])
        )
        if left and right:
            x0, y0, x1, y1 = piece.box
            return [
                Letter(left[0], (x0, y0, x0 + cut, y1), left[1 : 1 + MOST_OTHERS]),
                Letter(right[0], (x0 + cut, y0, x1, y1), right[1 : 1 + MOST_OTHERS]),
            ]
    return []


def _groups(runs: Sequence[Run]) -> Iterator[list[Run]]:
    """Runs that meet each other."""
    left = list(runs)
    while left:
        group = [left.pop()]
        for run in group:
            beside = [one for one in left if set(one.ends) & set(run.ends) - {None}]
            group += beside
            left = [one for one in left if one not in beside]
        yield group


def _said(ink: Ink, characters: str, least: float) -> str:
    return likest_characters(ink.astype(np.float32), characters, least) if ink.any() else ""


def _cropped(ink: Ink) -> Ink:
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    return ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1] if len(rows) else ink
