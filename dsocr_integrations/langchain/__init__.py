"""LangChain door: `DeepSeekOCRLoader` and `DeepSeekOCRBlobParser`."""

from __future__ import annotations

from dsocr_integrations.langchain.blob_parser import DeepSeekOCRBlobParser
from dsocr_integrations.langchain.loader import DeepSeekOCRLoader

__all__ = ["DeepSeekOCRBlobParser", "DeepSeekOCRLoader"]
