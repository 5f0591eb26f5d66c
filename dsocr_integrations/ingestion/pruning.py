"""Taking out what is not there any more: which documents a run over whole folders speaks for."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from dsocr_integrations.errors import ConfigurationError
from dsocr_integrations.records.identity import document_id
from dsocr_integrations.sources.local_files import is_pattern
from dsocr_integrations.sources.names import holder_of, path_identity, url_identity

if TYPE_CHECKING:
    from dsocr_integrations.index.base import Index
    from dsocr_integrations.output import OutputFolder
    from dsocr_integrations.sources import SourcesLike

_STORES = ("s3://", "gs://", "gcs://", "az://", "abfs://", "abfss://", "memory://")
_RELATIVE = "."


@dataclass(frozen=True)
class PrunedFolder:
    """A folder that a run looks through to the bottom.

    Attributes:
        given: The folder or URL as the caller named it.
        prefix: What the recorded sources of its documents begin with; `.` where their names
            are relative.
        place: What those begin with that are known by their whole path or URL.
        recursive: Whether its folders were looked through too.
    """

    given: str
    prefix: str
    place: str
    recursive: bool = True

    def holds(self, source: str) -> bool:
        """Whether a recorded source is one of this folder's."""
        if self._is_relative(source):
            return self.recursive or "/" not in source
        starts = (prefix.rstrip("/") + "/" for prefix in (self.prefix, self.place))
        return any(
            source.startswith(start) and (self.recursive or "/" not in source[len(start) :])
            for start in starts
        )

    def _is_relative(self, source: str) -> bool:
        whole = source.startswith(("/", "bytes:")) or "://" in source
        return self.prefix == _RELATIVE and not whole


def pruned_folders(
    sources: SourcesLike, *, root: str | Path | None = None, recursive: bool = True
) -> tuple[PrunedFolder, ...]:
    """The folders that sources name.

    Args:
        sources: Folders, or URLs of folders in a store.
        root: As for `resolve_sources`.
        recursive: As for `resolve_sources`.

    Raises:
        ConfigurationError: If a source is anything but a folder: what is not part of a single
            file or of a pattern says nothing about the rest.
    """
    items = [sources] if isinstance(sources, str | Path) else sources
    if not isinstance(items, list | tuple) or not items:
        raise _no_folder("What was given")
    alone = len(items) == 1
    return tuple(
        PrunedFolder(_told(item), _prefix(item, root, alone=alone), _place(item), recursive)
        for item in items
    )


def _told(item: object) -> str:
    """The item as a failure to list it names it."""
    return url_identity(item) if isinstance(item, str) and "://" in item else str(item)


def _place(item: object) -> str:
    told = _told(item)
    return told if "://" in told else path_identity(Path(told).expanduser(), None)


def _prefix(item: object, root: str | Path | None, *, alone: bool) -> str:
    if isinstance(item, str) and item.startswith(_STORES) and not is_pattern(item):
        identity = url_identity(item).rstrip("/")
        base = url_identity(root).rstrip("/") if isinstance(root, str) else ""
        if (alone and root is None) or identity == base:
            return _RELATIVE
        return identity.removeprefix(f"{base}/") if base else identity
    if isinstance(item, str | Path) and str(item) and (path := Path(item).expanduser()).is_dir():
        local_root = None if isinstance(root, str) and "://" in root else root
        if local_root is None and alone:
            return _RELATIVE
        folder = None if local_root is None else Path(local_root).expanduser()
        return path_identity(path, folder)
    raise _no_folder(str(item) if isinstance(item, str | Path) else "What was given")


def _no_folder(what: str) -> ConfigurationError:
    return ConfigurationError(
        f"{what} is no folder, so nothing can be pruned by it.",
        remedy="Give whole folders to prune, or take a single document out with: dsocr forget",
    )


def prune(
    folders: Collection[PrunedFolder],
    seen: Collection[str],
    output: OutputFolder,
    index: Index | None,
    *,
    looked_into: Collection[str],
    is_there: Callable[[str, str], bool],
) -> tuple[str, ...]:
    """Remove the folders' documents that a run did not see, from index and output.

    Args:
        folders: Folders that the run looked through completely.
        seen: Ids of the documents that are there, those that failed included.
        output: The output folder.
        index: Its index.
        looked_into: Ids of the documents whose attachments were all seen.
        is_there: Whether a document, by its id and source, is known to lie still where it was read
            from: then it is another folder's.

    Returns:
        The sources removed, in order.
    """

    def is_gone(doc_id: str, source: str) -> bool:
        if doc_id in seen:
            return False
        if (holder := holder_of(source)) is None:
            return not is_there(doc_id, source)
        holder_id = document_id(holder)
        return holder_id in looked_into or is_gone(holder_id, holder)

    gone = {
        doc_id: source
        for doc_id, source in _recorded(output, index)
        if any(folder.holds(source) for folder in folders) and is_gone(doc_id, source)
    }
    for doc_id in gone:
        # The index first: a document found there is always in the folder.
        if index is not None:
            index.delete_document(doc_id)
        output.delete(doc_id)
    return tuple(sorted(gone.values()))


def _recorded(output: OutputFolder, index: Index | None) -> Iterator[tuple[str, str]]:
    yield from ((one.doc_id, one.source) for one in output.manifests())
    yield from ((one.doc_id, one.source) for one in output.failures())
    if index is not None:
        yield from ((one.doc_id, one.source) for one in index.documents())
