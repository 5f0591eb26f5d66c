"""HTML cut into tags and text, in time that grows with its length whatever it is like.

Python's own parser takes the square of it for tags and comments that are never closed, and mails are
written by strangers.
"""

from __future__ import annotations

import functools
import html
import re
from collections.abc import Iterator
from dataclasses import dataclass

_TAG = re.compile(r"""<(/?)([a-zA-Z][a-zA-Z0-9:-]*)((?:[^<>"']++|"[^"<>]*+"|'[^'<>]*+')*+)>""")
_DECLARATION = re.compile(r"<[!?][^<>]*+>")
_OPAQUE = frozenset({"script", "style", "title", "textarea", "noscript", "template"})
"""Elements whose content is no HTML, or none that is shown."""

_NOT_SHOWN = frozenset(
    {"hidden", "password", "file", "image", "submit", "reset", "button", "range", "color"}
)
"""Kinds of fields whose value is not what somebody entered, or not shown."""

_STYLE = re.compile(r"""\bstyle\s*+=\s*+("[^"]*+"|'[^']*+'|\S++)""", re.IGNORECASE)
_QUOTED = re.compile(r""""[^"]*+"|'[^']*+'""")
_HIDDEN_STYLE = re.compile(
    r"display\s*+:\s*+none|visibility\s*+:\s*+hidden|font-size\s*+:\s*+0(?![.\d])", re.IGNORECASE
)
_SPAN = re.compile(r"""\b(row|col)span\s*+=\s*+["']?\s*+(\d{1,4})""", re.IGNORECASE)
_INPUT = re.compile(
    r"""\b(type|value)\s*+=\s*+(?:"([^"]*+)"|'([^']*+)'|([^\s"'>]++))""", re.IGNORECASE
)
_CHECKED = re.compile(r"(?<![^\s])checked(?![^\s=/])", re.IGNORECASE)
_HIDDEN_WORD = re.compile(r"(?<![^\s])hidden(?![^\s=])", re.IGNORECASE)


@dataclass(frozen=True)
class Tag:
    """A tag.

    Attributes:
        name: In lower case.
        is_end: Whether it ends an element.
        is_hidden: Whether it begins one that is not shown.
        rows: Rows that a cell covers.
        columns: Columns that it covers.
        shown: What a field shows: its value, or `☐` or `☑`.
    """

    name: str
    is_end: bool = False
    is_hidden: bool = False
    rows: int = 1
    columns: int = 1
    shown: str = ""


def html_tokens(source: str) -> Iterator[Tag | str]:
    """Tags and the text between them, without comments, scripts and style sheets."""
    text = _DECLARATION.sub("", _without_comments(source))
    position = 0
    while match := _TAG.search(text, position):
        yield html.unescape(text[position : match.start()])
        name, position = match[2].lower(), match.end()
        if match[1] or name not in _OPAQUE:
            shown = _shown(match[3]) if name == "input" else ""
            spans = _spans(name, match[3])
            yield Tag(name, bool(match[1]), _is_hidden(match[3]), *spans, shown)
        else:
            # Not in a text in lower case: some letters are two there.
            end = _end_of(name).search(text, position)
            position = end.start() if end else len(text)
    yield html.unescape(text[position:])


def _spans(name: str, attributes: str) -> tuple[int, int]:
    if name not in {"td", "th"}:
        return 1, 1
    said = {key.lower(): int(number) for key, number in _SPAN.findall(attributes)}
    return max(1, said.get("row", 1)), max(1, said.get("col", 1))


def _shown(attributes: str) -> str:
    """What a field of a form shows."""
    said = {key.lower(): html.unescape(a or b or c) for key, a, b, c in _INPUT.findall(attributes)}
    kind = said.get("type", "text").lower()
    if kind in {"checkbox", "radio"}:
        return "☑" if _CHECKED.search(_QUOTED.sub("", attributes)) else "☐"
    return "" if kind in _NOT_SHOWN else said.get("value", "")


@functools.cache
def _end_of(name: str) -> re.Pattern[str]:
    return re.compile(f"</{name}", re.IGNORECASE | re.ASCII)


def _without_comments(source: str) -> str:
    shown, position = [], 0
    while (start := source.find("<!--", position)) >= 0:
        shown.append(source[position:start])
        end = source.find("-->", start)
        position = len(source) if end < 0 else end + 3
    return "".join([*shown, source[position:]])


def _is_hidden(attributes: str) -> bool:
    style = _STYLE.search(attributes)
    if style is not None and _HIDDEN_STYLE.search(style[1]):
        return True
    return _HIDDEN_WORD.search(_QUOTED.sub("", attributes)) is not None
