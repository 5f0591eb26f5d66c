"""Read the number that a table cell or a tick label prints, if it prints one."""

from __future__ import annotations

import math
import re
import unicodedata

MAX_LENGTH = 64
"""Longest text looked at; a longer one is prose."""

_MINUS_SIGNS = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212\ufe63\uff0d", "-"))
_RAISED = re.compile("[\u00b2\u00b3\u00b9\u2070-\u208e]")
_RAISED_POWER = re.compile("10([\u207b\u00b2\u00b3\u00b9\u2070-\u2079]{1,4})$")
_LATEX = re.compile(r"\\[()\[\],;! ]|\\(?=[%$#&])|\\mathrm|\\text|\$|[{}]")
_CURRENCY = re.compile(
    r"^([-+(]*)\s*(?:[$€£¥₩₹₽₺¢元]|(?:US|HK|NT|A|C)\$|USD|EUR|GBP|JPY|CNY|RMB|CHF)\s*"
    r"|\s*(?:[$€£¥₩₹₽₺¢元]|USD|EUR|GBP|JPY|CNY|RMB|CHF)\s*(\)?)$"
)
_POWER = re.compile(r"^([-+]?[\d.,]+)\s*[×x·*]\s*10\s*\^?\s*([-+]?\d{1,3})$")
_PLAIN = re.compile(r"[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d{1,3})?")
_GROUPED = (
    # 1,234,567.8 with comma, apostrophe or (thin) space between groups of three.
    (re.compile(r"[-+]?\d{1,3}(?:,\d{3})+(?:\.\d*)?"), ",", "."),
    (re.compile(r"[-+]?\d{1,3}(?:[' ]\d{3})+(?:\.\d*)?"), "' ", "."),
    # 1.234.567,8: several dots, or a comma after them, tell it from a decimal point.
    (re.compile(r"[-+]?\d{1,3}(?:\.\d{3})+,\d+"), ".", ","),
    (re.compile(r"[-+]?\d{1,3}(?:\.\d{3}){2,}"), ".", ","),
    (re.compile(r"[-+]?\d{1,3}(?: \d{3})+,\d+"), " ", ","),
    (re.compile(r"[-+]?\d+,\d+"), "", ","),
)


def number_of(text: str) -> float | None:
    """Read `text` as one number.

    Thousands separators, percent and currency signs, footnote stars, parentheses for
    negatives, Unicode minus signs, full-width digits and powers of ten are understood. A
    percent sign is dropped, not divided by: the value is the number as printed. `1,234` is
    one thousand two hundred and thirty-four, `1,23` is one and a bit.

    Args:
        text: What the cell prints.

    Returns:
        A finite number, or `None` where the cell holds anything else (units, ranges, words).
    """
    if not text or len(text) > MAX_LENGTH:
        return None
    text = _RAISED_POWER.sub(_write_power, text)
    if _RAISED.search(text):
        return None
    body = unicodedata.normalize("NFKC", text).translate(_MINUS_SIGNS)
    body = _LATEX.sub("", body).replace("\u2019", "'").strip()
    body = body.rstrip("*†‡").rstrip()
    body = _CURRENCY.sub(lambda match: (match[1] or "") + (match[2] or ""), body).strip()
    negative = body.startswith("(") and body.endswith(")")
    if negative:
        body = body[1:-1].strip()
    if body.endswith("%"):
        body = body[:-1].rstrip()
    body = _CURRENCY.sub(lambda match: (match[1] or "") + (match[2] or ""), body).strip()
    if not body.isascii() and _POWER.match(body) is None:
        return None
    value = _value(re.sub(r"^([-+])\s+", r"\1", body))
    if value is None or (negative and value < 0):
        return None
    return -value if negative else value


def _write_power(match: re.Match[str]) -> str:
    return f"10^{unicodedata.normalize('NFKC', match[1])}"


def _value(body: str) -> float | None:
    power = _POWER.match(body)
    if power:
        factor = _value(power[1])
        return None if factor is None else _finite(f"{factor!r}e{int(power[2])}")
    if _PLAIN.fullmatch(body):
        return _finite(body)
    for pattern, separators, point in _GROUPED:
        if pattern.fullmatch(body):
            for separator in separators:
                body = body.replace(separator, "")
            return _finite(body.replace(point, "."))
    return None


def _finite(body: str) -> float | None:
    try:
        value = float(body)
    except ValueError:
        return None
    return value if math.isfinite(value) else None
