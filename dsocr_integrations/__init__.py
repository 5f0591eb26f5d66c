"""DeepSeek-OCR for Airflow, LangChain, LlamaIndex and Jupyter: one runner, thin doors."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dsocr_integrations.errors import DsocrError
    from dsocr_integrations.records.chunks import Chunk
    from dsocr_integrations.records.documents import Block, Document, Figure, Page, PageError, Table
    from dsocr_integrations.runner import Runner

__version__ = "0.1.0"

_HOMES = {
    "Block": "records.documents",
    "Chunk": "records.chunks",
    "Document": "records.documents",
    "DsocrError": "errors",
    "Figure": "records.documents",
    "Page": "records.documents",
    "PageError": "records.documents",
    "Runner": "runner",
    "Table": "records.documents",
}

__all__ = [
    "Block",
    "Chunk",
    "Document",
    "DsocrError",
    "Figure",
    "Page",
    "PageError",
    "Runner",
    "Table",
    "__version__",
]


def __getattr__(name: str) -> Any:
    # Public names are found on first use: importing the package costs next to nothing.
    if name in _HOMES:
        return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    msg = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(msg)
