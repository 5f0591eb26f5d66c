"""dots.ocr: its prompts, and its answer to the layout prompt in the wire language.

The answer is JSON, a list of `{"bbox": [x0, y0, x1, y1], "category": …, "text": …}` in reading
order: pixels of the picture as the model saw it, Markdown in the text, LaTeX for a formula, HTML
for a table, no text for a picture. Sources: `dots_ocr/utils/prompts.py`, `layout_utils.py`,
`image_utils.py` and `consts.py` of github.com/rednote-hilab/dots.ocr (MIT); the prompts are sent
as they stand there.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from typing import Any

from dsocr_integrations.engines.server.wire import Spoken
from dsocr_integrations.grounding.writer import GroundedBlock, GroundedPage
from dsocr_integrations.records.documents import PointBox

LAYOUT_PROMPT = """\
Please output the layout information from the PDF image, including each layout element's bbox, \
its category, and the corresponding text content within the bbox.

1. Bbox format: [x1, y1, x2, y2]

2. Layout Categories: The possible categories are ['Caption', 'Footnote', 'Formula', \
'List-item', 'Page-footer', 'Page-header', 'Picture', 'Section-header', 'Table', 'Text', 'Title'].

3. Text Extraction & Formatting Rules:
    - Picture: For the 'Picture' category, the text field should be omitted.
    - Formula: Format its text as LaTeX.
    - Table: Format its text as HTML.
    - All Others (Text, Title, etc.): Format their text as Markdown.

4. Constraints:
    - The output text must be the original text from the image, with no translation.
    - All layout elements must be sorted according to human reading order.

5. Final Output: The entire output must be a single JSON object.
"""
TEXT_PROMPT = "Extract the text content from this image."

_LABELS = {
    "caption": "caption",
    "footnote": "footnote",
    "formula": "equation",
    "list-item": "list_item",
    "page-footer": "page_footer",
    "page-header": "page_header",
    "picture": "image",
    "section-header": "sub_title",
    "table": "table",
    "text": "text",
    "title": "title",
}

_STEP = 28
"""Pixels to whose multiple the model's preprocessing brings both sides."""

_FEWEST, MOST_PIXELS = 3136, 11_289_600
"""Pixels between which it brings the picture."""

_FENCED = re.compile(r"\A\s*```(?:json)?\s*(.*?)\s*```\s*\Z", re.DOTALL)
_START = re.compile(r'(?=\{\s{0,8}"(?:bbox|category|text)"\s{0,8}:)')
"""Where an element begins; inside a text its quotation marks would be escaped."""

_BOX = re.compile(r'"bbox"\s{0,8}:\s{0,8}\[([^\[\]]{0,200})\]')
_NUMBER = re.compile(r"-?\d{1,9}(?:\.\d{0,9})?")
_CATEGORY = re.compile(r'"category"\s{0,8}:\s{0,8}"([^"\\]{0,40})"')
_TEXT = re.compile(r'"text"\s{0,8}:\s{0,8}"(.*)', re.DOTALL)
_NEXT_FIELD = re.compile(r'"\s{0,8},\s{0,8}"(?:bbox|category)"\s{0,8}:')
_ESCAPE = re.compile(r'\\(["\\/bfnrt]|u[0-9a-fA-F]{4})?')
_SIGNS = " \t\r\n,[]{}`"
"""What stands between elements, around them, and around a JSON answer as a whole."""

_MATH = (("$$", "$$"), ("\\[", "\\]"), ("$", "$"), ("\\(", "\\)"))
_UNDOUBLED = str.maketrans({"\b": r"\b", "\f": r"\f", "\r": r"\r", "\t": r"\t"})
"""What a LaTeX command became whose backslash was not doubled in JSON."""

_DECODER = json.JSONDecoder(strict=False)


def in_wire_language(text: str, size: tuple[int, int]) -> Spoken:
    """Write a layout answer in the wire language.

    What is no JSON, or ends in the middle, is saved element by element; words that stand
    outside of any are kept as text.

    Args:
        text: The answer as said.
        size: Width and height in pixels of the picture that was sent.
    """
    width, height = seen_size(*size)
    blocks, is_whole = _blocks(text)
    return Spoken(GroundedPage(width, height, blocks).to_text(), is_whole)


