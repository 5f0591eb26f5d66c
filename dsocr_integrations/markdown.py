"""Render a page's blocks and figures as Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from dsocr_integrations.grounding.captions import has_block, on_one_line
from dsocr_integrations.records.documents import Block, Figure
from dsocr_integrations.tables import to_html, to_markdown

if TYPE_CHECKING:
    from dsocr_integrations.grounding import ParsedPage
    from dsocr_integrations.records.documents import Table

FURNITURE_LABELS = frozenset(
    {"header", "footer", "page_header", "page_footer", "page_number", "number", "header_image"}
)
"""Blocks left out unless asked for: they repeat on each page and break the reading."""

TITLE_LABELS = frozenset({"title", "sub_title", "subtitle", "section_header", "section_title"})
_HTML_START = re.compile(
    r"<(?!/?(?:table|thead|tbody|tr|td|th|sup|sub|b|i|u|s|em|strong)>|br\s?/?>)(?=[A-Za-z/!?])"
)
_MATH = re.compile(r"\\\((?:[^\\]|\\(?![()]))*\\\)|\\\[(?:[^\\]|\\(?![\[\]]))*\\\]")
_BRACKETS = re.compile(r"[\[\]\\]")
_BLANK_LINES = re.compile(r"\n{3,}")


def render(
    blocks: Sequence[Block], *, figures: Iterable[Figure] = (), page_furniture: bool = False
) -> str:
    r"""Write a page as Markdown in reading order.

    Tables come as pipe tables, with spans or without a header row as HTML; figures as
    `![caption](crop)` followed by what was read in them. Math keeps its `\(…\)` and `\[…\]`.
    Only table tags and plain sup, sub and emphasis survive as HTML: everything else that
    looks like a tag is escaped, since model text is never markup.

    Args:
        blocks: The page's blocks.
        figures: The page's figures; each stands in its block's place.
        page_furniture: Keep headers, footers and page numbers.

    Returns:
        Markdown without a trailing newline; empty for an empty page.
    """
    by_block: dict[int | None, list[Figure]] = {}
    for figure in figures:
        by_block.setdefault(figure.block, []).append(figure)
    printed = {on_one_line(block.text) for block in blocks if block.text}
    parts: list[str] = []
    for place, block in enumerate(blocks):
        if not page_furniture and block.label.lower() in FURNITURE_LABELS:
            continue
        own = by_block.pop(place, [])
        parts.extend(render_figure(_without_printed_caption(figure, printed)) for figure in own)
        if not own or not _said_by_figure(block, own):
            parts.append(render_block(block))
    parts.extend(render_figure(figure) for rest in by_block.values() for figure in rest)
    return _BLANK_LINES.sub("\n\n", "\n\n".join(part for part in parts if part)).strip()


def render_block(block: Block) -> str:
    """Write one block; empty for a picture that came without text."""
    if block.table is not None:
        return render_table(block.table)
    text = escape(block.text)
    if block.label in TITLE_LABELS and text and not text.lstrip().startswith("#"):
        level = "#" if block.label == "title" else "##"
        return f"{level} " + " ".join(text.split())
    return text


def render_table(table: Table) -> str:
    """Write a table: as a pipe table where that shows all of it, else as HTML."""
    if table.spans or table.header_rows != 1:
        return to_html(table)
    caption = f"{escape(table.caption)}\n\n" if table.caption else ""
    return caption + to_markdown(table)


def render_figure(figure: Figure) -> str:
    """Write a figure: its crop or caption, then its data."""
    caption = " ".join((figure.caption or "").split())
    parts = []
    if figure.crop:
        alt = _BRACKETS.sub(r"\\\g<0>", escape(caption or figure.kind))
        parts.append(f"![{alt}]({_link_target(figure.crop)})")
    elif caption:
        parts.append(escape(caption))
    if figure.table is not None:
        parts.append(render_table(figure.table))
    if figure.smiles:
        parts.append(f"SMILES: {_code(figure.smiles)}")
    if figure.description:
        description = " ".join(figure.description.split())
        parts.append(f"*Description by the model, not a reading:* {escape(description)}")
    return "\n\n".join(parts)


def escape(text: str) -> str:
    r"""Keep text from acting as HTML.

    Outside math `<` becomes `&lt;` where a tag could start; inside math it is parted from
    the letter after it, which means the same to LaTeX.
    """
    if "<" not in text:
        return text
    done, position = [], 0
    for match in _MATH.finditer(text):
        done.append(_HTML_START.sub("&lt;", text[position : match.start()]))
        done.append(_HTML_START.sub("< ", match[0]))
        position = match.end()
    done.append(_HTML_START.sub("&lt;", text[position:]))
    return "".join(done)


def report(parsed: ParsedPage) -> dict[str, object]:
    """Make the plain dict that `dsocr parse --json` prints.

    Returns:
        `blocks` with label, boxes as said and text, `markdown` with everything kept, and
        `warnings` as `{kind, message}`.
    """
    return {
        "blocks": [
            {
                "label": block.label,
                "boxes": [[_plain_number(value) for value in box] for box in block.raw_boxes],
                "text": block.text,
            }
            for block in parsed.blocks
        ],
        "markdown": render(parsed.blocks, page_furniture=True),
        "warnings": [warning.model_dump() for warning in parsed.warnings],
    }


def _said_by_figure(block: Block, figures: Sequence[Figure]) -> bool:
    """Whether a figure already shows what its block would.

    The words inside a drawing that was read are its ticks and atoms: they are in the data.
    """
    if block.table is not None:
        return any(figure.table is not None for figure in figures)
    read = any(figure.kind != "picture" for figure in figures)
    return read or not block.text or any(block.text == figure.caption for figure in figures)


def _without_printed_caption(figure: Figure, printed: set[str]) -> Figure:
    """Drop a caption that has a block of its own, unless it names the crop."""
    if figure.crop or not figure.caption or not has_block(figure.caption, printed):
        return figure
    return figure.model_copy(update={"caption": None})


def _link_target(path: str) -> str:
    return path.replace(" ", "%20").replace("(", "%28").replace(")", "%29").replace("<", "%3C")


def _code(text: str) -> str:
    fence = "`" * (1 + max((len(run) for run in re.findall(r"`+", text)), default=0))
    pad = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{pad}{text}{pad}{fence}"


def _plain_number(value: float) -> int | float:
    return int(value) if value == int(value) else value
