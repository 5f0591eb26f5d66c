"""Sources: from what the caller names to local files, one document each."""

from __future__ import annotations

from dsocr_integrations.sources.opened_stores import resolve_stored
from dsocr_integrations.sources.resolution import (
    Source,
    SourceFailure,
    SourceLike,
    SourceLimits,
    SourceResolver,
    SourcesLike,
    StorageOptions,
    resolve_source,
    resolve_sources,
)

__all__ = [
    "Source",
    "SourceFailure",
    "SourceLike",
    "SourceLimits",
    "SourceResolver",
    "SourcesLike",
    "StorageOptions",
    "resolve_source",
    "resolve_sources",
    "resolve_stored",
]
