"""From recognised lines to the blocks of a page, labelled and in reading order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from dsocr_integrations.engines.embedded.order.order_pieces import Piece, Role
from dsocr_integrations.engines.embedded.order.reading_order import reading_order
from dsocr_integrations.engines.embedded.scan.boldness import boldness
from dsocr_integrations.engines.embedded.scan.contents import find_contents
from dsocr_integrations.engines.embedded.scan.figures import FigureRegion, find_figures
from dsocr_integrations.engines.embedded.scan.formulas import display_latex, with_formulas
from dsocr_integrations.engines.embedded.scan.fractions import join_fractions
from dsocr_integrations.engines.embedded.scan.headings import parts_paragraphs
from dsocr_integrations.engines.embedded.scan.label_context import LINES_OF_TEXT, LabelContext
from dsocr_integrations.engines.embedded.scan.labelled_values import labelled_values
from dsocr_integrations.engines.embedded.scan.labels import furniture_labels, is_outermost, label_of
from dsocr_integrations.engines.embedded.scan.margin_numbers import without_line_numbers
from dsocr_integrations.engines.embedded.scan.orientation import transformed_box
from dsocr_integrations.engines.embedded.scan.page_edges import cut_lines
from dsocr_integrations.engines.embedded.scan.paragraphs import chains, join_text, paragraphs
from dsocr_integrations.engines.embedded.scan.recognised_line import TextLine, bounding_box
from dsocr_integrations.engines.embedded.scan.rules import find_rules
from dsocr_integrations.engines.embedded.scan.segments import (
    median_height,
    same_row,
    segments,
)
from dsocr_integrations.engines.embedded.scan.slanted_texts import slanted_texts
from dsocr_integrations.engines.embedded.scan.tables import ScanTable, find_tables
from dsocr_integrations.grounding.writer import (
    GroundedBlock,
    GroundedLine,
    GroundedPage,
    GroundedWord,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dsocr_integrations.engines.embedded.page_layout import LayoutRegion
    from dsocr_integrations.records.documents import PointBox

FEW_LINES = 12
"""A picture with fewer lines is a clipping or a label: it has no headers and footers."""


_ROLES: dict[str, Role] = {
    "title": "heading",
    "sub_title": "heading",
    "image_caption": "caption",
    "table_caption": "caption",
}


@dataclass(frozen=True)
class _Block:
    """A block in pixels, before it is placed on the page."""

    label: str
    text: str
    box: PointBox
    lines: tuple[TextLine, ...] = ()
    cells: tuple[TextLine, ...] = ()
    """The lines of a table cut into its cells."""
    doubts: tuple[str, ...] = ()
    role: Role = "text"


def lay_out(
    image: NDArray[np.uint8],
    lines: Sequence[TextLine],
    hints: Sequence[LayoutRegion],
    size: tuple[float, float],
    to_source: NDArray[np.float64] | None = None,
) -> GroundedPage:
    """Turn lines into blocks in reading order.

    Args:
        image: `(height, width, 3)` RGB picture of the page, upright.
        lines: What was read, in pixels of the picture.
        hints: What a layout model says, in pixels of the picture; may be empty.
        size: Width and height of the page in points.
        to_source: `(3, 3)` matrix from pixels of the picture to points of the page; needed
            where the picture was turned or straightened.

    Returns:
        Headers, then the body, then footers; boxes in points.
    """
    height, width = image.shape[:2]
    line_height = median_height(lines)
    is_page = len(lines) >= FEW_LINES
    grey = image.mean(axis=2).astype(np.uint8)
    plain = [hint.box for hint in hints if hint.kind in {"table", "picture"}]
    beyond = cut_lines(lines, width) if is_page else []
    taken = {id(line) for line in beyond}
    lines = join_fractions(grey, [line for line in lines if id(line) not in taken], plain)
    contents, lines = find_contents(without_line_numbers(lines), line_height)
    tables = find_tables(
        lines,
        find_rules(grey, line_height),
        line_height,
        [hint.box for hint in hints if hint.kind == "table"],
    )
    taken = {id(line) for table in tables for line in table.lines}
    rest = [line for line in lines if id(line) not in taken]
    figures = find_figures(
        image,
        rest,
        [*(table.box for table in tables), *(one.box for one in contents)],
        line_height,
        [hint.box for hint in hints if hint.kind == "picture"],
    )
    taken = {id(line) for figure in figures for line in figure.lines}
    rest = [line for line in rest if id(line) not in taken]
    slanted = slanted_texts(rest)
    taken = {id(line) for text in slanted for line in text.lines}
    pieces = segments(line for line in rest if id(line) not in taken)
    pairs = labelled_values(pieces)
    taken = {id(line) for pair in pairs for line in pair.lines}
    runs = chains([piece for piece in pieces if id(piece) not in taken])
    context = LabelContext(
        width, height, line_height, tuple(hints), is_page, boldness(grey, pieces)
    )
    top, body, bottom = _without_furniture(runs, context)
    if beyond:
        bottom.append(_Block("footer", "\n".join(line.text for line in beyond), _extent(beyond)))
    fixed = [
        *(_Block("text", "\n\n".join(one.entries), one.box, one.lines) for one in contents),
        *map(_table_block, tables),
        *(_figure_block(figure) for figure in figures),
        *(_Block("text", one.text, _extent(one.lines), one.lines) for one in slanted),
        *(replace(_text_block(pair.lines, "text"), role="pair") for pair in pairs),
    ]
    blocks = [*top, *_body(body, fixed, context), *bottom]
    if to_source is None:
        to_source = np.diag([size[0] / width, size[1] / height, 1.0])
    return GroundedPage(*size, tuple(_grounded(block, to_source) for block in blocks))


def _without_furniture(
    runs: Sequence[list[TextLine]], context: LabelContext
) -> tuple[list[_Block], list[list[TextLine]], list[_Block]]:
    top: list[_Block] = []
    bottom: list[_Block] = []
    body: list[list[TextLine]] = []
    for run, label in zip(runs, furniture_labels(runs, context), strict=True):
        is_note = not is_outermost(_extent(run), context) and _is_beside_text(run, runs)
        if label is None or is_note:
            body.append(run)
            continue
        block = _text_block(run, label)
        (top if block.box[1] < context.height / 2 else bottom).append(block)
    top.sort(key=lambda block: block.box[0])
    bottom.sort(key=lambda block: block.box[0])
    return top, body, bottom


def _is_beside_text(run: Sequence[TextLine], runs: Sequence[Sequence[TextLine]]) -> bool:
    """Whether lines stand beside those of a longer text: a note in its margin."""
    return any(
        len(other) > max(2, len(run))
        and any(same_row(line, beside) for beside in other for line in run)
        for other in runs
    )


def _is_in_column(run: Sequence[TextLine], runs: Sequence[Sequence[TextLine]]) -> bool:
    """Whether a text of some lines stands above, below or where a run does."""
    left, _, right, _ = _extent(run)
    middle = (left + right) / 2
    return any(
        len(other) >= LINES_OF_TEXT and box[0] <= middle <= box[2]
        for other in runs
        for box in [_extent(other)]
    )


def _body(
    runs: Sequence[list[TextLine]],
    fixed: Sequence[_Block],
    context: LabelContext,
) -> list[_Block]:
    pieces = [
        Piece(
            _extent(run),
            tuple(line.box for line in run),
            _ROLES.get(label_of(run, context), "text"),
        )
        for run in runs
    ]
    pieces += [Piece(block.box, role=block.role) for block in fixed]
    blocks: list[_Block] = []
    for index in reading_order(pieces, context.line_height):
        if index >= len(runs):
            blocks.append(fixed[index - len(runs)])
            continue
        run = runs[index]
        is_note = _is_beside_text(run, runs) and not _is_in_column(run, runs)
        blocks += _paragraph_blocks(run, replace(context.within(run), is_note=is_note))
    return _with_title(blocks)


def _paragraph_blocks(run: Sequence[TextLine], context: LabelContext) -> list[_Block]:
    groups = paragraphs(run, lambda upper, lower: parts_paragraphs(upper, lower, context))
    return [_text_block(group, label_of(group, context)) for group in groups]


def _with_title(blocks: list[_Block]) -> list[_Block]:
    """Make a heading that opens the page its title, where nothing larger is one."""
    if blocks and blocks[0].label == "sub_title" and all(b.label != "title" for b in blocks):
        return [replace(blocks[0], label="title", text=blocks[0].text[1:]), *blocks[1:]]
    return blocks


def _extent(lines: Sequence[TextLine]) -> PointBox:
    return bounding_box([line.box for line in lines])


def _text_block(lines: Sequence[TextLine], label: str) -> _Block:
    text = with_formulas(join_text(lines))
    if label in {"title", "sub_title"}:
        text = f"{'#' if label == 'title' else '##'} {text}"
    elif label == "equation":
        text = rf"\[ {display_latex(join_text(lines))} \]"
    return _Block(label, text, _extent(lines), tuple(lines))


def _table_block(table: ScanTable) -> _Block:
    grid = table.grid
    pieces = tuple(line for cell in grid.cells for line in cell.lines)
    return _Block("table", grid.to_html(), table.box, table.lines, pieces, doubts=grid.doubts())


def _figure_block(figure: FigureRegion) -> _Block:
    """A picture with the words in it line by line: a label is no prose, but it was printed."""
    text = "\n".join(line.text for line in figure.lines)
    return _Block("image", text, figure.box, figure.lines, role="figure")


def _grounded(block: _Block, to_source: NDArray[np.float64]) -> GroundedBlock:
    scores = [line.score for line in block.lines]
    return GroundedBlock(
        label=block.label,
        boxes=(transformed_box(block.box, to_source),),
        text=block.text,
        confidence=round(sum(scores) / len(scores), 4) if scores else None,
        lines=tuple(
            GroundedLine(transformed_box(line.box, to_source), line.text, round(line.score, 4))
            for line in block.lines
        ),
        words=tuple(
            GroundedWord(transformed_box(word.box, to_source), word.text)
            for line in block.cells or block.lines
            for word in line.words
        ),
        doubts=block.doubts,
    )
