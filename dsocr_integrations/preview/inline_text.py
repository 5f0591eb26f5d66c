"""A line of the model's Markdown as runs of text with a style each; nothing becomes HTML."""

from __future__ import annotations

import re
from typing import Literal, NotRequired, TypedDict

from dsocr_integrations.preview.mathml import MathNode

MAX_RUNS = 400
"""Runs of one paragraph; what follows stays one plain run."""

Style = Literal["bold", "italic", "code", "math", "sup", "sub", "mark"]


class Run(TypedDict):
    """Text in one style.

    Attributes:
        text: What to show, as text only.
        style: How; left out for plain text.
        mathml: A formula as MathML, where it is understood.
    """

    text: str
    style: NotRequired[Style]
    mathml: NotRequired[MathNode]


_STYLES: dict[str, Style] = {
    "bold": "bold",
    "italic": "italic",
    "code": "code",
    "math": "math",
    "sup": "sup",
    "sub": "sub",
}
# Each alternative is bounded, so that a page of asterisks costs linear time.
_MARKED = re.compile(
    r"\\\((?P<math>.{1,2000}?)\\\)"
    r"|`(?P<code>[^`\n]{1,500})`"
    r"|\*\*(?P<bold>[^*\n]{1,1000})\*\*"
    r"|(?<![*\w])\*(?P<italic>[^*\s][^*\n]{0,1000})\*(?![*\w])"
    r"|<sup>(?P<sup>[^<\n]{1,200})</sup>"
    r"|<sub>(?P<sub>[^<\n]{1,200})</sub>",
    re.DOTALL,
)


def runs(text: str) -> list[Run]:
    """Cut cleaned text into runs; all text is kept, marks of understood styles are dropped."""
    out: list[Run] = []
    at = 0
    for found in _MARKED.finditer(text):
        if len(out) >= MAX_RUNS:
            break
        if found.start() > at:
            out.append({"text": text[at : found.start()]})
        kind = found.lastgroup or ""
        out.append({"text": found.group(kind).strip("\n"), "style": _STYLES[kind]})
        at = found.end()
    if at < len(text):
        out.append({"text": text[at:]})
    return out
