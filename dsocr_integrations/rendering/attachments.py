"""Files attached to a PDF, as sources of their own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from dsocr_integrations.errors import SourceError, SourceTooLargeError
from dsocr_integrations.rendering.beside_pages import shown_name
from dsocr_integrations.rendering.open_documents import use_document
from dsocr_integrations.sources import Source, SourceFailure, SourceResolver
from dsocr_integrations.sources.media_types import PDF

if TYPE_CHECKING:
    import pymupdf

MAX_ATTACHMENTS = 1_000
MAX_ATTACHED_BYTES = 200_000_000
"""Size that one file states for itself, unpacked."""

MARK = "#attachment="
"""Between a document's identity and the name of a file attached to it."""


def with_attachments(
    found: Iterable[Source | SourceFailure],
) -> Iterator[Source | SourceFailure]:
    """Each source with the files attached to it behind it; what is attached to these is left."""
    for source in found:
        yield source
        if isinstance(source, Source):
            yield from attached_sources(source)


def attached_sources(source: Source) -> Iterator[Source | SourceFailure]:
    """The files attached to a document as a whole, in its order.

    Each is known by the document's identity and its own name, such as
    `orders.pdf#attachment=lines.pdf`; a second one of a name gets a number.

    Args:
        source: Any source; only PDF files have such attachments.

    Yields:
        A source for each file, or why it cannot be read. Names are never taken for paths.

    Raises:
        SourceError: If the document cannot be opened.
    """
    if source.media_type != PDF.mime:
        return
    with use_document(source) as document:
        count = min(document.embfile_count(), MAX_ATTACHMENTS)
    given: set[str] = set()
    for number in range(count):
        name = "unnamed"
        try:
            with use_document(source) as document:
                name, data = _attached(document, number, source.name)
            name = _free(name, given)
            uri = f"{source.uri}{MARK}{name}"
            found = SourceResolver(password=source.password).resolve_loaded(data, name)
            if isinstance(found, SourceFailure):
                yield SourceFailure(uri, found.error)
            else:
                yield replace(found, uri=uri, origin=None)
        except SourceError as error:
            yield SourceFailure(f"{source.uri}{MARK}{_free(name, given)}", error)


def _attached(document: pymupdf.Document, number: int, holder: str) -> tuple[str, bytes]:
    told = document.embfile_info(number)
    name = shown_name(str(told.get("ufilename") or told.get("filename") or told.get("name") or ""))
    if max(told.get("size") or 0, told.get("length") or 0) > MAX_ATTACHED_BYTES:
        raise SourceTooLargeError(f"{name}, attached to {holder}, is too large to be unpacked.")
    data: bytes = document.embfile_get(number)
    return name, data


def _free(name: str, given: set[str]) -> str:
    """The name, numbered where it was given before."""
    free, number = name, 1
    while free in given:
        number += 1
        free = f"{number} {name}"
    given.add(free)
    return free
