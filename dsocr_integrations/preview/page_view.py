"""Documents and pages as the viewer takes them: small JSON trees without any markup."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dsocr_integrations.grounding.captions import has_block, is_caption, on_one_line
from dsocr_integrations.preview.block_tree import Node, block_nodes, plain, table_node, text_nodes
from dsocr_integrations.preview.mathml import add_mathml
from dsocr_integrations.preview.names import shown_doubt, shown_kind, shown_title
from dsocr_integrations.preview.plain_text import clean
from dsocr_integrations.records.cards import shown_source
from dsocr_integrations.records.documents import GRID, Block, Box, Document, Figure, Page

MAX_BLOCKS = 30_000
"""Blocks of one page that travel to the viewer, which shows them part by part."""

MAX_BOXES = 200
"""Boxes of one block that are drawn."""

MAX_RAW = 60_000
MAX_LISTED = 200

_CLASSES = {
    "title": "title",
    "sub_title": "title",
    "section_header": "title",
    "text": "text",
    "list": "text",
    "list_item": "text",
    "table": "table",
    "image": "figure",
    "figure": "figure",
    "chart": "figure",
    "picture": "figure",
    "molecule": "figure",
    "equation": "formula",
    "formula": "formula",
    "interline_equation": "formula",
    "header": "margin",
    "footer": "margin",
    "page_number": "margin",
    "page_header": "margin",
    "page_footer": "margin",
    "footnote": "margin",
    "page_footnote": "margin",
}
_CAPTION = "caption"


def document_view(document: Document) -> dict[str, Any]:
    """What the viewer shows of a document before any page is asked for."""
    return head_view(document, list(map(page_entry, document.pages)))


def head_view(document: Document, entries: list[dict[str, Any]]) -> dict[str, Any]:
    """`document_view` of a document whose pages are elsewhere, given their entries."""
    return {
        "id": document.doc_id,
        "title": clean(shown_title(document), 300),
        "source": clean(shown_source(document.source), 500),
        "notice": engine_notice(document.engine),
        "page_count": document.page_count,
        "pages": entries,
        "errors": [
            {
                "number": error.number,
                "kind": clean(error.kind, 60),
                "message": clean(_without_folders(error.message, document), 500),
            }
            for error in document.errors[:MAX_LISTED]
        ],
        "hidden_errors": max(0, len(document.errors) - MAX_LISTED),
    }


def page_entry(page: Page) -> dict[str, Any]:
    """What the viewer shows of a page in the list of pages."""
    tables = ["table"] if any(block.table is not None for block in page.blocks) else []
    figures = (shown_kind(Block(label=figure.kind), figure) for figure in page.figures)
    return {
        "number": page.number,
        "label": clean(page.label or "", 40),
        "width": page.width,
        "height": page.height,
        "flagged": not page.reading.quality.trusted,
        "holds": list(dict.fromkeys([*tables, *figures])),
    }


def _without_folders(message: str, document: Document) -> str:
    if not document.source:
        return message
    return message.replace(document.source, shown_source(document.source))


def engine_notice(engine: str) -> str:
    """The sentence that keeps a reader from taking one engine's work for another's."""
    if engine == "embedded":
        return "read by the embedded CPU engine, not DeepSeek-OCR"
    return f"read by the engine “{clean(engine, 100)}”"


def page_view(page: Page) -> dict[str, Any]:
    """A page as the viewer takes it: blocks in reading order, then figures without a block."""
    shown = [_without_block_caption(figure, page.blocks) for figure in page.figures]
    figures = {f.block: f for f in shown if f.block is not None}
    loose = [f for f in shown if f.block is None or f.block >= len(page.blocks)]
    blocks = [
        _block_view(page.number, place, block, figures.get(place))
        for place, block in enumerate(page.blocks[:MAX_BLOCKS])
    ]
    blocks += [_figure_block(page.number, figure) for figure in loose]
    reading = page.reading
    return {
        "number": page.number,
        "blocks": blocks,
        "hidden_blocks": max(0, len(page.blocks) - MAX_BLOCKS),
        "raw": clean(page.raw, MAX_RAW),
        "warnings": [clean(w.message, 300) for w in page.warnings[:MAX_LISTED]],
        "reading": {
            "notice": engine_notice(reading.engine),
            "fingerprint": clean(reading.fingerprint, 1_000),
            "mode": clean(reading.mode, 40),
            "finish_reason": reading.finish_reason,
            "attempts": reading.attempts,
            "vision_tokens": reading.vision_tokens,
            "output_tokens": reading.output_tokens,
            "trusted": reading.quality.trusted,
            "reasons": [clean(shown_doubt(reason), 60) for reason in reading.quality.reasons],
        },
        "notes": _notes(page),
    }


def looked_at(page: Page) -> dict[str, Any]:
    """`page_view` with formulas as MathML, which takes longer."""
    view = page_view(page)
    add_mathml(view["blocks"])
    return view


def block_id(page: int, place: int) -> str:
    """Name of a block in the viewer: page number and place among the page's blocks."""
    return f"p{page}-b{place}"


