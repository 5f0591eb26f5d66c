"""Where documents come from: anything a caller may name becomes a local, picklable `Source`."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from pydantic import SecretStr

from dsocr_integrations import media_types
from dsocr_integrations.errors import SourceError, SourceNotFoundError, UnsupportedFormatError
from dsocr_integrations.page_selection import PageSelection, PageSelectionLike

_READ_BLOCK = 1024 * 1024


@dataclass(frozen=True)
class Source:
    """One document as a local file.

    Attributes:
        uri: Its identity: the path relative to the ingest root where there is one, else the
            absolute path or the URL as given, without credentials.
        name: File name to show.
        media_type: MIME type, judged by content.
        path: Local file: the original, or the spooled copy of remote bytes.
        revision: SHA-256 of the bytes.
        pages: Pages to read; `None` for all.
        password: Password of an encrypted document; never shown.
    """

    uri: str
    name: str
    media_type: str
    path: Path
    revision: str
    pages: PageSelection | None = None
    password: SecretStr | None = None


@dataclass(frozen=True)
class SourceFailure:
    """A source among several that could not be opened; the others go on.

    Attributes:
        uri: What was asked for.
        error: Why it failed.
    """

    uri: str
    error: SourceError


SourceLike = str | Path | bytes | BinaryIO | Source


def resolve_source(
    one: SourceLike,
    *,
    root: str | Path | None = None,
    pages: PageSelectionLike = None,
    password: str | SecretStr | None = None,
) -> Source:
    """Turn what the caller named into a local `Source`."""
    if isinstance(one, Source):
        return one
    path = Path(one).expanduser()
    if not path.is_file():
        raise SourceNotFoundError(f"There is no file {one}.")
    kind = media_types.detect(path, path.name)
    if kind is None:
        raise UnsupportedFormatError(f"{path.name} is of a kind that cannot be read here.")
    absolute = path.absolute()
    uri = str(absolute)
    if root is not None and absolute.is_relative_to(Path(root).absolute()):
        uri = absolute.relative_to(Path(root).absolute()).as_posix()
    return Source(
        uri=uri,
        name=path.name,
        media_type=kind.mime,
        path=absolute,
        revision=_sha256(path),
        pages=PageSelection.of(pages),
        password=SecretStr(password) if isinstance(password, str) else password,
    )


def resolve_sources(
    several: SourceLike | list[SourceLike],
    **options: object,
) -> Iterator[Source | SourceFailure]:
    """Resolve one or several sources, lazily."""
    items = several if isinstance(several, list | tuple) else [several]
    for item in items:
        found = [item]
        if isinstance(item, str | Path) and Path(item).is_dir():
            found = sorted(path for path in Path(item).rglob("*") if path.is_file())
            options.setdefault("root", item)
        for one in found:
            try:
                yield resolve_source(one, **options)
            except SourceError as error:
                yield SourceFailure(str(one), error)


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(_READ_BLOCK):
            digest.update(block)
    return digest.hexdigest()
