"""Signs, free of charge, that words of a text layer are not those that are printed.

A font may come without a map of its characters to Unicode, or with a wrong one; and what an
earlier recognition wrote over a scan is as good as that was. Neither can be seen in the layer
itself for sure, so that what is found here is looked up in the pixels.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from dsocr_integrations.engines.embedded.born_digital.styled_words import PageText
from dsocr_integrations.writing.common_characters import is_drawn_at_random
from dsocr_integrations.writing.letter_pairs import letter_pairs
from dsocr_integrations.writing.odd_words import has_hole, has_stray, is_odd
from dsocr_integrations.writing.scripts import scripts_in

ODD_SHARE = 0.2
"""Share of odd words from which a font's characters are in doubt."""

MIN_ODD = 2
"""One odd word may be a name."""

MANY_SCRIPTS = 4
"""No font is used for so many scripts on one page."""

USUAL_SCRIPTS = (
    *("Latin", "Han", "Japanese", "Hangul", "Cyrillic", "Greek", "Arabic", "Hebrew"),
    *("Devanagari", "Bengali", "Thai", "Tamil", "Telugu", "Georgian"),
)
"""Scripts of many documents; letters of others are often what a wrong map makes of a text."""

_ABBREVIATION = 5
"""Capitals so long or shorter are often an abbreviation, whose letters follow no language."""


@dataclass(frozen=True)
class DoubtfulWords:
    """Words of one font that may not be what is printed.

    Attributes:
        font: Name of the font; empty for an earlier recognition.
        places: Places of all its words among those of the page, in their order.
        odd: Those among them that look wrong.
        misnamed: Characters of the font whose outlines are those of others.
        hint: Whether nothing is odd but that a rare script stands alone on its page, which may
            well be right.
    """

    font: str
    places: tuple[int, ...]
    odd: frozenset[int] = frozenset()
    misnamed: frozenset[str] = frozenset()
    hint: bool = False


def doubtful_words(
    text: PageText, misnamed: Mapping[str, frozenset[str]] = MappingProxyType({})
) -> list[DoubtfulWords]:
    """Find the fonts and the earlier recognition of a page that show a sign of being wrong.

    Args:
        text: The text layer.
        misnamed: For each font the characters whose outlines are those of others.
    """
    groups: dict[tuple[str, bool], list[int]] = {}
    for place, word in enumerate(text.words):
        if word.drawn:
            continue
        groups.setdefault((word.font, word.visible), []).append(place)
    unseen = tuple(
        place for (_, visible), places in groups.items() if not visible for place in places
    )
    found = [DoubtfulWords("", tuple(sorted(unseen)))] if unseen else []
    for (font, visible), places in groups.items():
        words = [text.words[place].text for place in places]
        wrong = misnamed.get(font, frozenset())
        odd = frozenset(
            place for place, word in zip(places, words, strict=True) if not wrong.isdisjoint(word)
        )
        if visible and (odd or _looks_wrong(words)):
            odd |= {place for place, word in zip(places, words, strict=True) if is_odd(word)}
            found.append(DoubtfulWords(font, tuple(places), odd, wrong))
        elif visible and _is_in_rare_script(words):
            found.append(DoubtfulWords(font, tuple(places), hint=True))
    return found


def _is_in_rare_script(words: Sequence[str]) -> bool:
    joined = "".join(words)
    if joined.isascii():
        return False
    scripts = scripts_in(joined)
    return 2 * sum(scripts[script] for script in USUAL_SCRIPTS) < scripts.total()


def _looks_wrong(words: Sequence[str]) -> bool:
    long = [word for word in words if len(word) > 1]
    odd = sum(map(is_odd, long))
    if odd >= MIN_ODD and odd >= ODD_SHARE * len(long):
        return True
    if sum(has_hole(word) or has_stray(word) for word in long) >= MIN_ODD:
        return True
    spelt = [word for word in long if not (word.isupper() and len(word) <= _ABBREVIATION)]
    return letter_pairs(spelt).are_unusual or _has_many_scripts(words) or is_drawn_at_random(words)


def _has_many_scripts(words: Sequence[str]) -> bool:
    joined = "".join(words)
    return not joined.isascii() and len(scripts_in(joined)) >= MANY_SCRIPTS
