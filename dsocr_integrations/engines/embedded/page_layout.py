"""PyMuPDF's layout model: labelled regions of a page, and the grid of each table."""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np

from dsocr_integrations.records.documents import PointBox

_MINIMUM_SIDE = 2.0
"""Regions thinner than this many points are rules, not content."""

_SMALL_PAGE = 500.0
_USUAL_PAGE = 800.0
_LARGEST_SCALE = 5.0

_lock = threading.Lock()


@dataclass(frozen=True)
class LayoutRegion:
    """A labelled region as the model saw it.

    Attributes:
        kind: The model's class: `text`, `title`, `section-header`, `list-item`, `table`,
            `picture`, `caption`, `formula`, `footnote`, `page-header`, `page-footer`.
        box: Box in points of the page.
        pieces: Boxes of the text lines and paths the model joined to the region.
    """

    kind: str
    box: PointBox
    pieces: tuple[PointBox, ...] = ()


@contextmanager
def enlarged(page: Any) -> Iterator[tuple[Any, float]]:
    """A page large enough for the layout model, and the factor by which it is larger.

    The model looks at one pixel a point. On a page much smaller than a sheet of paper it
    sees lines of print as grey bars, so that such a page is copied onto a larger one.

    Args:
        page: An upright `pymupdf.Page`.
    """
    longer = max(page.rect.width, page.rect.height)
    if longer >= _SMALL_PAGE or longer < 1:
        yield page, 1.0
        return
    import pymupdf

    scale = min(_USUAL_PAGE / longer, _LARGEST_SCALE)
    with pymupdf.open() as document:
        copy = document.new_page(width=page.rect.width * scale, height=page.rect.height * scale)
        copy.show_pdf_page(copy.rect, page.parent, page.number)
        yield copy, scale


def find_regions(page: Any) -> list[LayoutRegion]:
    """Run the layout model over an upright page.

    Args:
        page: A `pymupdf.Page` without rotation. The model's raw answer also stays on the
            page as `layout_information`, where PyMuPDF's table finder picks it up.

    Returns:
        Regions in the model's own order; none for an empty page.
    """
    # The model takes logarithms of ratios that are zero for empty lines, and means infinity.
    with _lock, np.errstate(divide="ignore"), _without_boxes_to_tick(page):
        page.layout_information = _model()(page, return_raw=True)
    return [
        region
        for region in (_region(group) for group in page.layout_information)
        if min(region.box[2] - region.box[0], region.box[3] - region.box[1]) > _MINIMUM_SIDE
    ]


@contextmanager
def _without_boxes_to_tick(page: Any) -> Iterator[None]:
    """A page that names no form fields: the model takes all that is around them for one table."""
    page.widgets = tuple
    try:
        yield
    finally:
        del page.widgets


def _region(group: dict[str, Any]) -> LayoutRegion:
    return LayoutRegion(
        kind=str(group["class_name"]),
        box=_box(group["group_bbox"]),
        pieces=tuple(_box(piece) for piece in group.get("bboxes", ())),
    )


def _box(values: Any) -> PointBox:
    x0, y0, x1, y1 = (float(value) for value in values[:4])
    return (x0, y0, x1, y1)


@functools.cache
def _model() -> Callable[..., list[dict[str, Any]]]:
    """PyMuPDF's layout function over inference sessions of one thread.

    PyMuPDF opens its sessions with one thread a core when it is imported. Their helper
    threads wait by spinning, which costs half as much CPU again, and they fight with the
    sessions of other worker processes; so the sessions are opened anew.
    """
    import onnxruntime
    import pymupdf
    import pymupdf.layout

    default_options = onnxruntime.SessionOptions

    def one_thread() -> Any:
        options = default_options()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        return options

    pymupdf._get_layout = None  # noqa: SLF001 - the only switch that `activate` looks at
    onnxruntime.SessionOptions = one_thread
    try:
        pymupdf.layout.activate()
    finally:
        onnxruntime.SessionOptions = default_options
    found: Callable[..., list[dict[str, Any]]] = pymupdf._get_layout  # noqa: SLF001
    return found
