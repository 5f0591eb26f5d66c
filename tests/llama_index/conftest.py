"""An index to retrieve from."""

from __future__ import annotations

from tests.retrieval.conftest import index, place

__all__ = ["index", "place"]
