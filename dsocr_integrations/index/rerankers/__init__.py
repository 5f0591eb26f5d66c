"""Rerankers by name: a cross-encoder on this machine, or one behind a server."""

from __future__ import annotations

from dsocr_integrations.index.rerankers.loading import RerankerLike, load_reranker

__all__ = ["RerankerLike", "load_reranker"]
