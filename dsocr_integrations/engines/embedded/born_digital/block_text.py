r"""The text of one region in Markdown: paragraphs, headings, lists, code, formulas."""

from __future__ import annotations

import re

from dsocr_integrations.engines.embedded.born_digital.choice_marks import (
    ends_with_choice,
    is_choice,
)
from dsocr_integrations.engines.embedded.born_digital.line_text import Line, line_text, running_text
from dsocr_integrations.engines.embedded.born_digital.table_cells import to_html
from dsocr_integrations.engines.embedded.born_digital.zones import Zone

# A sign of a symbol font is a bullet also where no space is written between it and the text.
_BULLET = re.compile(
    r"^(?:[•●○■□▪▫◆◇◦‣⁃∙·*–—-](?:\s+|$)|[\uf0b7\uf0a7\uf0a8\uf076\uf0fc\uf0d8]\s*)(.*)", re.DOTALL
)
_ENUMERATED = re.compile(
    r"^(?:\d{1,3}|[A-Za-z]|[ivxIVX]{1,5})[.)]\s|^\(?(?:\d{1,3}|[A-Za-z])\)\s|^\[\d{1,3}\]\s"
)
_NUMBERED = re.compile(r"(?:\d{1,3}[.)]|\[\d{1,3}\])\s")
_PAGE_NUMBER = re.compile(
    r"^(?:page\s+)?[-–—\s]*(?:\d{1,4}|[ivxlc]{1,7})[-–—\s]*(?:(?:/|of)\s*\d{1,4})?$", re.IGNORECASE
)
_DRAWN_RULE = re.compile(r"(?:[.·…_\-–—]\s*){8,}$")
_CODE_SIGNS = frozenset("{}<>=;_#$\\|*@~^")
_PROSE_WORDS = 5
"""Lines of prose hold this many words, most of them plain ones."""

_TABLE_CAPTION = re.compile(
    r"^\W{0,3}(?:tab(?:le|elle|leau|la|ela|ella|\.)|exhibit|表)(?![^\W\d_])", re.IGNORECASE
)
_FIGURE_CAPTION = re.compile(
    r"^\W{0,3}(?:fig(?:ure|ura|\.)|abb(?:ildung|\.)|chart|图|圖|図)(?![^\W\d_])", re.IGNORECASE
)


def label_of(zone: Zone, *, level: int, near_table: bool) -> str:
    """DeepSeek-OCR's word for a region.

    Args:
        zone: The region.
        level: Its heading level, for headings.
        near_table: Whether a table stands nearer to it than any picture.
    """
    if zone.kind in {"title", "section-header"}:
        return "title" if level == 1 else "sub_title"
    if zone.kind in {"page-header", "page-footer"}:
        if is_page_number(zone):
            return "page_number"
        return "header" if zone.kind == "page-header" else "footer"
    if zone.kind == "caption":
        return _caption_label(zone, near_table=near_table)
    return {"picture": "image", "formula": "equation", "line-number": "number"}.get(
        zone.kind, zone.kind if zone.kind in {"table", "footnote", "table_footnote"} else "text"
    )


def is_page_number(zone: Zone) -> bool:
    """Whether a region says nothing but the number of a page."""
    return bool(_PAGE_NUMBER.match(" ".join(line_text(line) for line in zone.lines)))


def is_drawn_rule(zone: Zone) -> bool:
    """Whether a region is a line drawn with dots or dashes, which says nothing."""
    return bool(_DRAWN_RULE.match(" ".join(line_text(line) for line in zone.lines)))


def markdown_of(zone: Zone, *, level: int = 2, indent: int = 0) -> str:
    r"""A region's text.

    Args:
        zone: The region.
        level: Heading level 1–6, for headings.
        indent: Depth of a list item below the outermost, from 0.

    Returns:
        Markdown; HTML for a table; linear text in `\[…\]` for a formula, which is no LaTeX;
        the words inside a picture, line by line.
    """
    if zone.table is not None:
        return to_html(zone.table)
    lines = zone.lines
    if not lines:
        return ""
    if zone.kind in {"title", "section-header"}:
        return f"{'#' * level} {running_text(lines, bold=False)}"
    if zone.kind in {"formula", "picture"}:
        shown = [line_text(line) for line in lines]
        return "\n".join(shown) if zone.kind == "picture" else rf"\[ {' '.join(shown)} \]"
    return _prose(zone, lines, indent)