def seen_size(width: int, height: int) -> tuple[int, int]:
    """Pixels of a picture as the model sees it, given those it was sent with."""
    high, wide = _stepped(height, round), _stepped(width, round)
    pixels = width * height
    if high * wide > MOST_PIXELS:
        shrink = math.sqrt(pixels / MOST_PIXELS)
        high, wide = _stepped(height / shrink, math.floor), _stepped(width / shrink, math.floor)
    elif high * wide < _FEWEST:
        grow = math.sqrt(_FEWEST / pixels)
        high, wide = _stepped(height * grow, math.ceil), _stepped(width * grow, math.ceil)
    return wide, high


def _stepped(side: float, rounding: Any) -> int:
    return max(_STEP, int(rounding(side / _STEP)) * _STEP)


def _blocks(text: str) -> tuple[tuple[GroundedBlock, ...], bool]:
    fenced = _FENCED.match(text)
    text = fenced[1] if fenced else text
    try:
        return tuple(_elements(json.loads(text))), True
    except (ValueError, RecursionError):
        before, *elements = _START.split(text)
    saved = [block for element in elements for block in _saved(element)]
    return (*_words(before), *saved), False


def _elements(said: Any) -> Iterator[GroundedBlock]:
    """The blocks of a whole answer: a list of elements, one alone, or lists under some name."""
    if isinstance(said, list):
        for one in said:
            yield from _elements(one)
    elif isinstance(said, dict) and not said.keys() & {"bbox", "category", "text"}:
        for one in said.values():
            yield from _elements(one)
    elif isinstance(said, dict):
        text = said.get("text")
        yield _block(str(said.get("category")), _box(said.get("bbox")), str(text or ""))
    elif isinstance(said, str):
        yield from _words(said)


def _saved(text: str) -> Iterator[GroundedBlock]:
    """What can be saved of a text that begins with an element."""
    text = _ESCAPE.sub(_meant, text)
    try:
        said, end = _DECODER.raw_decode(text)
    except (ValueError, RecursionError):
        yield from _fields(text)
    else:
        yield from _elements(said)
        yield from _words(text[end:])


def _fields(text: str) -> Iterator[GroundedBlock]:
    """The block of an element that was cut off, or holds a quotation mark that is not escaped."""
    box, category, words = _BOX.search(text), _CATEGORY.search(text), _TEXT.search(text)
    said, rest = words[1] if words else "", ""
    following = _NEXT_FIELD.search(said)
    closing = said.rfind('"}') if following is None else following.start()
    if closing >= 0:
        said, rest = said[:closing], said[closing:] if following is None else ""
    numbers = [float(number) for number in _NUMBER.findall(box[1])] if box else None
    yield _block(category[1] if category else "", _box(numbers), _unescaped(said))
    yield from _words(rest.removeprefix('"'))


def _words(text: str) -> Iterator[GroundedBlock]:
    """Words outside of all elements; no name of a list that holds them."""
    text = re.sub(r'"\w{1,40}"\s{0,8}:\s{0,8}(?=\[)', "", text).strip(_SIGNS).removeprefix("json")
    if text.strip(_SIGNS):
        yield GroundedBlock("text", (), text.strip())


def _meant(escape: re.Match[str]) -> str:
    """An escape as it is; a backslash that is none was meant for itself."""
    return escape[0] if escape[1] else r"\\"


def _unescaped(text: str) -> str:
    """A JSON string's own characters, whose quotation marks need not be escaped."""
    quoted = re.sub(r'\\.|"', lambda mark: mark[0] if len(mark[0]) > 1 else '\\"', text)
    try:
        return str(json.loads(f'"{quoted}"', strict=False))
    except ValueError:
        return text


def _block(category: str, boxes: tuple[PointBox, ...], text: str) -> GroundedBlock:
    label = _LABELS.get(category.strip().lower(), "text")
    if label == "equation" and text.strip():
        text = f"\\[{_without_marks(text.translate(_UNDOUBLED).strip())}\\]"
    return GroundedBlock(label, boxes, "" if label == "image" else text)


def _without_marks(formula: str) -> str:
    for opening, closing in _MATH:
        inner = formula[len(opening) : -len(closing)]
        is_marked = formula.startswith(opening) and formula.endswith(closing)
        if is_marked and len(formula) > len(opening + closing) and opening not in inner:
            return inner.strip()
    return formula


def _box(said: Any) -> tuple[PointBox, ...]:
    if not isinstance(said, list) or len(said) != 4:
        return ()
    if not all(isinstance(value, int | float) and not isinstance(value, bool) for value in said):
        return ()
    x0, y0, x1, y1 = (float(value) for value in said)
    return ((x0, y0, x1, y1),)
