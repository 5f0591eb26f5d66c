"""The two signs of a choice, and what other signs stand for them."""

from __future__ import annotations

EMPTY, CHOSEN = "\u2610", "\u2611"

_EMPTY_BOXES = "\u25a1\u25a2\u25fb\u25fd\u2b1c\u274f\u2750\u2751\u2752"
_CHOSEN_BOXES = "\u25a0\u25a3\u25fc\u25fe\u2b1b"
_EMPTY_ROUNDS = "\u25cb\u25ef\u274d\u26aa"
_CHOSEN_ROUNDS = "\u25cf\u25c9\u25ce\u2b24\u26ab\u29bf"
_PLAIN = "\u2610\u2611\u2612\U0001f5f9"

BOXES = frozenset(_EMPTY_BOXES + _CHOSEN_BOXES)
ROUNDS = frozenset(_EMPTY_ROUNDS + _CHOSEN_ROUNDS)
SIGNS = BOXES | ROUNDS | frozenset(_PLAIN)
"""Signs that can stand before what is chosen; some of them also open the entries of lists."""

TICKS = frozenset("\u2713\u2714\u2715\u2716\u2717\u2718\u2612xX\u00d7\u2022\u25cf\u25a0")
"""What is put into a box to choose it."""

_SHOWN = frozenset((EMPTY, CHOSEN, "\u2612"))

TO_CHOICE = {
    **dict.fromkeys(_EMPTY_BOXES + _EMPTY_ROUNDS, EMPTY),
    **dict.fromkeys(_CHOSEN_BOXES + _CHOSEN_ROUNDS, CHOSEN),
}


def is_empty(sign: str) -> bool:
    """Whether a sign of a choice says that it was not made."""
    return TO_CHOICE.get(sign, sign) == EMPTY


def is_choice(text: str) -> bool:
    """Whether a text opens with a choice."""
    return text[:1] in _SHOWN


def ends_with_choice(text: str) -> bool:
    """Whether a text has its choice behind it."""
    return text[-1:] in _SHOWN
