"""Readings in a notebook: `explore(source)` reads and shows, `OcrExplorer` shows.

The names are found on first use, so that importing this room needs no widget library.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dsocr_integrations.jupyter.exploration import explore
    from dsocr_integrations.jupyter.widget import OcrExplorer

__all__ = ["OcrExplorer", "explore"]

_HOMES = {"OcrExplorer": "widget", "explore": "exploration"}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from dsocr_integrations.errors import extra_needed

    with extra_needed("jupyter", "The notebook widget", "anywidget", "traitlets", "ipywidgets"):
        return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