def _prose(zone: Zone, lines: list[Line], indent: int) -> str:
    if any(is_choice(line_text(line)) for line in lines[1:]):
        return _choices(lines)
    if any(ends_with_choice(line_text(line)) for line in lines[:-1]):
        return _choices_behind(lines)
    if zone.kind == "list-item" or _BULLET.match(line_text(lines[0])):
        return _list(lines, indent)
    if _is_code(lines):
        return _code(lines)
    return running_text(lines, bold=zone.kind != "caption")


def _caption_label(zone: Zone, *, near_table: bool) -> str:
    text = line_text(zone.lines[0]) if zone.words else ""
    if _TABLE_CAPTION.match(text):
        return "table_caption"
    if _FIGURE_CAPTION.match(text):
        return "image_caption"
    return "table_caption" if near_table else "image_caption"


def _list(lines: list[Line], indent: int) -> str:
    """One entry for each line that opens with a mark; the first line always opens one."""
    entries: list[list[Line]] = []
    marked = _BULLET if _BULLET.match(line_text(lines[0])) else _ENUMERATED
    for line in lines:
        text = line_text(line)
        if not entries or marked.match(text) or is_choice(text):
            entries.append([line])
        else:
            entries[-1].append(line)
    return "\n".join("  " * indent + _entry(running_text(entry)) for entry in entries)


def _choices(lines: list[Line]) -> str:
    """A new line of text for each printed line that opens with a choice."""
    entries: list[list[Line]] = []
    for line in lines:
        if not entries or is_choice(line_text(line)):
            entries.append([line])
        else:
            entries[-1].append(line)
    shown = (running_text(entry) for entry in entries)
    return "\n".join(f"- {text}" if is_choice(text) else text for text in shown)


def _choices_behind(lines: list[Line]) -> str:
    """A new line of text behind each printed line that ends with a choice."""
    entries: list[list[Line]] = [[]]
    for line in lines:
        entries[-1].append(line)
        if ends_with_choice(line_text(line)):
            entries.append([])
    shown = (running_text(entry) for entry in entries if entry)
    return "\n".join(f"- {text}" if ends_with_choice(text) else text for text in shown)


def _entry(text: str) -> str:
    bullet = _BULLET.match(text)
    if bullet:
        return f"- {bullet.group(1).strip()}".rstrip()
    return text if _NUMBERED.match(text) else f"- {text}"


def _is_code(lines: list[Line]) -> bool:
    words = [word for line in lines for word in line]
    # The text of an earlier recognition is often set in a typewriter face, without ink.
    typed = sum(word.monospaced and word.visible for word in words)
    return len(lines) > 1 and typed > 0.9 * len(words) and not _is_prose(lines)


def _is_prose(lines: list[Line]) -> bool:
    """Whether typewriter lines are sentences: whole reports and letters are set in such faces."""
    words = [word.text.strip(".,:;!?()[]\"'“”‘’") for line in lines for word in line]
    plain = sum(word.replace("-", "").replace("'", "").isalpha() for word in words)
    text = "".join(line_text(line) for line in lines)
    signs = sum(character in _CODE_SIGNS for character in text)
    full = sum(len(line) >= _PROSE_WORDS for line in lines)
    return 2 * full >= len(lines) and plain > 0.75 * len(words) and signs < 0.02 * len(text)


def _code(lines: list[Line]) -> str:
    """Typewriter lines as printed, indentation from the width of a character."""
    left = min(line[0].box[0] for line in lines)
    widths = [
        (word.box[2] - word.box[0]) / len(word.text) for line in lines for word in line if word.text
    ]
    width = sorted(widths)[len(widths) // 2] or 1.0
    shown = (" " * round((line[0].box[0] - left) / width) + line_text(line) for line in lines)
    return "```\n" + "\n".join(shown) + "\n```"
