"""What a born-digital page carries beside its text: links, annotations, form fields."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from dsocr_integrations.records.documents import (
    GRID,
    Annotation,
    Box,
    FormField,
    Link,
    ParseWarning,
    PointBox,
)
from dsocr_integrations.rendering.beside_pages import page_notices
from dsocr_integrations.rendering.form_fields import read_fields
from dsocr_integrations.rendering.open_documents import mupdf
from dsocr_integrations.rendering.words import Word, read_words

if TYPE_CHECKING:
    import pymupdf


_log = logging.getLogger(__name__)
_Extra = TypeVar("_Extra")


@dataclass(frozen=True)
class PageExtras:
    """Links, annotations and form fields, boxes on the region's 0–999 grid; and what to warn of."""

    links: tuple[Link, ...] = ()
    annotations: tuple[Annotation, ...] = ()
    form_fields: tuple[FormField, ...] = ()
    notices: tuple[ParseWarning, ...] = ()


def read_extras(page: pymupdf.Page, within: PointBox) -> PageExtras:
    """Read the extras of `page` that touch the given box (points, upright).

    A kind of extra that is damaged is left out; the page itself is still read.
    """
    return PageExtras(
        links=_unless_damaged(_links, page, within),
        annotations=_unless_damaged(_annotations, page, within),
        form_fields=_unless_damaged(_form_fields, page, within),
        notices=_unless_damaged(_notices, page, within),
    )


def _unless_damaged(
    read: Callable[[pymupdf.Page, PointBox], list[_Extra]], page: pymupdf.Page, within: PointBox
) -> tuple[_Extra, ...]:
    try:
        return tuple(read(page, within))
    except Exception as error:  # noqa: BLE001 - PyMuPDF raises nearly anything here
        _log.warning("Page %d: %s left out: %s", page.number + 1, read.__name__[1:], error)
        return ()


def _links(page: pymupdf.Page, within: PointBox) -> list[Link]:
    links = []
    words: tuple[Word, ...] | None = None
    for link in page.get_links():
        # Links, unlike annotations and fields, come in upright coordinates.
        area = link["from"]
        box = _grid_box(area, within)
        if box is None:
            continue
        if words is None:
            words = read_words(page, (0.0, 0.0, page.rect.width, page.rect.height))
        text = " ".join(word.text for word in words if _centre(word) in area)
        target = link.get("page", -1)
        uri = link.get("uri") or link.get("file")
        if uri:
            links.append(Link(box=box, text=text, uri=str(uri)))
        elif isinstance(target, int) and target >= 0:
            links.append(Link(box=box, text=text, page=target + 1))
    return links


def _centre(word: Word) -> tuple[float, float]:
    return (word.box[0] + word.box[2]) / 2, (word.box[1] + word.box[3]) / 2


def _annotations(page: pymupdf.Page, within: PointBox) -> list[Annotation]:
    annotations = []
    for annotation in page.annots():
        box = _grid_box(annotation.rect * page.rotation_matrix, within)
        if box is not None and annotation.type[1] != "Popup":
            text = annotation.info.get("content", "")
            annotations.append(Annotation(box=box, kind=annotation.type[1], text=text))
    return annotations


def _form_fields(page: pymupdf.Page, within: PointBox) -> list[FormField]:
    fields = []
    for field in read_fields(page):
        box = _grid_box(mupdf().Rect(field.box), within)
        if box is not None:
            fields.append(
                FormField(
                    box=box,
                    name=field.name,
                    kind=field.kind,
                    value=field.value,
                    label=field.label,
                    checked=field.checked,
                    choices=field.choices,
                )
            )
    return fields


def _notices(page: pymupdf.Page, _: PointBox) -> list[ParseWarning]:
    return list(page_notices(page, read_fields(page)))


def _grid_box(upright: Any, within: PointBox) -> Box | None:
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
