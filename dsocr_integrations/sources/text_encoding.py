"""The text that bytes are, where that can be told: better none than a wrong one."""

from __future__ import annotations

import re
from contextlib import suppress

from dsocr_integrations.sources.code_pages import code_pages

_MARKS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
_CONTROLS = re.compile(r"[\x00-\x07\x0e-\x1a\x1c-\x1f\x7f-\x84\x86-\x9f]")
"""What stands in no text; tabs, line ends, form feeds, backspaces and escapes may."""

_CONTROL_BYTES = re.compile(rb"[\x00-\x07\x0e-\x1a\x1c-\x1f\x7f]")
_WORDS = re.compile(r"[^\W\d_]+")
_FOREIGN = re.compile(r"[^\x00-\x7f]")
_FOREIGN_RUN = re.compile(r"[^\W\d_\x00-\x7f]{3}")
_ODD_CASE = re.compile(r"[a-zß-öø-ÿ][À-ÖØ-Þ]")
_MOST_FOREIGN = 0.3
"""Share of letters beyond ASCII in a text of a language that is written in Latin letters."""

_FEW = 3
_MOST_ODD = 0.02


def may_be_text(head: bytes) -> bool:
    """Whether a file that begins like this can be a text."""
    marked = any(head.startswith(mark) for mark, _ in _MARKS)
    wide = _wide_encoding(head[: len(head) // 2 * 2]) is not None
    return marked or wide or not _CONTROL_BYTES.search(head)


def decoded(data: bytes) -> str | None:
    r"""Tell the text: UTF-8, UTF-16 or UTF-32, or one of a European code page that explains it.

    Line ends become `\n`. What a byte order mark says goes first, then what can be nothing else.
    A text of another single-byte or double-byte encoding would come out as letters that nobody
    wrote; it is recognised by them and not told.

    Returns:
        The text; `None` where the bytes are none, or in an encoding that cannot be told.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _strictly(data[len(mark) :], encoding)
    if (wide := _wide_encoding(data)) is not None:
        return _strictly(data, wide)
    text = _strictly(data, "utf-8")
    if text is not None or _is_utf8_but_for_little(data):
        return text
    if pages := code_pages(data):
        return _strictly(data, pages[0]) if len(pages) == 1 else None
    western = _strictly(data, "cp1252") or _strictly(data, "latin-1")
    return western if western is not None and _is_western(western) else None


def decoded_as(data: bytes, charset: str) -> str | None:
    """Tell the text of bytes that say in which encoding they are, rightly or not.

    Bytes beyond ASCII that are UTF-8 are nothing else, whatever they are called.

    Returns:
        The text; `None` where they are in neither that encoding nor one that can be told.
    """
    if not data.isascii() and (text := _strictly(data, "utf-8")) is not None:
        return text
    with suppress(LookupError, UnicodeDecodeError):
        return data.decode(charset).replace("\r\n", "\n")
    return decoded(data)


def _strictly(data: bytes, encoding: str) -> str | None:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        return None
    if _CONTROLS.search(text):
        return None
    return text.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff")


def _wide_encoding(data: bytes) -> str | None:
    """UTF-16 without a mark, by the zero bytes of its ASCII letters."""
    if len(data) % 2 or len(data) < 4:
        return None
    first, second = data[::2].count(0), data[1::2].count(0)
    if second > 0.3 * len(data) / 2 and not first:
        return "utf-16-le"
    return "utf-16-be" if first > 0.3 * len(data) / 2 and not second else None


def _is_utf8_but_for_little(data: bytes) -> bool:
    """Whether bytes are damaged UTF-8, which as another encoding would be garbage."""
    beyond = sum(byte >= 0x80 for byte in data)
    lost = data.decode("utf-8", "replace").count("\ufffd")
    return beyond > 0 and lost < 0.5 * beyond


def _is_western(text: str) -> bool:
    words = _WORDS.findall(text)
    letters = sum(map(len, words))
    foreign = sum(len(_FOREIGN.findall(word)) for word in words)
    odd = sum(bool(_FOREIGN_RUN.search(word) or _ODD_CASE.search(word)) for word in words)
    most = max(_MOST_FOREIGN * letters, min(_FEW, letters // 2))
    return foreign <= most and odd <= max(1, _MOST_ODD * len(words))
