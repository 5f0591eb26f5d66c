"""DeepSeek-OCR for Airflow, LangChain, LlamaIndex and Jupyter: one runner, thin doors."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dsocr_integrations.chunking import Chunker
    from dsocr_integrations.engines.base import Engine, Reading
    from dsocr_integrations.errors import DsocrError
    from dsocr_integrations.index import open_index
    from dsocr_integrations.ingestion import ingest
    from dsocr_integrations.records.chunks import Chunk
    from dsocr_integrations.records.documents import Block, Document, Figure, Page, PageError, Table
    from dsocr_integrations.runner import Runner

__version__ = "0.1.0"

_HOMES = {
    "Block": "records.documents",
    "Chunk": "records.chunks",
    "Chunker": "chunking",
    "Document": "records.documents",
    "DsocrError": "errors",
    "Engine": "engines.base",
    "Figure": "records.documents",
    "Page": "records.documents",
    "PageError": "records.documents",
    "Reading": "engines.base",
    "Runner": "runner",
    "Table": "records.documents",
    "ingest": "ingestion",
    "open_index": "index",
}

__all__ = [
    "Block",
    "Chunk",
    "Chunker",
    "Document",
    "DsocrError",
    "Engine",
    "Figure",
    "Page",
    "PageError",
    "Reading",
    "Runner",
    "Table",
    "__version__",
    "ingest",
    "open_index",
]


def __getattr__(name: str) -> Any:
    # Public names are found on first use: importing the package costs next to nothing.
    if name in _HOMES:
        return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    msg = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(msg)
