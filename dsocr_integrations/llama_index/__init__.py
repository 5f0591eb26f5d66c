"""LlamaIndex door: reader and node parser, retriever, image nodes and tools for agents."""

from __future__ import annotations

from contextlib import suppress

from dsocr_integrations.errors import extra_needed
from dsocr_integrations.rendering.open_documents import mupdf

with extra_needed("llama-index", "LlamaIndex", "llama_index"):
    from dsocr_integrations.llama_index.gone_pages import delete_gone_pages, delete_source
    from dsocr_integrations.llama_index.image_nodes import crop
    from dsocr_integrations.llama_index.node_parser import DeepSeekOCRNodeParser
    from dsocr_integrations.llama_index.quote_postprocessor import DeepSeekOCRQuotePostprocessor
    from dsocr_integrations.llama_index.reader import DeepSeekOCRReader
    from dsocr_integrations.llama_index.retriever import DeepSeekOCRRetriever
    from dsocr_integrations.llama_index.tool_spec import DeepSeekOCRToolSpec

# Where it is there: a loader made in an event loop would hold that up with it.
with suppress(ImportError):
    mupdf()

__all__ = [
    "DeepSeekOCRNodeParser",
    "DeepSeekOCRQuotePostprocessor",
    "DeepSeekOCRReader",
    "DeepSeekOCRRetriever",
    "DeepSeekOCRToolSpec",
    "crop",
    "delete_gone_pages",
    "delete_source",
]
