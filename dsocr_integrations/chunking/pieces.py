"""Take a page apart into the pieces that chunks are made of."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Literal

from dsocr_integrations.chunking.listings import choice_lines, field_lines, list_lines
from dsocr_integrations.chunking.table_continuation import JoinedPage, Stretch
from dsocr_integrations.grounding.captions import captions_of, is_captioned_kind
from dsocr_integrations.markdown import FURNITURE_LABELS, TITLE_LABELS
from dsocr_integrations.records.chunks import ChunkKind
from dsocr_integrations.records.documents import Block, Box, Figure, Geometry, Page, Table

FORMULA_LABELS = frozenset(
    {
        "equation",
        "formula",
        "display_formula",
        "interline_equation",
        "equation_block",
        "inline_formula",
    }
)
EDGE_LABELS = frozenset({"header", "footer", "page_header", "page_footer"})
MAX_INTRODUCTION = 40
"""Words that the text above a table, or its last sentence, has at most to introduce the table."""
PROSE = 8
"""Words that a sentence has and a label on a drawing has not."""
_HEADING = re.compile(r"\s{0,3}(#{1,6})\s+(\S.*)", re.DOTALL)
_END_OF_SENTENCE = re.compile(r"(?<=[.!?])(?<!\.\w\.)\s+|(?<=[。！？])")
_TABLE_TAG = re.compile(r"<[^<>]{1,400}>")
_NAMES = 2
"""Raised marks in a line that is set as a heading and names authors, each with their institute."""


@dataclass(frozen=True)
class Piece:
    """Something of a page that is chunked as one.

    Attributes:
        kind: Kind of the chunk it goes into.
        text: What is printed, for tables and charts beyond the table.
        boxes: Its boxes and those of its caption; empty where the text came without one.
        heading_level: 1–6 for a heading, else 0.
        caption: Caption and footnotes.
        introduction: For a table without a caption the text above that introduces it, which is
            told with the text above, too.
        table: Data of a table, of a list that is laid out as one, or of a chart.
        smiles: SMILES of a molecule.
        inchikey: InChIKey of a molecule.
        figure: Relative path of the crop.
        value_source: Where a chart's values come from.
        stretches: Where the rows of a table stand: on its page, and on those it goes on to.
        continued: Whether the table began on an earlier page.
    """

    kind: ChunkKind
    text: str = ""
    boxes: tuple[Box, ...] = ()
    heading_level: int = 0
    caption: str = ""
    introduction: str = ""
    table: Table | None = None
    smiles: str | None = None
    inchikey: str | None = None
    figure: str | None = None
    value_source: Literal["printed", "measured", "model"] | None = None
    stretches: tuple[Stretch, ...] = ()
    continued: bool = False


def page_pieces(joined: JoinedPage, *, furniture: bool = False) -> Iterator[Piece]:
    """Yield the pieces of a page in reading order.

    Args:
        joined: The page, as its tables are to be taken.
        furniture: Keep headers, footers and page numbers.
    """
    page = joined.page
    captions = captions_of(page.blocks)
    spoken_for = {place for places in captions.values() for place in places}
    figures: dict[int | None, list[Figure]] = {}
    for figure in page.figures:
        figures.setdefault(figure.block, []).append(figure)
    edges = "" if furniture else _words_at_the_edges(page)
    for place, block in enumerate(page.blocks):
        if place in spoken_for or (not furniture and block.label.lower() in FURNITURE_LABELS):
            continue
        own = [page.blocks[other] for other in captions.get(place, ())]
        for piece in _block_pieces(block, own, figures.pop(place, []), edges):
            if piece.table is None or piece.kind == "chart":
                yield piece
                continue
            here = (Stretch(page, block.boxes, len(piece.table.rows)),)
            stretches = joined.continued.get(place, here)
            yield replace(
                piece,
                introduction="" if piece.caption else _introduction(page.blocks[:place]),
                stretches=stretches,
                continued=place == joined.goes_on,
            )
    for rest in figures.values():
        for figure in rest:
            yield from _figure_pieces(figure, None, [])


def _introduction(above: Sequence[Block]) -> str:
    """The short text right above, or of a longer one its last sentence."""
    texts = [block.text.strip() for block in above[-2:] if block.label.lower() == "text"]
    if not texts or above[-1].label.lower() != "text":
        return ""
    # A paragraph may have been read in two.
    text = " ".join(texts if texts[-1][:1].islower() else texts[-1:])
    sentence = " ".join(_END_OF_SENTENCE.split(text)[-1].split())
    if sentence.endswith((":", "：")):
        return sentence
    whole = " ".join(text.split())
    fitting = (one for one in (whole, sentence) if len(one.split()) <= MAX_INTRODUCTION)
    return next(fitting, "")


def _words_at_the_edges(page: Page) -> str:
    """What stands at the edges of a page that is nothing but a drawing: titles of its axes.

    A page without prose has no running header or footer to leave out.
    """
    drawn = {figure.block for figure in page.figures if figure.kind in {"chart", "picture"}}
    if len(page.figures) != 1 or not drawn:
        return ""
    edges = []
    for place, block in enumerate(page.blocks):
        label, words = block.label.lower(), block.text.split()
        if label in EDGE_LABELS:
            edges.extend(words)
        elif label in FURNITURE_LABELS or place in drawn:
            continue
        elif block.table is not None or len(words) >= PROSE:
            return ""
    return " ".join(edges)


def _block_pieces(
    block: Block, captions: list[Block], figures: list[Figure], edges: str
) -> Iterator[Piece]:
    if figures:
        inside = "" if _is_said(block, figures) else " ".join(block.text.split())
        inside = f"{inside} {edges}".strip()
        for place, figure in enumerate(figures):
            yield from _figure_pieces(figure, block, captions, inside if place == 0 else "")
        return
    if block.table is not None:
        yield from _table_pieces(block, captions)
        return
    text = block.text.strip()
    if is_captioned_kind(block):
        plain = " ".join(_TABLE_TAG.sub(" ", text).split()) if "<" in text else text
        kind: ChunkKind = "table" if block.label.startswith("table") else "picture"
        caption = _joined(captions)
        if plain or caption:
            # Without a reading the caption is all there is to find a picture by.
            boxes = _boxes(block, captions)
            yield Piece(kind, plain or caption, boxes, caption=caption if plain else "")
        return
    piece = _text_piece(block, text)
    # A heading's mark with nothing behind it says nothing.
    if piece.text:
        yield piece


def _text_piece(block: Block, text: str) -> Piece:
    if block.label in FORMULA_LABELS:
        return Piece("formula", text, block.boxes)
    marked = _HEADING.fullmatch(text)
    if text.count("<sup>") >= _NAMES:
        # Names would stand above each passage of a paper as if all of it were about them.
        return Piece("text", marked[2].strip() if marked else text, block.boxes)
    if marked and "\n" not in marked[2].strip():
        return Piece("text", marked[2].strip(), block.boxes, heading_level=len(marked[1]))
    if block.label in TITLE_LABELS:
        level = 1 if block.label == "title" else 2
        return Piece("text", text.lstrip("# "), block.boxes, heading_level=level)
    return Piece("text", text, block.boxes)


def _table_pieces(block: Block, captions: list[Block]) -> Iterator[Piece]:
    table = block.table
    if table is None:
        return
    own = [table.caption] if table.caption else []
    caption = "\n".join([*own, *(other.text for other in captions if other.text)])
    boxes = _boxes(block, captions)
    if not any(chain(*table.header, *table.rows)):
        # Of empty cells a caption is all there is to find.
        if caption:
            yield Piece("table", caption, boxes)
        return
    lines = field_lines(table) or choice_lines(table)
    if lines is not None:
        yield Piece("text", "\n".join([*filter(None, [caption]), *lines]), boxes)
        return
    kind: ChunkKind = "table" if list_lines(table) is None else "text"
    yield Piece(kind, "", boxes, caption=caption, table=table)


def _figure_pieces(
    figure: Figure, block: Block | None, captions: list[Block], inside: str = ""
) -> Iterator[Piece]:
    """Make the piece of a figure; `inside` holds the words that stand in the drawing."""
    printed = _joined(captions)
    caption = printed or figure.caption or ""
    if figure.caption and figure.caption not in printed:
        caption = f"{figure.caption}\n{printed}".strip()
    text = _figure_text(figure, caption)
    if figure.table is not None:
        inside = _unread_words(inside, figure.table, caption)
    if inside:
        text = f"{text}\nIn the figure: {inside}".strip()
    if not text and figure.table is None:
        if not caption:
            return
        text, caption = caption, ""
    boxes = tuple(dict.fromkeys((*figure.boxes, *(_boxes(block, captions) if block else ()))))
    yield Piece(
        figure.kind,
        text,
        boxes,
        caption=caption,
        table=figure.table,
        smiles=figure.smiles,
        inchikey=figure.inchikey,
        figure=figure.crop,
        value_source=figure.value_source,
    )


def _unread_words(inside: str, table: Table, caption: str) -> str:
    """Words in a chart's drawing that neither its table nor its caption has.

    Ticks and value labels are numbers, and what they say is in the table.
    """
    read = set(_plain_words(" ".join((*table.columns, *chain(*table.rows), caption))))
    left = [
        word
        for word in dict.fromkeys(inside.split())
        if any(character.isalpha() for character in word)
        and not read.issuperset(_plain_words(word))
    ]
    return " ".join(left)


def _plain_words(text: str) -> list[str]:
    return re.findall(r"\w+", unicodedata.normalize("NFKC", text).casefold())


def _figure_text(figure: Figure, caption: str) -> str:
    parts = []
    if figure.smiles:
        parts.extend([f"SMILES: {figure.smiles}", caption])
    if figure.geometry is not None:
        parts.append(_geometry_text(figure.geometry))
    if figure.description:
        parts.append(f"Description by the model: {figure.description}")
    return "\n".join(part for part in parts if part)


def _geometry_text(geometry: Geometry) -> str:
    points = [f"{name} ({x:g}, {y:g})" for name, x, y in geometry.points]
    segments = [f"({a:g}, {b:g})–({c:g}, {d:g})" for a, b, c, d in geometry.segments]
    circles = [
        f"centre {name} ({x:g}, {y:g}) radius {radius:g}" for name, x, y, radius in geometry.circles
    ]
    named = (("Points", points), ("Segments", segments), ("Circles", circles))
    return "\n".join(f"{name}: {', '.join(items)}" for name, items in named if items)


def _is_said(block: Block, figures: list[Figure]) -> bool:
    if block.table is not None:
        return any(figure.table is not None for figure in figures)
    return any(block.text == figure.caption for figure in figures)


def _joined(blocks: list[Block]) -> str:
    return "\n".join(block.text for block in blocks if block.text)


def _boxes(block: Block, captions: list[Block]) -> tuple[Box, ...]:
    return (*block.boxes, *(box for caption in captions for box in caption.boxes))
