"""Two hundred made-up answers that run on without repeating themselves, from a fixed seed."""

from __future__ import annotations

import datetime as dt
import random
import string
from collections.abc import Callable
from itertools import count, islice

SEED = 20_261_129
OF_EACH_KIND = 10
TAG = "<|ref|>text<|/ref|><|det|>[[60, 80, 940, 900]]<|/det|>\n"
LETTER_WEIGHTS = [8, 2, 3, 4, 13, 2, 2, 6, 7, 1, 1, 4, 2, 7, 8, 2, 1, 6, 6, 9, 3, 1, 2, 1, 2, 1]
SYLLABLES = (
    "ba",
    "cor",
    "den",
    "fi",
    "gal",
    "hu",
    "in",
    "jo",
    "ker",
    "lam",
    "mo",
    "nu",
    "os",
    "qui",
)

Make = Callable[[random.Random], str]


def words_of(draw: random.Random, letters: str, weights: list[int] | None = None) -> str:
    many = draw.randint(250, 1200)
    return " ".join(
        "".join(draw.choices(letters, weights, k=draw.randint(2, 10))) for _ in range(many)
    )


def lines_of(draw: random.Random, characters: str) -> str:
    wide = draw.randint(40, 90)
    return "\n".join("".join(draw.choices(characters, k=wide)) for _ in range(draw.randint(20, 90)))


def vocabulary(draw: random.Random, size: int) -> list[str]:
    found: dict[str, None] = {}
    while len(found) < size:
        found["".join(draw.choices(SYLLABLES, k=draw.randint(1, 3)))] = None
    return list(found)


def shuffled(draw: random.Random, size: int) -> str:
    return " ".join(draw.choices(vocabulary(draw, size), k=draw.randint(400, 1500)))


def han(draw: random.Random, characters: list[str]) -> str:
    return "".join(draw.choices(characters, k=draw.randint(400, 2000)))


def every_han() -> list[str]:
    return [chr(code) for code in range(0x4E00, 0xA000)]


def frequent_han() -> list[str]:
    pairs = (bytes((first, last)) for first in range(0xB0, 0xD7) for last in range(0xA1, 0xFF))
    return [pair.decode("gb2312") for pair in pairs]


def bare_count(draw: random.Random) -> str:
    mark, first = draw.choice((".", ")", ":", "")), draw.randint(1, 40)
    return "\n".join(f"{n}{mark}" for n in range(first, first + draw.randint(300, 1500)))


def named_count(draw: random.Random) -> str:
    name = draw.choice(("Item", "Figure", "Note", "第", "- Step", "Chapter"))
    return "\n".join(f"{name} {n}" for n in range(1, draw.randint(300, 900)))


def inline_count(draw: random.Random) -> str:
    step, mark = draw.choice((1, 2, 5, 10, -1)), draw.choice((", ", " ", "; ", " | "))
    first = draw.randint(1, 99) + (5000 if step < 0 else 0)
    return mark.join(map(str, islice(count(first, step), draw.randint(300, 1500))))


def dates(draw: random.Random) -> str:
    day = dt.date(draw.randint(1900, 2030), 1, 1)
    form = draw.choice(("%Y-%m-%d", "%d.%m.%Y", "%Y/%m/%d"))
    many = draw.randint(300, 700)
    return "\n".join((day + dt.timedelta(n)).strftime(form) for n in range(many))


def sections(draw: random.Random) -> str:
    chapter = draw.randint(1, 20)
    return "\n".join(f"{chapter}.{n} Section" for n in range(1, draw.randint(300, 900)))


def template(draw: random.Random) -> str:
    frame = draw.choice(("The value of {} is {}.", "See page {} and {}.", "Add {} to {} and mix."))
    many = draw.randint(150, 500)
    return " ".join(frame.format(draw.randint(1, 999), draw.randint(1, 999)) for _ in range(many))


def numbered_words(draw: random.Random) -> str:
    known = vocabulary(draw, 400)
    return "\n".join(
        f"{n}. {' '.join(draw.choices(known, k=2))}" for n in range(1, draw.randint(400, 1200))
    )


def empty_rows(draw: random.Random) -> str:
    rows = (f"<tr><td>{n}</td><td></td></tr>" for n in range(1, draw.randint(200, 600)))
    return f"<table>{''.join(rows)}" + draw.choice(("", "</table>"))


KINDS: dict[str, Make] = {
    "letters in words": lambda draw: words_of(draw, string.ascii_lowercase),
    "letters as often as in English": lambda draw: words_of(
        draw, string.ascii_lowercase, LETTER_WEIGHTS
    ),
    "Cyrillic letters": lambda draw: words_of(draw, "абвгдежзийклмнопрстуфхцчшщъыьэюя"),
    "letters and figures": lambda draw: lines_of(draw, string.ascii_letters + string.digits),
    "every key": lambda draw: lines_of(draw, string.printable[:94] + "   "),
    "punctuation": lambda draw: lines_of(draw, ".,;:!?'\"()-/&%+*" + " " * 4),
    "figures without a blank": lambda draw: "".join(draw.choices(string.digits, k=3000)),
    "figures in groups": lambda draw: words_of(draw, string.digits),
    "any Chinese": lambda draw: han(draw, every_han()),
    "frequent Chinese": lambda draw: han(draw, frequent_han()),
    "bare count": bare_count,
    "count with a name": named_count,
    "count in a line": inline_count,
    "dates": dates,
    "sections": sections,
    "numbered empty rows": empty_rows,
    "numbered words": numbered_words,
    "a handful of words": lambda draw: shuffled(draw, draw.randint(4, 16)),
    "a sentence with other numbers": template,
    "seventy words": lambda draw: shuffled(draw, 70),
}


def made_up(seed: int = SEED) -> list[tuple[str, str]]:
    """The answers as `(kind, answer)`."""
    draw = random.Random(seed)
    return [(kind, TAG + make(draw)) for kind, make in KINDS.items() for _ in range(OF_EACH_KIND)]
