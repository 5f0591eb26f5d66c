"""Two places, one name: which document of an output folder a source is.

A name is a path relative to a folder, so two folders may each hold a `report.pdf`. A folder that was
moved, or made anew for a run, holds the documents it always held; a folder beside it does not.
"""

from __future__ import annotations

import hashlib
import logging
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from dsocr_integrations.errors import SourceNotFoundError
from dsocr_integrations.records.identity import document_id
from dsocr_integrations.sources import Source, SourceFailure
from dsocr_integrations.sources.names import recordable

if TYPE_CHECKING:
    from dsocr_integrations.index.base import Index
    from dsocr_integrations.output import OutputFolder
    from dsocr_integrations.sources import SourceResolver

logger = logging.getLogger(__name__)

Found = TypeVar("Found", bound=Source | SourceFailure)


class Origins:
    """Where the documents of an output folder come from.

    Args:
        folder: The output folder, which remembers it.
        index: The index, which other output folders may fill too.
        resolver: Tells whether a place is still there.
    """

    def __init__(self, folder: OutputFolder, index: Index | None, resolver: SourceResolver) -> None:
        self._folder = folder
        self._resolver = resolver
        self._roots = () if index is None else index.roots()
        self._indexed = {
            one.doc_id: one.revision for one in (index.documents() if index is not None else ())
        }
        self._told = False

    def kept_apart(self, found: Found) -> Found:
        """The same source, by its whole path or URL where its name is another document's.

        It is another's where the folder read that from elsewhere, where it still is, and with
        other bytes.
        """
        origin = origin_of(found)
        if origin is None or origin == found.uri:
            return found
        doc_id = document_id(found.uri)
        known = self._folder.origin(doc_id) or self._indexed_from(doc_id, found)
        if known is None:
            known = origin if _is_missing(found) else self._folder.claim(doc_id, origin)
        if known == origin:
            return found
        if self._has_moved(known, origin):
            self._folder.set_origin(doc_id, origin)
            return found
        if self._has_same_bytes(doc_id, found):
            return found
        self._tell(found.uri, origin, known)
        return replace(found, uri=origin)

    def is_there(self, doc_id: str, name: str) -> bool:
        """Whether a document is known to lie still where it was read from."""
        origin = self._folder.origin(doc_id)
        if origin is not None:
            return self._resolver.is_there(origin)
        # What only the index holds was read into another output folder.
        return doc_id in self._indexed and any(Path(root, name).is_file() for root in self._roots)

    def _has_moved(self, known: str, origin: str) -> bool:
        if not self._resolver.is_there(known):
            return True
        return Path(origin).is_file() and Path(known).samefile(origin)

    def _has_same_bytes(self, doc_id: str, found: Source | SourceFailure) -> bool:
        manifest = self._folder.manifest(doc_id)
        if manifest is None or isinstance(found, SourceFailure):
            return False
        return manifest.revision == found.revision

    def _indexed_from(self, doc_id: str, found: Source | SourceFailure) -> str | None:
        """The file that the index holds under this name, where it is another one.

        The index does not say which of its roots a document is of; the bytes do.
        """
        revision = self._indexed.get(doc_id)
        if revision is None or (isinstance(found, Source) and found.revision == revision):
            return None
        for root in self._roots:
            path = Path(root, found.uri)
            if path.is_file() and _revision(path) == revision:
                return str(path)
        return None

    def _tell(self, name: str, origin: str, other: str) -> None:
        if not self._told:
            self._told = True
            logger.warning(
                "%s is called %s like %s, which is still there and another document: it is kept by"
                " its whole path or URL, as are all like it.",
                origin, name, other,
            )  # fmt: skip


def _is_missing(found: Source | SourceFailure) -> bool:
    """Whether there is nothing that could have a name."""
    return isinstance(found, SourceFailure) and isinstance(found.error, SourceNotFoundError)


def origin_of(found: Source | SourceFailure) -> str | None:
    """Where it can be read again, as in `Source.origin`."""
    if isinstance(found, Source):
        return found.origin
    origin = found.origin or found.uri
    if "://" in origin:
        return origin
    spooled = origin == "bytes" or origin.startswith("bytes:")
    return None if spooled else recordable(str(Path(origin).absolute()))


def _revision(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
