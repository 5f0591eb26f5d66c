"""LlamaIndex door: `DeepSeekOCRReader`."""

from __future__ import annotations

from dsocr_integrations.errors import extra_needed

with extra_needed("llama-index", "LlamaIndex", "llama_index"):
    from dsocr_integrations.llama_index.reader import DeepSeekOCRReader

__all__ = ["DeepSeekOCRReader"]
