"""LangChain door: loader and blob parser, retriever and tools over an index, cited pictures."""

from __future__ import annotations

from contextlib import suppress

from dsocr_integrations.errors import extra_needed
from dsocr_integrations.rendering.open_documents import mupdf

with extra_needed("langchain", "LangChain", "langchain_core"):
    from dsocr_integrations.langchain.blob_parser import DeepSeekOCRBlobParser
    from dsocr_integrations.langchain.lc_documents import quoted
    from dsocr_integrations.langchain.loader import DeepSeekOCRLoader
    from dsocr_integrations.langchain.retriever import DeepSeekOCRRetriever
    from dsocr_integrations.langchain.tools import document_tools
    from dsocr_integrations.retrieval import crop

# Where it is there: a loader made in an event loop would hold that up with it.
with suppress(ImportError):
    mupdf()

__all__ = [
    "DeepSeekOCRBlobParser",
    "DeepSeekOCRLoader",
    "DeepSeekOCRRetriever",
    "crop",
    "document_tools",
    "quoted",
]
