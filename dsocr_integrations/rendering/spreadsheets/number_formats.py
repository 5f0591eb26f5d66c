"""Numbers as the format of their cell shows them (ECMA-376, part 1, 18.8.30 and 18.8.31).

Dates whose form is left to the reader's country come as ISO 8601, and names of months and days in
English, since the file tells neither.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from fractions import Fraction
from functools import lru_cache

from dsocr_integrations.rendering.spreadsheets.date_formats import shown_date

GENERAL = "General"
BUILT_IN = {
    0: GENERAL, 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00",
    5: "#,##0;-#,##0", 6: "#,##0;-#,##0", 7: "#,##0.00;-#,##0.00", 8: "#,##0.00;-#,##0.00",
    9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?", 13: "# ??/??",
    14: "yyyy-mm-dd", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm AM/PM",
    19: "h:mm:ss AM/PM", 20: "h:mm", 21: "h:mm:ss", 22: "yyyy-mm-dd h:mm",
    **dict.fromkeys((*range(27, 32), 36, *range(50, 59)), "yyyy-mm-dd"),
    **dict.fromkeys((32, 34), "h:mm"), **dict.fromkeys((33, 35), "h:mm:ss"),
    37: "#,##0;(#,##0)", 38: "#,##0;(#,##0)", 39: "#,##0.00;(#,##0.00)", 40: "#,##0.00;(#,##0.00)",
    41: '#,##0;(#,##0);"-"', 42: '#,##0;(#,##0);"-"',
    43: '#,##0.00;(#,##0.00);"-"', 44: '#,##0.00;(#,##0.00);"-"',
    45: "mm:ss", 46: "[h]:mm:ss", 47: "mm:ss.0", 48: "##0.0E+0", 49: "@",
}  # fmt: skip
"""Formats that a file names by number alone; those of currencies come without the sign."""

_LONGEST_CODE = 255
_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|(?P<dropped>[_*].)|\[(?P<bracket>[^\]]*)\]'
    r"|(?P<general>General)|(?P<half>AM/PM|A/P)|(?P<power>E[+-])"
    r"|(?P<date>[yY]+|[mM]+|[dD]+|[hH]+|[sS]+(?:\.0+)?)"
    r"|(?P<digit>[0#?])|(?P<other>.)",
    re.DOTALL,
)
_CONDITION = re.compile(r"(<=|>=|<>|<|>|=)\s*(-?\d+(?:\.\d+)?)")
_ELAPSED = re.compile(r"(?:h+|m+|s+)", re.IGNORECASE)
_OF_THE_SYSTEM = {"[$-F800]": "yyyy-mm-dd", "[$-F400]": "h:mm:ss"}
"""Formats that begin so show a date or time as the reader's country has it, whatever follows."""

_PLACES = 10
"""Decimals of a number without a format, as a cell of usual width shows it."""

_LONGEST_INTEGER = 15
_HOLDS: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt, ">": operator.gt, "<=": operator.le, ">=": operator.ge,
    "=": operator.eq, "<>": operator.ne,
}  # fmt: skip

Token = tuple[str, str]
"""Kind and text: `literal`, `digit`, `point`, `comma`, `percent`, `power`, `slash`, `date`,
`elapsed`, `half`, `general`."""


@dataclass(frozen=True)
class _Section:
    tokens: tuple[Token, ...]
    condition: tuple[str, float] | None

    def has(self, *kinds: str) -> bool:
        return any(kind in kinds for kind, _ in self.tokens)


def shown_number(value: float, code: str, *, from_1904: bool = False) -> str:
    """A number, or the date that it counts, as a cell shows it.

    Args:
        value: The number that the file holds.
        code: The cell's format.
        from_1904: Whether days are counted from 1904 on.
    """
    section, is_negative = _section_of(value, _sections(code[:_LONGEST_CODE]))
    if section.has("date", "elapsed", "half"):
        said = shown_date(value, section.tokens, from_1904=from_1904)
        return general(value) if said is None else said
    if section.has("general") or not section.has("digit"):
        return "".join(_plain(value, section, is_negative=is_negative)).strip()
    size = abs(value) if is_negative else value
    sign = "-" if size < 0 else ""
    try:
        shown = "".join(_filled(Decimal(repr(abs(size))), section.tokens))
    except (InvalidOperation, OverflowError, ValueError):
        return general(value)
    return (sign if any(c in "123456789" for c in shown) else "") + shown.strip()


def general(value: float) -> str:
    """A number without a format."""
    if value == int(value) and abs(value) < 10**_LONGEST_INTEGER:
        return str(int(value))
    return repr(float(f"{value:.{_PLACES}g}")).replace("e", "E").removesuffix(".0")


def _plain(value: float, section: _Section, *, is_negative: bool) -> Iterator[str]:
    """A section of words, or with a number in its general form."""
    for kind, text in section.tokens:
        if kind == "general":
            yield general(abs(value) if is_negative else value)
        elif kind == "literal":
            yield text if text != "@" else general(value)


@lru_cache(maxsize=1_000)
def _sections(code: str) -> tuple[_Section, ...]:
    sections: list[_Section] = []
    tokens: list[Token] = []
    condition: tuple[str, float] | None = None
    for match in _TOKEN.finditer(_OF_THE_SYSTEM.get(code[:8].upper(), code)):
        if match["other"] == ";":
            sections.append(_Section(tuple(tokens), condition))
            tokens, condition = [], None
            continue
        if match["bracket"] and (found := _CONDITION.fullmatch(match["bracket"])):
            condition = found[1], float(found[2])
        tokens.extend(_tokens(match))
    return (*sections, _Section(tuple(tokens), condition))


_OTHER = {".": "point", ",": "comma", "%": "percent", "/": "slash"}


