"""Take the repeated work out of PyMuPDF's table refinement, whose answers stay the same.

To find a table's header rows it works out the type of each cell's text some ten times, letter by
letter; and it compares each shaded rectangle of the page with each other, one pair at a time.
On the pages of a company's report this takes longer than the layout model does.
"""

from __future__ import annotations

import functools
import importlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

_FUNCTIONS_OF_A_TEXT = (
    "cell_type",
    "count_alpha",
    "count_digit",
    "date_or_period_like",
    "numeric_like",
)
_TEXTS_KEPT = 4096


@contextmanager
def without_repetition() -> Iterator[None]:
    """Have PyMuPDF look for tables with quicker functions in the place of some of its own.

    They are private to PyMuPDF: a release without them keeps what it has, and what others call
    outside this block is PyMuPDF's own.
    """
    replaced = _quicker()
    for module, name, _, quicker in replaced:
        setattr(module, name, quicker)
    try:
        yield
    finally:
        for module, name, own, _ in replaced:
            setattr(module, name, own)


def outermost(rectangles: Sequence[Any], *, contain_frac: float = 0.9) -> list[Any]:
    """The rectangles that do not lie in a larger one.

    Args:
        rectangles: `pymupdf.Rect`s.
        contain_frac: Share of its area to which a rectangle lies in another one.

    Returns:
        Those that are not empty and lie in no other one that is at least a twentieth larger.
    """
    corners = np.array([tuple(rectangle) for rectangle in rectangles], dtype=np.float64)
    if not len(corners):
        return []
    areas = _areas(corners)
    # MuPDF computes what two rectangles share in single precision.
    single = corners.astype(np.float32)
    kept = []
    for rectangle, own, area in zip(rectangles, single, areas.tolist(), strict=True):
        shared = np.empty_like(corners)
        np.maximum(single[:, :2], own[:2], out=shared[:, :2])
        np.minimum(single[:, 2:], own[2:], out=shared[:, 2:])
        holders = (_areas(shared) >= contain_frac * area) & (areas > area * 1.05)
        if area > 0 and not holders.any():
            kept.append(rectangle)
    return kept


def _areas(corners: Any) -> Any:
    sides = np.maximum(corners[:, 2:] - corners[:, :2], 0.0)
    return sides[:, 0] * sides[:, 1]


@functools.cache
def _quicker() -> tuple[tuple[Any, str, Any, Any], ...]:
    """Modules of PyMuPDF, the names of functions in them, these functions, and quicker ones."""
    headers, refinement = _module("_table_headers"), _module("_table_refine")
    remembered: Callable[[Any], Any] = functools.lru_cache(maxsize=_TEXTS_KEPT)
    found = [(headers, name, remembered) for name in _FUNCTIONS_OF_A_TEXT]
    found.append((refinement, "_refine_cell_background_rects", lambda _: outermost))
    return tuple(
        (module, name, own, functools.wraps(own)(quicker(own)))
        for module, name, quicker in found
        if (own := getattr(module, name, None)) is not None
    )


def _module(name: str) -> Any:
    try:
        return importlib.import_module(f"pymupdf.{name}")
    except ModuleNotFoundError:
        return None
