"""Cells as values: number, percent, currency and scale, each beside what was printed.

Nothing is guessed that the page does not say. A scale such as "in millions" is applied only to
the cells it speaks of, and every cell keeps its printed text and the factor that was applied.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from dsocr_integrations.records.documents import Table
from dsocr_integrations.tables.numbers import number_of

CellKind = Literal["number", "percent", "currency", "text", "nil", "empty"]
"""`nil` is a dash printed where a number could stand; it has no value."""

ValueSource = Literal["printed", "measured", "model"]

_FACTORS = (
    (1e3, r"thousands?|tausend|milliers?|miles|tsd\.?|000['’]?s|千"),
    (1e6, r"millions?|millionen|millones|mio\.?|mn|百万|百萬"),
    (1e9, r"billions?|milliarden|milliards?|mrd\.?|bn|十亿|十億"),
    (1e4, r"万|萬"),
    (1e8, r"亿|億"),
)
_CURRENCY = r"US\$|HK\$|A\$|C\$|[$€£¥₩₹]|USD|EUR|GBP|JPY|CNY|RMB|CHF|euros?|dollars?|元|円|圆"
_IN_WORDS = re.compile(
    rf"(?:(?P<before>{_CURRENCY})\s*,?\s*)?\b(?:in|en)\s+(?:(?:{_CURRENCY})\s*)?"
    r"(?P<word>thousands?|tausend|milliers?|miles|tsd\.?|millions?|millionen|millones|mio\.?"
    r"|billions?|milliarden|milliards?|mrd\.?)"
    rf"(?:\s+(?:of|de|d['’])?\s*(?:U\.?S\.?\s+)?(?P<after>{_CURRENCY}))?"
    r"(?P<rest>[^)\n;]*)",
    re.IGNORECASE,
)
_IN_CHINESE = re.compile(
    r"(?:单位|單位|単位)\s*[:：]?\s*(?:人民币|人民幣)?\s*(?P<word>十亿|十億|百万|百萬|千|万|萬|亿|億)"
    r"(?P<after>元|円|美元|港元)?"
)
_SHORT = re.compile(
    rf"(?P<before>{_CURRENCY})\s?(?P<word>000['’]?s?|bn|mn|mm|[mkb])(?![a-z0-9²])|"
    rf"\b(?P<word2>mio|mrd|tsd)\.?\s?(?P<after2>{_CURRENCY})",
    re.IGNORECASE,
)
_SHORT_FACTORS = {
    "k": 1e3, "000": 1e3, "tsd": 1e3, "m": 1e6, "mn": 1e6, "mm": 1e6, "mio": 1e6, "b": 1e9,
    "bn": 1e9, "mrd": 1e9,
}  # fmt: skip
_EXCEPT = re.compile(
    r"\b(?:except|excluding|other than|außer|sauf)\b(?:\s+for)?(.*)", re.IGNORECASE
)
_NOT_NAMES = frozenset(
    [
        "and",
        "or",
        "the",
        "as",
        "per",
        "data",
        "amount",
        "amounts",
        "figure",
        "figures",
        "information",
        "otherwise",
        "noted",
        "where",
        "stated",
        "indicated",
        "for",
        "of",
    ]
)
_PER_SHARE = re.compile(
    r"\bper\b[\w\s]{0,30}\b(?:shares?|units?|barrel|tonne?|head)\b|\beps\b|每股|je aktie",
    re.IGNORECASE,
)
_COUNT_OF_SHARES = re.compile(
    r"\W*(?:weighted[- ]average\s+)?(?:number of\s+)?(?:common\s+)?shares\b", re.IGNORECASE
)
_UNSCALED = re.compile(
    r"%|\bpercent(?:age)?s?\b|\bprozent\b|\bratios?\b|\bmargins?\s+%|百分比|比率|比例",
    re.IGNORECASE,
)
_YEAR_NAME = re.compile(r"\W*(?:fiscal |financial )?(?:years?|jahr|年度?|année)\W*", re.IGNORECASE)
_YEAR = re.compile(r"(?:19|20)\d\d")
_DASH = re.compile(r"[$€£¥]?\s*[-\u2010-\u2015\u2212]{1,3}\s*%?")
_NEGATIVE_PERCENT = re.compile(r"^\(([^()]+)\)\s*[%％]$")
_NAMES_PERCENT = re.compile(
    r"[(（]\s*[%％]\s*[)）]|\bpercent\b|(?:^|[^\d\s])\s*[%％]\s*$", re.IGNORECASE
)
_SYMBOL = re.compile(rf"{_CURRENCY}", re.IGNORECASE)


@dataclass(frozen=True)
class Scale:
    """A factor that the page prints once for many numbers.

    Attributes:
        factor: What the printed numbers are to be multiplied by.
        phrase: The words that say so, as printed.
        unit: Currency named beside it, as printed.
        exceptions: Words of labels that it says it does not speak of, lower case.
    """

    factor: float
    phrase: str
    unit: str | None = None
    exceptions: tuple[str, ...] = ()


@dataclass(frozen=True)
class TypedCell:
    """A body cell.

    Attributes:
        printed: The cell as printed.
        kind: What it holds.
        value: Its number with the scale applied; a percentage is the number before the sign,
            a number in parentheses is negative. `None` where it holds no number.
        unit: Currency or `%`, as printed in the cell or beside the scale.
        scale: The factor applied; 1 where none was.
        scale_phrase: The words that say so, as printed.
    """

    printed: str
    kind: CellKind
    value: float | None = None
    unit: str | None = None
    scale: float = 1.0
    scale_phrase: str | None = None


@dataclass(frozen=True)
class TypedTable:
    """A table whose cells have types.

    Attributes:
        columns: Names of the columns.
        rows: Typed body rows.
        scale: The scale printed for the whole table, if one was found.
        caption: Printed caption.
        value_source: For a chart: whether its values were printed, measured or said by a model;
            `printed` for a table.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[TypedCell, ...], ...]
    scale: Scale | None = None
    caption: str | None = None
    value_source: ValueSource = "printed"


