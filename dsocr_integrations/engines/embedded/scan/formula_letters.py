r"""Letters that stand side by side in a formula: factors, names of functions, or words.

LaTeX sets `a u x` as it sets `aux`, but only the former says that three quantities are
multiplied. Recognisers of formulas write them apart for that reason.
"""

from __future__ import annotations

import re

_PAIR_WORDS = frozenset(
    {
        "ae", "am", "an", "as", "at", "be", "by", "do", "he", "if", "in", "is", "it", "me", "no",
        "of", "on", "or", "so", "to", "up", "us", "we",
    }
)  # fmt: skip
_UNITS = frozenset(
    {
        "cm", "dB", "eV", "km", "kg", "kJ", "kW", "mg", "mL", "ml", "mm", "ms", "nm", "pH", "Hz",
        "Pa", "rad", "mol", "GHz", "MHz", "kHz", "keV", "MeV", "GeV", "kPa", "MPa",
    }
)  # fmt: skip
_FUNCTIONS = frozenset(
    {
        "arg", "cos", "cosh", "cot", "deg", "det", "dim", "exp", "gcd", "inf", "ker", "lim",
        "ln", "log", "max", "min", "sin", "sinh", "sup", "tan", "tanh",
    }
)  # fmt: skip
_VOWEL = re.compile(r"[aeiouy]", re.IGNORECASE)
_UNPRONOUNCED = re.compile(
    r"ij|j[^aeiou]|q[^u]|v[b-df-hj-np-twxz]|[jvwxzq]x|x[bdgjkmnrsvwxz]|uu|ii"
)
"""Letters that follow each other in products and hardly ever in words."""

_RUN = re.compile(r"(?<![A-Za-z\\])([A-Za-z]+)(\d*)")
_FACTOR = re.compile(r"(\d)(?=[A-Za-z])")


def is_product(letters: str) -> bool:
    """Whether a run of three letters or more can be no word: `uxv`, `aijuxi`, `uLv`."""
    mixed = letters[:1].islower() and not letters.islower()
    return mixed or not _VOWEL.search(letters) or _UNPRONOUNCED.search(letters) is not None


def holds_symbols_only(text: str) -> bool:
    """Whether all letters of a text are factors or names of functions, none a word or unit."""
    return all(letters in _FUNCTIONS or _is_factors(letters) for letters, _ in _RUN.findall(text))


def apart(formula: str) -> str:
    """Write the factors of products apart, and names of functions as LaTeX's commands.

    Words, units and runs of capitals, such as those of chemical formulas, stay whole.
    """
    return _RUN.sub(_spaced, _FACTOR.sub(r"\1 ", formula))


def _is_factors(letters: str) -> bool:
    if len(letters) == 1:
        return True
    if letters in _UNITS or letters.isupper():
        return False
    if len(letters) == 2:
        return letters.lower() not in _PAIR_WORDS
    return is_product(letters)


def _spaced(run: re.Match[str]) -> str:
    letters, digits = run[1], run[2]
    if letters in _FUNCTIONS:
        return rf"\{letters} {digits}".rstrip()
    return " ".join([*letters, digits]).rstrip() if _is_factors(letters) else run[0]
