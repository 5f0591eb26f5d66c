"""How sure an answer is: a table of the signs against it, measured on other drawings.

The order of the signs and the line at 0.5 come from `benchmarks/molecules.py` on 310 drawings of
patents of the OCSR_Review collection, whose own labels are wrong in about one case of fifty. From
0.5 on, 24 of 25 answers are right there; of drawings in other styles fewer are.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dsocr_integrations.engines.embedded.molecules.ink_check import InkCheck

UNEXPLAINED = (0.7, 2.0)
"""Bonds' worth of ink that nothing accounts for: a sign each."""

UNSEEN = 1
"""Bonds without ink that are no sign: a group written as a label has such."""

BY_SIGNS = (0.95, 0.9, 0.8, 0.45, 0.4)
"""Confidence by the number of small signs against an answer."""

ALONE = 0.25
"""Confidence of what only one look at the drawing gave."""

OPEN = 0.1
"""Confidence of an answer with a label that was not read, or an atom seldom seen in drawings."""

UNCHECKED = 0.45
"""Confidence of what two looks gave, but which cannot be laid over the drawing."""

AGREED = 0.97
"""Confidence of what OSRA and the tracing of lines both gave."""

TRACED = 0.45
"""Confidence of what only the tracing of lines gave: of six such drawings three were right."""

_COMMON = re.compile(
    r"\[\d+\*\]"  # numbered groups
    r"|\[(?:Li|Na|K|Cs|Mg|Ca|Zn)\+\d?\]"
    r"|\[\d*(?:H|Br|Cl|Si|Se|[BCNOFPSI]|[bcnops]|se)(?![a-z])@*H?\d?(?:[+-]\d?)?\]"
)
_MISREAD = re.compile(r"\[(?:F|Cl|Br|I)H|(?:^|\()(?:F|Cl|Br|I)O|O(?:F|Cl|Br|I)(?![=(])")
"""A halogen with two bonds, or at an oxygen: the bar of another letter, or of a short label."""


def confidence(smiles: str, votes: int, check: InkCheck | None) -> float:
    """Confidence of an answer on the scale 0–1.

    Args:
        smiles: The answer, canonical.
        votes: Looks at the drawing that gave it.
        check: How it fits the drawing; `None` where its places are not known.
    """
    if is_open(smiles):
        return OPEN
    if votes < 2:
        return ALONE
    if check is None:
        return UNCHECKED
    return BY_SIGNS[min(signs(check), len(BY_SIGNS) - 1)]


def is_open(smiles: str) -> bool:
    """Whether an answer leaves a label unread, or reads one as what is seldom drawn."""
    kept = _COMMON.sub("C", smiles)
    return "*" in kept or "[" in kept or _MISREAD.search(smiles) is not None


def signs(check: InkCheck) -> int:
    """Small signs against an answer, 0 to 5."""
    return (
        sum(check.unexplained > bound for bound in UNEXPLAINED)
        + (check.unseen > UNSEEN)
        + min(check.missed_lines, 2)
    )
