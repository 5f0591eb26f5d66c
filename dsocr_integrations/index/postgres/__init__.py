"""The index in PostgreSQL with pgvector."""

from __future__ import annotations

from dsocr_integrations.index.postgres.address import is_address, shown
from dsocr_integrations.index.postgres.index import PostgresIndex, stored_embedder

__all__ = ["PostgresIndex", "is_address", "shown", "stored_embedder"]
