"""Documents on a file system that the caller has opened already."""

from __future__ import annotations

from dataclasses import replace
from pathlib import PurePath
from typing import Any

from dsocr_integrations.errors import SourceError
from dsocr_integrations.sources.records import Source, SourceFailure
from dsocr_integrations.sources.resolution import resolve_source


def resolve_stored(file_system: Any, path: str, **options: Any) -> Source | SourceFailure:
    """Resolve one document of an fsspec file system, credentials and all.

    Args:
        file_system: An fsspec file system.
        path: Place of the document on it.
        **options: Attributes of `SourceResolver`.

    Returns:
        The source under its full URI, or the failure to open it.
    """
    uri = file_system.unstrip_protocol(path)
    try:
        with file_system.open(path, "rb") as stream:
            source = resolve_source(stream, **options)
    except SourceError as error:
        return SourceFailure(uri, error)
    return replace(source, uri=uri, origin=uri, name=PurePath(path).name)
