"""How usual the pairs of letters in words are: words of a language, or letters thrown together.

What a font without a sound map to Unicode says, and what a recogniser says of a script that it
does not know, are letters thrown together. They need not be looked up in any dictionary to be told.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

_EDGE_AND_LETTERS = " abcdefghijklmnopqrstuvwxyz"
_ROWS = (
    "066666555536566562566554345",
    "764665444655657542666554255",
    "575338422742735620654631151",
    "772447318836435730546512251",
    "772347236734436740554643146",
    "764565454655657342766443444",
    "763357643833525741555512140",
    "773348254745535740665732062",
    "872237304745544720536553051",
    "764657454566657642666453315",
    "784458223724635751455742143",
    "784437335746534760566634052",
    "773357344764646630255631042",
    "776237244733564660343522051",
    "873567374764345620257532063",
    "754666454655657661765574135",
    "672437336643634760745621141",
    "652444232522743343435926222",
    "773457344755454731456543143",
    "863627335736534552357533046",
    "772327227724334620655644254",
    "865566454756766560667643355",
    "683338232733546731543521163",
    "783447355733455641553414362",
    "766546523624453562347522653",
    "884666544545667671666555443",
    "784347254734446742435555264",
)
"""How usual a letter is after another: 9 for always, each step down for half as often.

A row for each first letter, a column for each second one, the edge of a word before both. Taken
from words of 35 languages in Latin script, of which the second most favourable one counts.
"""

_USUAL = {
    first + second: int(step)
    for first, row in zip(_EDGE_AND_LETTERS, _ROWS, strict=True)
    for second, step in zip(_EDGE_AND_LETTERS, row, strict=True)
}

_PLAIN = str.maketrans(
    {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ı": "i", "ð": "d", "þ": "th"}
    | dict(zip("абвгдеёжзийклмнопрстуфхцчшщ", "abvgdeezziiklmnoprstufhccss", strict=True))
    | dict(zip("ыэюяіїєґђјљњћџўѓќѕ", "ieuaiiegdjlncdugks", strict=True))
    | {"ъ": "", "ь": ""}
    | dict(zip("αβγδεζηθικλμνξοπρσςτυφχψω", "avgdezitiklmnxoprsstifhpo", strict=True))
)
"""Letters that Unicode does not take apart, and those of Cyrillic and Greek by their sounds: words
of their languages are made of the same pairs.
"""

_WORD = re.compile(r"[^\W\d_]{2,}")

LEAST_USUAL = 5.75
"""Mean of a text's pairs below which hardly any text of a language is.

Of five words of a language one in a hundred is below 6.1; of five words of letters thrown together
one in a hundred is above 5.9.
"""

MIN_PAIRS = 14
"""Fewer pairs say little."""

FEW_PAIRS = 10
LEAST_OF_FEW = 5.0
"""From so many pairs on, a mean below that is hardly ever one of a language."""

LEAST_OF_MANY = 5.9
MANY_PAIRS = 200
"""From so many pairs on, the mean of a text's pairs is at least that."""


@dataclass(frozen=True)
class LetterPairs:
    """The pairs of letters of some words.

    Attributes:
        count: How many there are, the edges of the words included.
        total: The sum of how usual they are.
    """

    count: int = 0
    total: int = 0

    @property
    def are_unusual(self) -> bool:
        """Whether there are enough of them, and they are those of no language."""
        if self.count < FEW_PAIRS:
            return False
        least = LEAST_OF_MANY if self.count >= MANY_PAIRS else LEAST_USUAL
        if self.count < MIN_PAIRS:
            least = LEAST_OF_FEW
        return self.total < least * self.count

    @property
    def are_usual(self) -> bool:
        """Whether there are enough of them, and they can be those of a language."""
        return self.count >= MIN_PAIRS and not self.are_unusual


def letter_pairs(texts: Iterable[str]) -> LetterPairs:
    """Count the pairs of letters in words of Latin, Cyrillic and Greek script."""
    count = total = 0
    words = Counter(word for text in texts for word in _WORD.findall(text))
    for word, times in words.items():
        plain = plain_letters(word)
        if not (plain.isascii() and plain.isalpha()):
            continue
        framed = f" {plain} "
        count += times * (len(plain) + 1)
        total += times * sum(map(_USUAL.__getitem__, map(str.__add__, framed, framed[1:])))
    return LetterPairs(count, total)


def plain_letters(word: str) -> str:
    """A word in small Latin letters without accents, as far as it can be written so."""
    small = word.casefold().translate(_PLAIN)
    if small.isascii():
        return small
    parts = unicodedata.normalize("NFKD", small)
    bare = "".join(part for part in parts if not unicodedata.combining(part))
    return bare.translate(_PLAIN)
