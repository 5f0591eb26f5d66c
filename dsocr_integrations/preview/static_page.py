"""A page without any script: what stays of the viewer where nothing may run.

The elements are few and have no attributes but spans, so that lists of what is allowed, such as
those of pages that host code, let them pass.
"""

from __future__ import annotations

import html
import io
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from dsocr_integrations.preview.block_tree import Cell, Node
from dsocr_integrations.preview.inline_text import Run

if TYPE_CHECKING:
    from PIL.Image import Image

MAX_HTML = 25_000
"""Characters of one page; what follows is named as left out."""

PICTURE_SIDE = 1_000
_COLOURS = 48
_GRID = 999
_STYLES = {"bold": "strong", "italic": "em", "code": "code", "math": "code"}
_STYLES |= {"sup": "sup", "sub": "sub"}
_CLASS_COLOURS = {
    "title": "#d55e00",
    "table": "#00805e",
    "figure": "#a63d8f",
    "caption": "#a63d8f",
    "formula": "#6941c6",
    "margin": "#68737d",
}
_COLOUR = "#0072b2"


def page_html(view: dict[str, Any]) -> str:
    """The blocks of a page view, as `page_view` makes it."""
    parts: list[str] = []
    length = 0
    for place, block in enumerate(view["blocks"]):
        text = "".join(_block_html(block))
        length += len(text)
        if length > MAX_HTML:
            left = len(view["blocks"]) - place + view["hidden_blocks"]
            return "\n".join([*parts, f"<p><em>{left} more blocks are not shown here.</em></p>"])
        parts.append(text)
    return "\n".join(parts)


def page_png(image: Image, view: dict[str, Any]) -> bytes:
    """The picture of a page with the boxes of its blocks drawn in, in few colours."""
    from PIL import ImageDraw

    shown = image.convert("RGB")
    shown.thumbnail((PICTURE_SIDE, PICTURE_SIDE))
    draw = ImageDraw.Draw(shown)
    for block in view["blocks"]:
        colour = _CLASS_COLOURS.get(block["class"], _COLOUR)
        for x0, y0, x1, y1 in block["boxes"]:
            across, down = shown.width / _GRID, shown.height / _GRID
            corners = (x0 * across - 2, y0 * down - 2, x1 * across + 2, y1 * down + 2)
            draw.rectangle(corners, outline=colour, width=2)
    out = io.BytesIO()
    shown.quantize(_COLOURS).save(out, "PNG", optimize=True)
    return out.getvalue()


def _block_html(block: dict[str, Any]) -> Iterator[str]:
    figure = block["figure"]
    if figure is not None:
        yield f"<p><em>{_text(block['name'])}</em></p>"
        if figure["table"]:
            yield _node_html(figure["table"])
        if figure["smiles"]:
            yield f"<p><code>{_text(figure['smiles'])}</code></p>"
        if figure["description"]:
            yield f"<p>{_text(figure['description'])} <em>(may be invented)</em></p>"
        yield from map(_node_html, figure["caption"])
        return
    yield from map(_node_html, block["nodes"])


def _node_html(node: Node) -> str:
    inside = _runs_html(node.get("runs", ()))
    match node["kind"]:
        case "heading":
            level = min(6, node["level"] + 2)
            return f"<h{level}>{inside}</h{level}>"
        case "item":
            return f"<p>{_text(node['marker'])} {inside}</p>"
        case "code" | "math":
            return f"<pre>{_text(node['text'])}</pre>"
        case "table":
            rows = "".join(f"<tr>{''.join(map(_cell_html, row))}</tr>" for row in node["rows"])
            left = node["hidden_rows"]
            more = f"<p><em>{left} more rows are not shown here.</em></p>" if left else ""
            return f"<table><tbody>{rows}</tbody></table>{more}"
        case _:
            return f"<p>{inside}</p>"


def _cell_html(cell: Cell) -> str:
    tag = "th" if cell["header"] else "td"
    spans = "".join(
        f' {name}="{size}"'
        for name, size in (("rowspan", cell["rowspan"]), ("colspan", cell["colspan"]))
        if size > 1
    )
    return f"<{tag}{spans}>{_runs_html(cell['runs'])}</{tag}>"


def _runs_html(runs: Iterable[Run]) -> str:
    return "".join(map(_run_html, runs))


def _run_html(run: Run) -> str:
    tag = _STYLES.get(run.get("style", ""))
    text = _text(run["text"])
    return f"<{tag}>{text}</{tag}>" if tag else text


def _text(text: str) -> str:
    return html.escape(text)
