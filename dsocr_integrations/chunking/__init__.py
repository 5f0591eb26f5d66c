"""Chunks: documents cut for retrieval, with page and box."""

from __future__ import annotations

from dsocr_integrations.chunking.chunker import Chunker
from dsocr_integrations.chunking.token_bounds import TokenCounter

__all__ = ["Chunker", "TokenCounter"]
