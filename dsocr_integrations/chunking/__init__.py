"""Chunks: documents cut for retrieval, with page and box."""

from __future__ import annotations

from dsocr_integrations.chunking.chunker import Chunker, DocumentHead

__all__ = ["Chunker", "DocumentHead"]
