"""Chunks: documents cut for retrieval, with page and box."""

from __future__ import annotations

from dsocr_integrations.chunking.chunker import Chunker

__all__ = ["Chunker"]
