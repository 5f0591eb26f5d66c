"""LangChain door: `DeepSeekOCRLoader` and `DeepSeekOCRBlobParser`."""

from __future__ import annotations

from dsocr_integrations.errors import extra_needed

with extra_needed("langchain", "LangChain", "langchain_core"):
    from dsocr_integrations.langchain.blob_parser import DeepSeekOCRBlobParser
    from dsocr_integrations.langchain.loader import DeepSeekOCRLoader

__all__ = ["DeepSeekOCRBlobParser", "DeepSeekOCRLoader"]
