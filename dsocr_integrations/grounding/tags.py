"""Find the grounding tags in a model's answer: where each stands, its label, its boxes.

Three wire forms are known. Tagged: `<|ref|>label<|/ref|><|det|>[[x0, y0, x1, y1]]<|/det|>`.
Tagless, from runtimes that strip special tokens: `label[[x0, y0, x1, y1]]`. Unlimited-OCR's:
`<|det|>label [x0, y0, x1, y1]<|/det|>`. Numbers are read by a strict pattern; nothing is ever
evaluated.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from dsocr_integrations.records.documents import RawBox

KNOWN_LABELS = frozenset(
    """abstract algorithm aside_text author caption chart code content date diagram display_formula
    equation equation_block equation_caption figure figure_caption figure_footnote figure_title
    footer footnote formula formula_number graph handwriting head header header_image heading
    image image_block image_caption image_footnote index inline_formula interline_equation list
    list_item logo number ocr page_footer page_footnote page_header page_number paragraph picture
    plain_text ref ref_text reference references seal section section_header section_title sidebar
    sidebar_text signature stamp sub_title subtitle table table_body table_caption table_footnote
    text text_block title toc vertical_text watermark""".split()  # noqa: SIM905 - reads as a list
)

MAX_LABEL = 64
"""Longer than any label: what stands in the ref is then a line of text."""

_NUMBER = r"-?[0-9]{1,9}(?:\.[0-9]{0,6})?"
_BOX = rf"\[\s{{0,8}}{_NUMBER}(?:\s{{0,8}},\s{{0,8}}{_NUMBER}){{3}}\s{{0,8}}\]"
BOXES = re.compile(
    rf"\[\s{{0,8}}({_NUMBER})\s{{0,8}},\s{{0,8}}({_NUMBER})\s{{0,8}},\s{{0,8}}({_NUMBER})"
    rf"\s{{0,8}},\s{{0,8}}({_NUMBER})\s{{0,8}}\]"
)
# A few runtimes strip or double a character of a token's bars; names are what counts.
TOKEN = re.compile(r"<\|(/?)(ref|det)\|>|(<PAGE>)|<[|｜]/?[A-Za-z][\w▁ /]{2,40}[|｜]>")
_TRUNCATED_TOKEN = re.compile(r"<(?:\|(?:/?[a-z]{0,12}\|?)?)?$")
_DET_START = re.compile(r"\s{0,8}\[[\[\]\s0-9.,-]*")
_TAGLESS = re.compile(
    rf"^[ \t]{{0,8}}([^\n\[\]<>|]{{1,{MAX_LABEL}}}?|[^\n]{{1,2000}}?)"
    rf"(\[\s{{0,8}}{_BOX}(?:\s{{0,8}},\s{{0,8}}{_BOX})*\s{{0,8}}\])([^\n]*)$"
)
_WORD_LABEL = re.compile(r"[A-Za-z_]\w{0,63}")


@dataclass(frozen=True)
class Tag:
    """One grounding tag, or the break that a page separator makes.

    Attributes:
        start: Where the tag starts in the answer.
        end: Where the text that follows it starts.
        label: What stood in the ref; empty for a break.
        boxes: The boxes as said.
        truncated: Whether the answer ended, or another tag began, inside it.
        unreadable: Whether it holds coordinates that are no boxes.
    """

    start: int
    end: int
    label: str
    boxes: tuple[RawBox, ...] = ()
    truncated: bool = False
    unreadable: bool = False


def find_tags(text: str) -> list[Tag]:
    """Find all tags in order; tags never overlap. Linear in the text, never raises."""
    tags = list(_tagged(text))
    return tags or _tagless(text)


def clean(text: str) -> str:
    """Take special tokens out of text and keep every word.

    What merely looks like the start of a token, such as `0<|x|` in a formula, gets a space
    (`0< |x|`), so that no `<|` is left for a reader to trip over.
    """
    return TOKEN.sub(" ", text).replace("<|", "< |").replace("<｜", "< ｜")


def strip_truncated_token(text: str) -> str:
    """Take off a special token that the end of the answer cut, such as `<|re`."""
    match = _TRUNCATED_TOKEN.search(text[-24:])
    if match is None or match[0] == "<":
        return text
    return text[: len(text) - len(match[0])]


def boxes_in(text: str) -> tuple[RawBox, ...]:
    """Read the boxes `[x0, y0, x1, y1]` of a text, in order."""
    return tuple((float(a), float(b), float(c), float(d)) for a, b, c, d in BOXES.findall(text))


def _tagged(text: str) -> Iterator[Tag]:
    tokens = [
        (match.start(), match.end(), f"{match[1]}{match[2]}" if match[2] else "page")
        for match in TOKEN.finditer(text)
        if match[2] or match[3]
    ]
    if not any(name in {"ref", "det"} for _, _, name in tokens):
        return
    place = 0
    while place < len(tokens):
        name = tokens[place][2]
        tag: Tag | None = None
        used = 1
        if name == "page":
            tag = Tag(tokens[place][0], tokens[place][1], "")
        elif name == "ref":
            tag, used = _from_ref(text, tokens, place)
        elif name == "det":
            tag, used = _from_det(text, tokens, place)
        if tag:
            yield tag
        place += used


_Token = tuple[int, int, str]


def _name(tokens: list[_Token], place: int) -> str:
    return tokens[place][2] if place < len(tokens) else "end"


def _from_ref(text: str, tokens: list[_Token], place: int) -> tuple[Tag | None, int]:
    start, inside, _ = tokens[place]
    following = _name(tokens, place + 1)
    if following not in {"/ref", "det", "end"}:
        return None, 1
    if following == "end":
        # The answer ended inside the ref; a known label is no text.
        label = text[inside:].strip()
        if _is_start_of_label(label):
            return Tag(start, len(text), label, truncated=True), 1
        return Tag(start, inside, "text", truncated=True), 1
    label = text[inside : tokens[place + 1][0]].strip()
    after = place + 2 if following == "/ref" else place + 1
    if _name(tokens, after) == "det":
        gap = text[tokens[after - 1][1] : tokens[after][0]] if following == "/ref" else ""
        if not gap.strip():
            tag, used = _from_det(text, tokens, after)
            return (
                Tag(start, tag.end, label, tag.boxes, tag.truncated, tag.unreadable),
                after - place + used,
            )
    return Tag(start, tokens[place + 1][1], label, truncated=True), 2


def _from_det(text: str, tokens: list[_Token], place: int) -> tuple[Tag, int]:
    """Read a det tag; its label is what stands before the numbers inside it, if anything."""
    start, inside, _ = tokens[place]
    if _name(tokens, place + 1) == "/det":
        content = text[inside : tokens[place + 1][0]]
        end, used, truncated = tokens[place + 1][1], 2, False
    else:
        stop = tokens[place + 1][0] if place + 1 < len(tokens) else len(text)
        match = _DET_START.match(text, inside, stop)
        end, used, truncated = (match.end() if match else inside), 1, True
        content = text[inside:end]
    boxes = boxes_in(content)
    label = content.split("[", 1)[0].strip(" \t\r\n:,") if "[" in content else ""
    unreadable = not boxes and not truncated
    if unreadable:
        label = content.strip()
    return Tag(start, end, label or "text", boxes, truncated, unreadable), used


def _is_start_of_label(text: str) -> bool:
    return not text or any(label.startswith(text) for label in KNOWN_LABELS)


def _tagless(text: str) -> list[Tag]:
    """Find `label[[…]]` lines; any line's text may be the label once such lines prevail."""
    labelled: list[Tag] = []
    lines: list[Tag] = []
    filled = position = 0
    for line in text.split("\n"):
        start, position = position, position + len(line) + 1
        filled += bool(line.strip())
        if "[[" not in line and "[ [" not in line:
            continue
        match = _TAGLESS.match(line)
        if match is None:
            continue
        tag = Tag(start, start + match.start(3), match[1].strip(), boxes_in(match[2]))
        lines.append(tag)
        alone = not match[3].strip() and _WORD_LABEL.fullmatch(tag.label)
        if alone or tag.label in KNOWN_LABELS:
            labelled.append(tag)
    prevail = len(lines) >= 2 and 2 * len(lines) >= filled and len(labelled) < len(lines)
    return lines if prevail and not _mostly_known(labelled, lines) else labelled


def _mostly_known(labelled: list[Tag], lines: list[Tag]) -> bool:
    known = sum(tag.label in KNOWN_LABELS for tag in labelled)
    return 2 * known >= len(lines)
