"""A resolved document, the forms a caller may name it in, and the bounds it is read within."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from pydantic import SecretStr

from dsocr_integrations.errors import SourceError
from dsocr_integrations.sources.page_selection import PageSelection
from dsocr_integrations.sources.spool import SpooledFile


@dataclass(frozen=True)
class Source:
    """One document as a local file.

    Attributes:
        uri: Its identity: the path relative to the ingest root where there is one, else the
            absolute path, or the URL without credentials.
        name: File name to show.
        media_type: MIME type, judged by content.
        path: Local file: the original, or the spooled copy of remote bytes.
        revision: SHA-256 of the bytes.
        pages: Pages to read; `None` for all.
        password: Password of an encrypted document; never shown.
        spooled: Keeps a spooled copy alive; a pickled source leaves it behind.
        origin: Where it can be read again: its absolute path, or its URL without credentials, and
            behind it the name of what is attached there; `None` for bytes that only the caller
            had.
    """

    uri: str
    name: str
    media_type: str
    path: Path
    revision: str
    pages: PageSelection | None = None
    password: SecretStr | None = None
    spooled: SpooledFile | None = field(default=None, repr=False, compare=False)
    origin: str | None = None


@dataclass(frozen=True)
class SourceFailure:
    """A source among several that could not be opened; the others go on.

    Attributes:
        uri: The identity that it would have had as a source.
        error: Why it failed.
        origin: What was asked for, free of credentials; empty where that is the same.
    """

    uri: str
    error: SourceError
    origin: str = ""


SourceLike = str | Path | bytes | bytearray | memoryview | BinaryIO | Source
"""A path, glob, folder or URL; the bytes themselves; an open binary file; a ready source."""

SourcesLike = SourceLike | Iterable[SourceLike]


@dataclass(frozen=True)
class SourceLimits:
    """Bounds of what is read.

    Attributes:
        max_bytes: Largest local file.
        max_download_bytes: Largest remote file.
        max_download_seconds: Longest time to fetch one.
        max_redirects: Most redirects of one fetch.
    """

    max_bytes: int = 8_000_000_000
    max_download_bytes: int = 1_000_000_000
    max_download_seconds: float = 600.0
    max_redirects: int = 5
