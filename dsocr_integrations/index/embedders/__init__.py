"""Texts to vectors. No embedder is installed by default: search is lexical then, and says so."""

from __future__ import annotations

from dsocr_integrations.index.embedders.base import Embedder, EmbedderFacts
from dsocr_integrations.index.embedders.loading import load_embedder
from dsocr_integrations.index.embedders.local import LocalEmbedder

__all__ = ["Embedder", "EmbedderFacts", "LocalEmbedder", "load_embedder"]