def find_scale(text: str) -> Scale | None:
    """Find a scale such as "(in millions, except per share data)", "$m" or "单位：万元".

    Args:
        text: A caption, a heading or the name of a column or row.
    """
    words = _IN_WORDS.search(text)
    if words is not None:
        unit = (
            words["before"] or words["after"] or _symbol(words.group(0).removesuffix(words["rest"]))
        )
        excluded = _EXCEPT.search(words["rest"] or "")
        # What is said per share is never scaled; "share" here would name counts of shares too.
        rest = _PER_SHARE.sub(" ", excluded[1].casefold()) if excluded else ""
        named = re.findall(r"[^\W\d_]{2,}", rest)
        exceptions = tuple(word for word in named if word not in _NOT_NAMES)
        phrase = words.group(0).strip(" ,.:")
        return Scale(_factor(words["word"]), phrase, unit, exceptions)
    chinese = _IN_CHINESE.search(text)
    if chinese is not None:
        return Scale(_factor(chinese["word"]), chinese.group(0), chinese["after"])
    short = _SHORT.search(text)
    if short is not None:
        word = (short["word"] or short["word2"]).casefold().rstrip("s'’")
        return Scale(_SHORT_FACTORS[word], short.group(0), short["before"] or short["after2"])
    return None


def type_table(
    table: Table, *, context: str = "", value_source: ValueSource = "printed"
) -> TypedTable:
    """Give the cells of a table their types.

    Args:
        table: The table.
        context: What is printed just above it, where a scale may stand.
        value_source: Where a chart's values come from.
    """
    corner = " ".join(name for name in table.columns[:1])
    whole = next(
        (
            scale
            for text in (table.caption or "", corner, context)
            if (scale := find_scale(text)) is not None
        ),
        None,
    )
    of_column = [find_scale(name) if at else None for at, name in enumerate(table.columns)]
    years = [_is_year_column(table, at) for at in range(len(table.columns))]
    rows = []
    for row in table.rows:
        label = row[0] if row else ""
        own = find_scale(label)
        cells = []
        for at, text in enumerate(row):
            name = table.columns[at]
            scale = own or of_column[at] or whole
            if years[at] or (scale is not None and not _speaks_of(scale, label, name)):
                scale = None
            percent = at > 0 and any(_NAMES_PERCENT.search(one) for one in (label, name))
            cells.append(_cell(text, scale, percent=percent))
        rows.append(tuple(cells))
    return TypedTable(table.columns, tuple(rows), whole, table.caption, value_source)


def _cell(text: str, scale: Scale | None, *, percent: bool) -> TypedCell:
    printed = text.strip()
    if not printed:
        return TypedCell(text, "empty")
    if _DASH.fullmatch(printed):
        return TypedCell(text, "nil")
    number = number_of(_NEGATIVE_PERCENT.sub(r"(\1%)", printed))
    if number is None:
        return TypedCell(text, "text")
    if "%" in printed or "％" in printed or percent:
        return TypedCell(text, "percent", number, "%")
    symbol = _symbol(printed)
    factor = scale.factor if scale is not None else 1.0
    unit = symbol or (scale.unit if scale is not None else None)
    kind: CellKind = "currency" if unit else "number"
    # Decimal shifts by powers of ten stay exact to the digits that were printed.
    value = round(number * factor, 9)
    return TypedCell(text, kind, value, unit, factor, scale.phrase if scale is not None else None)


def _speaks_of(scale: Scale, label: str, column: str) -> bool:
    """Whether a scale speaks of the cell with these labels."""
    for name in (label, column):
        counted = _COUNT_OF_SHARES.match(name) is not None
        if (_PER_SHARE.search(name) and not counted) or _UNSCALED.search(name):
            return False
    words = set(re.findall(r"[^\W\d_]{2,}", f"{label} {column}".casefold()))
    singular = {word.rstrip("s") for word in words}
    # "except share and per share data" excludes shares; each word must be a label's own.
    return not any(word.rstrip("s") in singular for word in scale.exceptions)


def _is_year_column(table: Table, at: int) -> bool:
    texts = [row[at].strip() for row in table.rows if row[at].strip()]
    named = _YEAR_NAME.fullmatch(table.columns[at]) is not None
    return bool(texts) and all(_YEAR.fullmatch(text) for text in texts) and (named or at == 0)


def _symbol(text: str) -> str | None:
    match = _SYMBOL.search(text)
    return match.group(0) if match else None


def _factor(word: str) -> float:
    for factor, pattern in _FACTORS:
        if re.fullmatch(pattern, word, re.IGNORECASE):
            return factor
    return 1.0