def _tokens(match: re.Match[str]) -> Iterator[Token]:
    kind = match.lastgroup or ""
    text = match[kind] if kind else ""
    if kind in {"quoted", "escaped"}:
        yield "literal", text
    elif kind == "bracket":
        yield from _bracket(text)
    elif kind == "other":
        yield _OTHER.get(text, "literal"), text
    elif kind != "dropped":
        yield kind, text


def _bracket(text: str) -> Iterator[Token]:
    if text.startswith("$"):
        yield "literal", text[1:].partition("-")[0]
    elif _ELAPSED.fullmatch(text):
        yield "elapsed", text


def _section_of(value: float, sections: tuple[_Section, ...]) -> tuple[_Section, bool]:
    """The section for a value, and whether it shows a negative one without its sign."""
    numbers = sections[:3]
    if any(one.condition for one in numbers):
        for place, one in enumerate(numbers):
            last = place == len(numbers) - 1
            if (one.condition is None and last) or _holds(one, value):
                return one, place > 0 and value < 0
        return _Section((("general", GENERAL),), None), False
    if value < 0 and len(numbers) > 1:
        return numbers[1], True
    if value == 0 and len(numbers) > 2:
        return numbers[2], False
    return numbers[0], False


def _holds(section: _Section, value: float) -> bool:
    if section.condition is None:
        return False
    sign, bound = section.condition
    return _HOLDS[sign](value, bound)


def _filled(value: Decimal, tokens: tuple[Token, ...]) -> Iterator[str]:
    """The tokens of a section of digits with a number in them."""
    kinds = [kind for kind, _ in tokens]
    value *= 100 ** kinds.count("percent")
    if "slash" in kinds and "digit" in kinds[: kinds.index("slash")]:
        yield from _fraction(value, tokens)
        return
    if "power" in kinds:
        yield from _scientific(value, tokens)
        return
    point = kinds.index("point") if "point" in kinds else len(kinds)
    digits = [at for at, kind in enumerate(kinds) if kind == "digit"]
    whole = [at for at in digits if at < point]
    parts = [at for at in digits if at > point]
    last = whole[-1] if whole else -1
    # After the digits it divides by a thousand, among them it parts them.
    value /= 1000 ** sum(kind == "comma" and at > last for at, kind in enumerate(kinds))
    grouped = any(kind == "comma" and at < last for at, kind in enumerate(kinds))
    before, after = _digits(value, len(parts))
    before = before.zfill(sum(tokens[at][1] == "0" for at in whole))
    places = dict(zip(parts, after, strict=True))
    kept = _kept_decimals(after, [tokens[at][1] for at in parts])
    integers = _spread(before, len(whole), grouped=grouped)
    for at, (kind, text) in enumerate(tokens):
        if kind == "digit":
            yield integers.pop(0) if at < point else places[at] * (parts.index(at) < kept)
        elif kind == "point":
            yield (before if not whole else "") + ("." if kept or not parts else "")
        elif kind != "comma":
            yield text


def _digits(value: Decimal, places: int) -> tuple[str, str]:
    """Digits before and after the point; none before it where there is but a zero."""
    rounded = value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    before, _, after = f"{rounded:f}".partition(".")
    return before.lstrip("0"), after


def _kept_decimals(after: str, placeholders: list[str]) -> int:
    kept = len(after)
    while kept and after[kept - 1] == "0" and placeholders[kept - 1] != "0":
        kept -= 1
    return kept


def _spread(digits: str, places: int, *, grouped: bool) -> list[str]:
    """The digits for each place before the point; the first takes those that have none."""
    if not places:
        return []
    first = max(0, len(digits) - places + 1)
    missing = max(0, places - len(digits))
    alone = [digits[first + n : first + n + 1] for n in range(places - 1 - max(0, missing - 1))]
    spread = [digits[:first], *alone] if not missing else [*[""] * missing, *digits]
    if not grouped:
        return spread
    left = len(digits)
    marked = []
    for part in spread:
        text = ""
        for digit in part:
            left -= 1
            text += digit + ("," if left and left % 3 == 0 else "")
        marked.append(text)
    return marked


def _scientific(value: Decimal, tokens: tuple[Token, ...]) -> Iterator[str]:
    kinds = [kind for kind, _ in tokens]
    power = kinds.index("power")
    places = sum(kind == "digit" and "point" in kinds[:at] for at, kind in enumerate(kinds[:power]))
    mantissa, exponent = f"{value:.{places}E}".split("E")
    width = kinds[power:].count("digit")
    sign = "-" if int(exponent) < 0 else "+" if tokens[power][1] == "E+" else ""
    yield f"{mantissa}E{sign}{str(abs(int(exponent))).zfill(width)}"
    yield from (text for kind, text in tokens[power:] if kind == "literal")


def _fraction(value: Decimal, tokens: tuple[Token, ...]) -> Iterator[str]:
    kinds = [kind for kind, _ in tokens]
    slash = kinds.index("slash")
    below = "".join(text for kind, text in tokens[slash:] if kind in {"digit", "literal"}).strip()
    # A whole number before it stands apart from the numerator.
    mixed = any(kind == "literal" and text == " " for kind, text in tokens[:slash])
    exact = Fraction(value)
    whole = int(exact) if mixed else 0
    if below.isdigit() and int(below):
        parts = Fraction(round((exact - whole) * int(below)), 1)
        over, under = int(parts), int(below)
    else:
        near = (exact - whole).limit_denominator(10 ** min(4, len(below) or 1) - 1)
        over, under = near.numerator, near.denominator
    if mixed and over == under:
        whole, over = whole + 1, 0
    yield str(whole) if whole or (mixed and not over) else ""
    yield " " if whole and over else ""
    yield f"{over}/{under}" if over or not mixed else ""
