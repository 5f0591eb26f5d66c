"""What a born-digital page carries beside its text: links, annotations, form fields."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dsocr_integrations.documents import GRID, Annotation, Box, FormField, Link, PointBox

if TYPE_CHECKING:
    import pymupdf


@dataclass(frozen=True)
class PageExtras:
    """Links, annotations and form fields, boxes on the region's 0–999 grid."""

    links: tuple[Link, ...] = ()
    annotations: tuple[Annotation, ...] = ()
    form_fields: tuple[FormField, ...] = ()


def read_extras(page: pymupdf.Page, within: PointBox) -> PageExtras:
    """Read the extras of `page` that touch the given box (points, upright)."""
    return PageExtras(
        links=tuple(_links(page, within)),
        annotations=tuple(_annotations(page, within)),
        form_fields=tuple(_form_fields(page, within)),
    )


def _links(page: pymupdf.Page, within: PointBox) -> list[Link]:
    links = []
    for link in page.get_links():
        box = _grid_box(page, link["from"], within)
        if box is None:
            continue
        text = " ".join(page.get_text("text", clip=link["from"]).split())
        target = link.get("page", -1)
        uri = link.get("uri") or link.get("file")
        if uri:
            links.append(Link(box=box, text=text, uri=str(uri)))
        elif isinstance(target, int) and target >= 0:
            links.append(Link(box=box, text=text, page=target + 1))
    return links


def _annotations(page: pymupdf.Page, within: PointBox) -> list[Annotation]:
    annotations = []
    for annotation in page.annots():
        box = _grid_box(page, annotation.rect, within)
        if box is not None and annotation.type[1] != "Popup":
            text = annotation.info.get("content", "")
            annotations.append(Annotation(box=box, kind=annotation.type[1], text=text))
    return annotations


def _form_fields(page: pymupdf.Page, within: PointBox) -> list[FormField]:
    fields = []
    for widget in page.widgets():
        box = _grid_box(page, widget.rect, within)
        if box is not None:
            fields.append(
                FormField(
                    box=box,
                    name=widget.field_name or "",
                    kind=widget.field_type_string,
                    value=str(widget.field_value or ""),
                )
            )
    return fields


def _grid_box(page: pymupdf.Page, rect: Any, within: PointBox) -> Box | None:
    upright = rect * page.rotation_matrix if page.rotation else rect
    x0, y0, x1, y1 = within
    if upright.x1 <= x0 or upright.x0 >= x1 or upright.y1 <= y0 or upright.y0 >= y1:
        return None
    return (
        _on_grid(upright.x0 - x0, x1 - x0),
        _on_grid(upright.y0 - y0, y1 - y0),
        _on_grid(upright.x1 - x0, x1 - x0),
        _on_grid(upright.y1 - y0, y1 - y0),
    )


def _on_grid(value: float, side: float) -> int:
    return min(GRID, max(0, round(value / side * GRID)))
