"""PyMuPDF by itself: what it brings along is imported when somebody asks for it.

Importing PyMuPDF 2 opens networks for layouts and imports a writer of Markdown, with NumPy and ONNX
Runtime: eight times the processor time and three times the memory of what opens, searches and draws
documents. Who needs those, such as the embedded engine or a program that this one is part of, finds
them under the same names as ever.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from typing import Any

_LAYOUT = "pymupdf.layout"
_MARKDOWN = "pymupdf4llm"


def import_mupdf() -> Any:
    """Import PyMuPDF without the packages that it brings along, unless it is there with them."""
    with _left_to_later() as left:
        import pymupdf
    if _LAYOUT in left and find_spec(_LAYOUT) is not None:
        pymupdf._get_layout = _layout  # noqa: SLF001 - where it keeps what finds layouts
    if _MARKDOWN in left and find_spec(_MARKDOWN) is not None:
        pymupdf.pymupdf4llm = _Later(_MARKDOWN)
    # As the writer of Markdown has it, so that boxes do not depend on whether it was imported.
    pymupdf.TOOLS.unset_quad_corrections(True)  # noqa: FBT003
    return pymupdf


class _Left:
    """Finder of modules that has the two packages pass for missing, in the thread that made it."""

    def __init__(self) -> None:
        self.names: set[str] = set()
        self._thread = threading.get_ident()

    def find_spec(self, name: str, path: object = None, target: object = None) -> None:  # noqa: ARG002
        if name in (_LAYOUT, _MARKDOWN) and threading.get_ident() == self._thread:
            self.names.add(name)
            raise ModuleNotFoundError(name=name)


@contextmanager
def _left_to_later() -> Iterator[set[str]]:
    """Leave out the two packages where they are imported now; their names stand in the set."""
    finder = _Left()
    sys.meta_path.insert(0, finder)
    try:
        yield finder.names
    finally:
        sys.meta_path.remove(finder)


class _Later:
    """A package that is imported when something of it is asked for."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, name: str) -> Any:
        return getattr(import_module(self._name), name)


def _layout(*given: Any, **named: Any) -> Any:
    """PyMuPDF's layout function, opened by its first use; nothing where its parts are missing."""
    import pymupdf

    pymupdf._get_layout = None  # noqa: SLF001 - the only switch that `activate` looks at
    try:
        import_module(_LAYOUT).activate()
    except ImportError:
        return None
    return pymupdf._get_layout(*given, **named)  # noqa: SLF001
