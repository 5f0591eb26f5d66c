"""Numbers that headings begin with: `Item 7`, `2.1`, `IV.`, `(a)`."""

from __future__ import annotations

import re

_PARTS = (
    ("part", r"part|book|volume|teil|band|partie|parte|tome"),
    ("chapter", r"chapter|kapitel|chapitre|cap[ií]tulo|capitolo"),
    ("section", r"section|article|item|abschnitt|artikel|sección|artículo|clause"),
    ("note", r"note|anmerkung|annexe|annex|anhang"),
)
_NAMED = re.compile(
    "^(?:"
    + "|".join(f"(?P<{kind}>{words})" for kind, words in _PARTS)
    + r")\s+(?:[ivxlcdm]{1,7}|\d{1,3}[a-z]?(?:\.\d{1,3})*|[a-z]|one|two|three|four|five|six)\b",
    re.IGNORECASE,
)
_DECIMAL = re.compile(r"^(?:[A-Z]\.\d{1,3}|\d{1,3})((?:\.\d{1,3}){0,4})[.)]?\s+\W{0,2}[^\W\d_]")
_ROMAN = re.compile(r"^(?:[IVX]|[IVXLC]{2,7})[.)]\s")
_LETTER = re.compile(r"^[A-Z][.)]\s")
_BRACKET = re.compile(r"^\(?(?:[a-z]|[ivx]{1,5}|\d{1,2})\)\s")

DIVISIONS = ("part", "chapter", "section")
NUMBER_KINDS = (*DIVISIONS, "note", "roman", "letter", "bracket")
"""Kinds of numbers from the highest to the lowest, in headings of one look.

Divisions stand above all other headings of their size."""


def section_depth(text: str) -> int:
    """Depth of a heading's number: 1 for `2`, 2 for `2.1`, 0 without one."""
    match = _DECIMAL.match(text)
    if match is None:
        return 0
    return 1 + match.group(1).count(".") + match.group().split()[0][0].isalpha()


def number_kind(text: str) -> str:
    """What kind of number a heading has; empty for none and for one such as `2.1`."""
    named = _NAMED.match(text)
    if named:
        return str(named.lastgroup)
    for kind, pattern in (("roman", _ROMAN), ("letter", _LETTER), ("bracket", _BRACKET)):
        if pattern.match(text):
            return kind
    return ""
