"""Files attached to a document, as sources of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial

from dsocr_integrations.errors import SourceError, SourceNotFoundError
from dsocr_integrations.rendering.attachment_names import shown_name
from dsocr_integrations.rendering.embedded_files import all_files
from dsocr_integrations.rendering.open_documents import use_document
from dsocr_integrations.rendering.text_files.opening import mail_of
from dsocr_integrations.sources import (
    Source,
    SourceFailure,
    SourceLike,
    SourceResolver,
)
from dsocr_integrations.sources.media_types import MAIL, PDF
from dsocr_integrations.sources.names import ATTACHED

MAX_ATTACHMENTS = 1_000
"""Files taken out of one document, those within its attachments included."""

MAX_ATTACHED_BYTES = 200_000_000
"""What one of them may unpack to."""

MAX_DEPTH = 3
"""Attachments within attachments that are looked into."""

OnListed = Callable[[Source], object]

_Packed = tuple[str, Callable[[], bytes]]
"""The name of an attached file as its document spells it, and what unpacks it."""


def with_attachments(
    found: Iterable[Source | SourceFailure],
    resolver: SourceResolver,
    *,
    on_listed: OnListed = lambda _: None,
) -> Iterator[Source | SourceFailure]:
    """Sources, and behind each what is attached to it, where the settings ask for that.

    Args:
        found: The sources.
        resolver: Tells whether attachments are asked for.
        on_listed: As for `attached_sources`.

    Raises:
        ConfigurationError: If the settings cannot be used.
    """
    for one in found:
        yield one
        if isinstance(one, Source) and resolver.reads_attachments:
            yield from attached_sources(one, on_listed=on_listed)


def attached_sources(
    source: Source, *, on_listed: OnListed = lambda _: None
) -> Iterator[Source | SourceFailure]:
    """The files attached to a document and to its pages, in order, and those attached to them.

    Each is known by the document's identity and its own name, such as
    `orders.pdf#attachment=lines.pdf`; a second one of a name gets a number. All its pages are
    read, whichever of the document's were chosen.

    Args:
        source: Any source; one that cannot be opened has none.
        on_listed: Told of each document whose attachments have all been named.

    Yields:
        A source for each file, or why it cannot be read. Names are never taken for paths.
    """
    return _Attachments(on_listed).of(source, MAX_DEPTH)


def named_source(resolver: SourceResolver, place: SourceLike) -> Source:
    """Resolve one document that may be attached to another, by its path or URL.

    Args:
        resolver: How sources are opened.
        place: As for `SourceResolver.resolve_one`, or as the `origin` of an attached one.

    Raises:
        SourceError: If it cannot be opened or its document does not hold it any more.
        ConfigurationError: As `SourceResolver.resolve_one`.
    """
    if not isinstance(place, str) or ATTACHED not in place:
        return resolver.resolve_one(place)
    holder = resolver.resolve_one(place.partition(ATTACHED)[0])
    for found in attached_sources(holder):
        if found.uri.removeprefix(holder.uri) == place.removeprefix(place.partition(ATTACHED)[0]):
            if isinstance(found, SourceFailure):
                raise found.error
            return found
    raise SourceNotFoundError(f"{holder.name} does not hold {place.rpartition(ATTACHED)[2]}.")


@dataclass
class _Attachments:
    """What is attached to one document.

    Attributes:
        on_listed: As for `attached_sources`.
        left: How many more may be taken out.
    """

    on_listed: OnListed
    left: int = field(default=MAX_ATTACHMENTS)

    def of(self, source: Source, depth: int) -> Iterator[Source | SourceFailure]:
        try:
            held = _held(source)
        except SourceError:
            # Whoever reads it is told.
            return
        given: set[str] = set()
        for name, unpack in held[: self.left]:
            self.left -= 1
            found = _opened(source, _free(shown_name(name), given), unpack)
            yield found
            if isinstance(found, Source) and depth > 1:
                yield from self.of(found, depth - 1)
        self.on_listed(source)


def _held(source: Source) -> list[_Packed]:
    """The files that a document holds.

    Raises:
        SourceError: If it cannot be opened.
    """
    if source.media_type == MAIL.mime:
        return list(mail_of(source).attachments)
    if source.media_type != PDF.mime:
        return []
    with use_document(source) as document:
        names = [file.name for file in all_files(document)]
    return [(name, partial(_unpacked, source, number)) for number, name in enumerate(names)]


def _unpacked(source: Source, number: int) -> bytes:
    # Opened again for each, as the reading of pages goes on in between.
    with use_document(source) as document:
        for place, file in enumerate(all_files(document)):
            if place == number:
                return file.unpacked(MAX_ATTACHED_BYTES)
    raise SourceNotFoundError(f"{source.name} does not hold it any more.")


def _opened(holder: Source, name: str, unpack: Callable[[], bytes]) -> Source | SourceFailure:
    uri = f"{holder.uri}{ATTACHED}{name}"
    origin = f"{holder.origin}{ATTACHED}{name}" if holder.origin else None
    try:
        found = SourceResolver(password=holder.password).resolve_loaded(unpack(), name)
    except SourceError as error:
        return SourceFailure(uri, error, origin=origin or uri)
    if isinstance(found, SourceFailure):
        return SourceFailure(uri, found.error, origin=origin or uri)
    return replace(found, uri=uri, origin=origin)


def _free(name: str, given: set[str]) -> str:
    """The name, numbered where it was given before."""
    free, number = name, 1
    while free in given:
        number += 1
        free = f"{number} {name}"
    given.add(free)
    return free