def block_at(page: Page, box: Box) -> str:
    """Name of the block that covers most of a box, empty where none does."""
    best, name = 0, ""
    for block in page_view(page)["blocks"]:
        shared = sum(_shared_area(other, box) for other in block["boxes"])
        # Of blocks that cover it alike, the smallest says it best.
        if shared > best or (shared == best and tuple(box) in map(tuple, block["boxes"])):
            best, name = shared, block["id"]
    return name


def _shared_area(one: Sequence[int], other: Sequence[int]) -> int:
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    return max(0, width) * max(0, height)


def figure_id(page: int, number: int) -> str:
    """Name of a figure that has no block of its own."""
    return f"p{page}-f{number}"


def _block_view(page: int, place: int, block: Block, figure: Figure | None) -> dict[str, Any]:
    view = _figure_view(figure) if figure is not None else None
    # A chart's table stands for the one that its block may hold too.
    charted = view is not None and view["table"] is not None
    nodes = [node for node in block_nodes(block) if not (charted and node["kind"] == "table")]
    boxes = block.boxes or (figure.boxes if figure is not None else ())
    return {
        "id": block_id(page, place),
        "label": clean(block.label, 40) or "text",
        "name": clean(shown_kind(block, figure), 40),
        "class": "figure" if figure is not None else _class_of(block.label),
        "boxes": _boxes(boxes),
        "nodes": nodes,
        "plain": " ".join(filter(None, (_figure_text(view), plain(nodes)))),
        "confidence": block.confidence,
        "doubts": [clean(warning.message, 200) for warning in block.warnings],
        "figure": view,
    }


def _figure_block(page: int, figure: Figure) -> dict[str, Any]:
    view = _figure_view(figure)
    return {
        "id": figure_id(page, figure.number),
        "label": figure.kind,
        "name": shown_kind(Block(label=figure.kind), figure),
        "class": "figure",
        "boxes": _boxes(figure.boxes),
        "nodes": [],
        "plain": _figure_text(view),
        "confidence": figure.confidence,
        "doubts": [],
        "figure": view,
    }


def _without_block_caption(figure: Figure, blocks: tuple[Block, ...]) -> Figure:
    """Leave a caption out that has a block of its own: it is shown there, with its box."""
    own = {on_one_line(block.text) for block in blocks if is_caption(block)}
    if not figure.caption or not has_block(figure.caption, own):
        return figure
    return figure.model_copy(update={"caption": None})


def _figure_view(figure: Figure) -> dict[str, Any]:
    geometry = figure.geometry.model_dump_json(indent=1) if figure.geometry is not None else ""
    table = table_node(figure.table) if figure.table is not None else None
    return {
        "number": figure.number,
        "kind": figure.kind,
        "caption": text_nodes(figure.caption or ""),
        "description": clean(figure.description or "", 3_000),
        "table": table,
        "smiles": clean(figure.smiles or "", 2_000),
        "smiles_valid": figure.smiles_valid,
        "inchikey": clean(figure.inchikey or "", 60),
        "geometry": clean(geometry, 5_000),
        "value_source": figure.value_source,
        "confidence": figure.confidence,
        "picture": f"figure-{figure.number}",
    }


def _figure_text(view: dict[str, Any] | None) -> str:
    if view is None:
        return ""
    # In the order in which the viewer shows it, so that a match across parts can be marked.
    table: list[Node] = [view["table"]] if view["table"] else []
    said = (view["smiles"], view["inchikey"], view["description"])
    parts = (plain(table), *(" ".join(one.split()) for one in said), plain(view["caption"]))
    return " ".join(filter(None, parts))


def _class_of(label: str) -> str:
    name = label.lower().replace(" ", "_").replace("-", "_")
    if name.endswith(_CAPTION):
        return _CAPTION
    return _CLASSES.get(name, "other")


def _boxes(boxes: tuple[Box, ...]) -> list[list[int]]:
    # Records promise clamped boxes; records made by hand may not keep the promise.
    out = []
    for x0, y0, x1, y1 in boxes[:MAX_BOXES]:
        xs = sorted(max(0, min(GRID, int(x))) for x in (x0, x1))
        ys = sorted(max(0, min(GRID, int(y))) for y in (y0, y1))
        out.append([xs[0], ys[0], xs[1], ys[1]])
    return out


def _notes(page: Page) -> list[dict[str, str]]:
    """Links, annotations and form fields, as text: an address is never made clickable."""
    notes = [
        {"kind": "link", "text": clean(f"{link.text} → {link.uri or f'page {link.page}'}", 500)}
        for link in page.links
    ]
    notes += [
        {"kind": clean(note.kind, 40), "text": clean(note.text, 1_000)} for note in page.annotations
    ]
    notes += [
        {"kind": "form field", "text": clean(f"{field.name} = {field.value}", 500)}
        for field in page.form_fields
    ]
    return notes[:MAX_LISTED]
