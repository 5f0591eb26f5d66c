"""Blocks of a Markdown text: headings, tables, and the rest as it is written."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dsocr_integrations.rendering.text_files.text_blocks import TextBlock, parted
from dsocr_integrations.tables import find_tables, parse_table

_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_HEADING = re.compile(r" {0,3}(#{1,6})(?:[ \t]|$)")
_UNDERLINE = re.compile(r" {0,3}(=+|-+)[ \t]*")
_RULE = re.compile(r" {0,3}(?:-[ \t]*){3,}|(?:\*[ \t]*){3,}|(?:_[ \t]*){3,}")
_NO_TITLE = re.compile(r" {0,3}(?:[-+*>]|\d+[.)])[ \t]|.*\|")
"""How the lines of lists, quotes and tables begin, which no line under them makes headings."""

_HEAD = re.compile(r"---[ \t]*\n(?:.*\n)*?(?:---|\.\.\.)[ \t]*(?:\n|$)")
"""What some programs write before a text, such as its author and date."""


def markdown_blocks(text: str) -> Iterator[TextBlock]:
    """Blocks in the order of the text; code between fences is one, whatever stands in it."""
    if head := _HEAD.match(text):
        yield from _code([head[0].rstrip("\n")])
        text = text[head.end() :]
    lines = text.replace("\f", "\n").split("\n")
    paragraph: list[str] = []
    fence = ""
    for line in lines:
        opening = _FENCE.match(line)
        if fence:
            paragraph.append(line)
            if opening and opening[1].startswith(fence) and line.strip() == opening[1]:
                yield from _code(paragraph)
                paragraph, fence = [], ""
        elif opening:
            yield from _paragraph(paragraph)
            paragraph, fence = [line], opening[1]
        elif heading := _HEADING.match(line):
            yield from _paragraph(paragraph)
            paragraph = []
            yield from _heading(len(heading[1]), _unclosed(line[heading.end() :].strip()))
        elif (under := _UNDERLINE.fullmatch(line)) and _is_title(paragraph):
            yield from _heading(1 if under[1][0] == "=" else 2, " ".join(paragraph))
            paragraph = []
        elif _RULE.fullmatch(line):
            yield from _paragraph(paragraph)
            yield TextBlock("text", line.strip())
            paragraph = []
        elif line.strip():
            paragraph.append(line)
        else:
            yield from _paragraph(paragraph)
            paragraph = []
    yield from _code(paragraph) if fence else _paragraph(paragraph)


def _is_title(paragraph: list[str]) -> bool:
    return bool(paragraph) and not any(map(_NO_TITLE.match, paragraph))


def _unclosed(title: str) -> str:
    """A heading without the number signs that close it."""
    bare = title.rstrip("#")
    return bare.rstrip() if not bare or bare[-1].isspace() else title


def _heading(level: int, text: str) -> Iterator[TextBlock]:
    if title := " ".join(text.split()):
        yield TextBlock("title" if level == 1 else "sub_title", f"{'#' * level} {title}")


def _code(lines: list[str]) -> Iterator[TextBlock]:
    yield TextBlock("text", "\n".join(lines))


def _paragraph(lines: list[str]) -> Iterator[TextBlock]:
    text, end = "\n".join(lines), 0
    for start, stop in find_tables(text):
        table, _ = parse_table(text[start:stop])
        if table is None:
            continue
        yield from _text(text[end:start])
        yield TextBlock("table", text[start:stop].strip("\n"), table)
        end = stop
    yield from _text(text[end:])


def _text(text: str) -> Iterator[TextBlock]:
    for part in parted(text):
        yield TextBlock("text", part)
