"""LlamaIndex door: `DeepSeekOCRReader` and `DeepSeekOCRNodeParser`."""

from __future__ import annotations

from dsocr_integrations.errors import extra_needed

with extra_needed("llama-index", "LlamaIndex", "llama_index"):
    from dsocr_integrations.llama_index.gone_pages import delete_gone_pages, delete_source
    from dsocr_integrations.llama_index.node_parser import DeepSeekOCRNodeParser
    from dsocr_integrations.llama_index.reader import DeepSeekOCRReader

__all__ = ["DeepSeekOCRNodeParser", "DeepSeekOCRReader", "delete_gone_pages", "delete_source"]
