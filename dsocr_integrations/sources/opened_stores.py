"""Documents on a file system that the caller has opened already."""

from __future__ import annotations

from typing import Any

from dsocr_integrations.errors import DownloadError, SourceNotFoundError
from dsocr_integrations.sources.records import Source, SourceFailure
from dsocr_integrations.sources.resolution import SourceResolver


def resolve_stored(file_system: Any, path: str, resolver: SourceResolver) -> Source | SourceFailure:
    """Resolve one document of an fsspec file system, credentials and all.

    Args:
        file_system: An fsspec file system.
        path: Place of the document on it.
        resolver: How documents are named and opened.

    Returns:
        The source under its full URI, or the failure to open it.
    """
    place = file_system.unstrip_protocol(path)
    try:
        with file_system.open(path, "rb") as stream:
            return resolver.resolve_loaded(stream, place)
    except FileNotFoundError:
        missing = SourceNotFoundError(f"There is nothing at {place}.")
        return SourceFailure(resolver.identity_of(place), missing, origin=place)
    except Exception as error:  # noqa: BLE001 - stores raise their own clients' errors
        failed = DownloadError(f"{place} could not be read: {type(error).__name__}: {error}.")
        return SourceFailure(resolver.identity_of(place), failed, origin=place)
