"""LlamaIndex door: `DeepSeekOCRReader`."""

from __future__ import annotations

from dsocr_integrations.llama_index.reader import DeepSeekOCRReader

__all__ = ["DeepSeekOCRReader"]
