"""Formulas as MathML: LaTeX understood by a library, its answer taken over element by element.

The library passes on what a formula says of styles, classes and addresses; here only elements and
attributes of a list are taken. What it does not understand stays LaTeX.
"""

from __future__ import annotations

import functools
import html
import re
from typing import TYPE_CHECKING, NotRequired, TypedDict

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element

    from dsocr_integrations.preview.block_tree import Node
    from dsocr_integrations.preview.inline_text import Run

MAX_LATEX = 2_000
MAX_DEPTH = 60
MAX_ELEMENTS = 1_500
MAX_FORMULAS = 300
"""Formulas of one page that are shown as such; each takes milliseconds."""

_ELEMENTS = frozenset({
    "math", "mrow", "mi", "mn", "mo", "mtext", "mspace", "mfrac", "msqrt", "mroot", "msub", "msup",
    "msubsup", "munder", "mover", "munderover", "mtable", "mtr", "mtd", "mstyle", "mpadded",
    "mphantom", "menclose",
})  # fmt: skip
_ATTRIBUTES = frozenset({
    "accent", "columnalign", "columnspacing", "display", "displaystyle", "fence", "form",
    "linethickness", "lspace", "mathvariant", "maxsize", "minsize", "movablelimits", "notation",
    "rowspacing", "rspace", "scriptlevel", "separator", "stretchy", "symmetric", "width",
})  # fmt: skip
_MAX_ATTRIBUTE = 40
_MARKUP = re.compile(r"[\\^_{]")
_WORD = re.compile(r"[^\W\d_]{2}")


class MathNode(TypedDict):
    """An element of MathML with text or with children."""

    tag: str
    attributes: NotRequired[dict[str, str]]
    text: NotRequired[str]
    children: NotRequired[list[MathNode]]


class _NotUnderstoodError(Exception):
    pass


@functools.lru_cache(maxsize=2_048)
def mathml(latex: str, *, display: bool) -> MathNode | None:
    """A formula as MathML, `None` where it is not understood or the library is not installed.

    Args:
        latex: The formula without its delimiters.
        display: Whether it stands on a line of its own.
    """
    if not latex.strip() or len(latex) > MAX_LATEX or _is_plain(latex):
        return None
    try:
        from latex2mathml.converter import convert_to_element
    except ImportError:
        return None
    try:
        element = convert_to_element(latex, display="block" if display else "inline")
        return _taken(element, iter(range(MAX_ELEMENTS)), MAX_DEPTH)
    except Exception:  # noqa: BLE001 - whatever the library makes of a hostile formula, it stays LaTeX
        return None


def _is_plain(latex: str) -> bool:
    """Whether words were read off a formula, which as LaTeX would be products of letters."""
    return _MARKUP.search(latex) is None and _WORD.search(latex) is not None


def add_mathml(blocks: list[dict[str, object]]) -> None:
    """Put MathML beside the LaTeX of the formulas in the blocks of a page view."""
    formulas = (one for block in blocks for node in _nodes(block) for one in _formulas(node))
    for _, formula in zip(range(MAX_FORMULAS), formulas, strict=False):
        made = mathml(formula["text"], display="kind" in formula)
        if made is not None:
            formula["mathml"] = made


def _nodes(block: dict[str, object]) -> Iterator[Node]:
    figure = block["figure"]
    yield from block["nodes"]  # type: ignore[misc]
    if isinstance(figure, dict):
        yield from figure["caption"]
        if figure["table"] is not None:
            yield figure["table"]


def _formulas(node: Node) -> Iterator[Node | Run]:
    if node["kind"] == "math":
        yield node
    rows = node.get("rows", ())
    texts = (node.get("runs", ()), *(cell["runs"] for row in rows for cell in row))
    yield from (run for runs in texts for run in runs if run.get("style") == "math")


def _taken(element: Element, left: Iterator[int], depth: int) -> MathNode:
    tag = element.tag.rpartition("}")[2]
    text = html.unescape(element.text or "").strip()
    next(left)
    # A command that is left over was not understood.
    if tag not in _ELEMENTS or not depth or "\\" in text:
        raise _NotUnderstoodError(tag)
    node: MathNode = {"tag": tag}
    attributes = {
        name: value
        for name, value in element.attrib.items()
        if name in _ATTRIBUTES and len(value) <= _MAX_ATTRIBUTE
    }
    if attributes:
        node["attributes"] = attributes
    if text:
        node["text"] = text
    children = [_taken(child, left, depth - 1) for child in element]
    if children:
        node["children"] = children
    return node
