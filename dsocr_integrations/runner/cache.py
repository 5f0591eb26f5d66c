"""The page cache: what was read once is never read again.

Three kinds of entries share a tree:

- `pages`: finished pages, under a key made of the file's revision, the page number and all
  that shapes a page. A second run over an unchanged file is answered from here without
  opening the file.
- `readings`: the engine's answers as said, under a key made of the page's content. These are
  what costs money. A file of which one page changed, or a parser that learnt something, is
  answered from here: parsing again is cheap, reading again is not.
- `hashes`: the content hash of a page by revision, so that it is not rendered to compute it.

Beside them, on a local disk, `vectors` holds what embedders made of texts (see
`dsocr_integrations.index.embedders.vector_cache`), bounded by itself.

Entries are JSON behind a digest of themselves and the document they were made for, by which
`forget` finds them. An entry that is damaged, half written or of
another layout is a miss. Folders are 0700 and files 0600: readings are the documents' text.

On an object store, which workers without a shared disk have in common, an entry is an object: one
GET looks it up and one PUT records it as a whole, so that any number may write at once. Hashes and
vectors are not kept there, as they are sooner made than fetched, nor the answers of engines in
worker processes, which are not handed its credentials.
"""

from __future__ import annotations

import asyncio
import functools
import hashlib
import json
import os
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from dsocr_integrations.engines.base import Reading
from dsocr_integrations.errors import CacheUnavailableError, ConfigurationError, DsocrError
from dsocr_integrations.records.documents import Page
from dsocr_integrations.records.identity import document_id
from dsocr_integrations.sources import Source
from dsocr_integrations.storage import FileTree, LocalTree, open_tree

Found = TypeVar("Found")

_NOBODY = ""
"""Revision of an entry that does not say whose it is."""

LAYOUT = "v1"
"""Top folder of the tree; an incompatible layout gets another one."""

PAGES, READINGS, HASHES, VECTORS = "pages", "readings", "hashes", "vectors"


@dataclass(frozen=True)
class CacheInfo:
    """What the cache holds.

    Attributes:
        root: Where it stands.
        pages: Finished pages.
        readings: Answers of engines.
        bytes: Size of all entries.
    """

    root: str
    pages: int
    readings: int
    bytes: int


class PageCache:
    """Pages and readings by key, on local disk or under any fsspec root.

    Args:
        root: Folder or URL.
        storage_options: Passed on to fsspec.
        max_bytes: Bound that `prune` keeps to; unbounded when `None`.
    """

    def __init__(
        self,
        root: str | os.PathLike[str],
        *,
        storage_options: Mapping[str, Any] | None = None,
        max_bytes: int | None = None,
    ) -> None:
        self._tree: FileTree = open_tree(root, private=True, storage_options=storage_options)
        self.max_bytes = max_bytes

    @property
    def root(self) -> str:
        """Where the cache stands."""
        return self._tree.root

    def own_folders(self) -> tuple[Path, ...]:
        """Folders on this machine that hold nothing but records."""
        return (Path(self.root, LAYOUT).resolve(),) if self.is_local else ()

    @property
    def is_local(self) -> bool:
        """Whether look-ups are quick enough to be made in passing."""
        return isinstance(self._tree, LocalTree)

    def page(self, key: str) -> Page | None:
        """A finished page, or `None`."""
        body = self._get(PAGES, key)
        if body is None:
            return None
        try:
            return Page.model_validate_json(body)
        except ValidationError:
            return None

    def put_page(self, key: str, page: Page, *, owner: str = "") -> None:
        """Record a finished page; `owner` is what `owner_of` makes of its source."""
        self._put(PAGES, key, page.model_dump_json(exclude_defaults=True).encode(), owner)

    def reading(self, key: str) -> Reading | None:
        """An engine's answer, or `None`."""
        body = self._get(READINGS, key)
        if body is None:
            return None
        try:
            return _reading_records().validate_json(body)
        except ValidationError:
            return None

    def put_reading(self, key: str, reading: Reading, *, owner: str = "") -> None:
        """Record an answer. A failure is no answer and is not recorded: it may pass."""
        if reading.failure is None:
            self._put(READINGS, key, _reading_records().dump_json(reading), owner)

    def content_hash(self, key: str) -> str | None:
        """A page's content hash, or `None`."""
        body = self._get(HASHES, key) if self.is_local else None
        return None if body is None else body.decode("ascii", "replace")

    def put_content_hash(self, key: str, content_hash: str, *, owner: str = "") -> None:
        """Record a page's content hash, on a local disk."""
        if self.is_local:
            self._put(HASHES, key, content_hash.encode("ascii"), owner)

    async def apart(self, act: Callable[[], Found]) -> Found:
        """Look up or record something from an event loop, which waits for no store.

        Args:
            act: Does it, with this cache.
        """
        return act() if self.is_local else await asyncio.to_thread(act)

    def info(self) -> CacheInfo:
        """Count the entries."""
        counts = {PAGES: 0, READINGS: 0}
        size = 0
        for file in self._tree.files(LAYOUT):
            size += file.size
            kind = _kind(file.path)
            if kind in counts:
                counts[kind] += 1
        return CacheInfo(self.root, counts[PAGES], counts[READINGS], size)

    def clear(self) -> CacheInfo:
        """Remove every entry, and nothing else that may lie in the same folder.

        Returns:
            What was there.
        """
        before = self.info()
        self._tree.delete(LAYOUT)
        return before

    def forget(self, document_id: str, revisions: Collection[str] = ()) -> int:
        """Remove what was recorded for a document, in any version, by any engine.

        Every entry is looked at. Entries of other documents with the same bytes go too, and
        so do entries that do not say whose they are; they are read again when needed.

        Args:
            document_id: The document.
            revisions: SHA-256 of bytes that it is known to have had.

        Returns:
            Entries removed.
        """
        paths = [file.path for file in self._tree.files(LAYOUT) if _kind(file.path) != VECTORS]
        owners = {path: self._owner(path) for path in paths}
        own = {revision for doc_id, revision in owners.values() if doc_id == document_id}
        forgotten = {*revisions, *own, _NOBODY}
        gone = [path for path, (_, revision) in owners.items() if revision in forgotten]
        for path in gone:
            self._tree.delete(path)
        return len(gone)

    def prune(self) -> int:
        """Remove the oldest entries until the rest keeps to `max_bytes`.

        Returns:
            Entries removed.
        """
        if self.max_bytes is None:
            return 0
        entries = (file for file in self._tree.files(LAYOUT) if _kind(file.path) != VECTORS)
        files = sorted(entries, key=lambda file: (file.modified, file.path))
        excess = sum(file.size for file in files) - self.max_bytes
        removed = 0
        for file in files:
            if excess <= 0:
                break
            self._tree.delete(file.path)
            excess -= file.size
            removed += 1
        return removed

    def _get(self, kind: str, key: str) -> bytes | None:
        with self._reached("read"):
            data = self._tree.read(_path(kind, key))
        if data is None:
            return None
        head, _, body = data.partition(b"\n")
        return body if head.partition(b" ")[0] == _digest(body) else None

    def _put(self, kind: str, key: str, body: bytes, owner: str = "") -> None:
        head = _digest(body) + (f" {owner}".encode() if owner else b"")
        with self._reached("written"):
            self._tree.write(_path(kind, key), head + b"\n" + body)

    @contextmanager
    def _reached(self, done: str) -> Iterator[None]:
        """Say what is wrong with the cache as a whole: it would fail for every further page."""
        try:
            yield
        except DsocrError:
            raise
        except Exception as error:
            # What a store's own client raises, beside `OSError`, is its own affair.
            is_final = isinstance(error, FileNotFoundError | PermissionError)
            said = f"The page cache {self.root} cannot be {done}: "
            if is_final or (self.is_local and isinstance(error, OSError)):
                raise ConfigurationError(
                    f"{said}{getattr(error, 'strerror', None) or error}.",
                    remedy="Make room there, name another place with DSOCR_CACHE or --cache, or"
                    " turn the cache off with an empty one."
                    if self.is_local
                    else "See that the bucket is there and that its credentials allow to list it,"
                    " read and write.",
                ) from error
            raise CacheUnavailableError(
                f"{said}{error}.", remedy="See that the store answers, then run it again."
            ) from error

    def _owner(self, path: str) -> tuple[str, str]:
        """Document and revision that an entry was made for; empty where it does not say."""
        head = (self._tree.read(path) or b"").partition(b"\n")[0].decode("ascii", "replace")
        doc_id, _, revision = head.partition(" ")[2].partition(":")
        return doc_id, revision


def owner_of(source: Source) -> str:
    """Whose an entry is: the document's id and the SHA-256 of its bytes."""
    return f"{document_id(source.uri)}:{source.revision}"


def fingerprint_of(facts: Mapping[str, Any]) -> str:
    """Short hash of a configuration, stable across processes.

    Args:
        facts: JSON-safe values.
    """
    text = json.dumps(facts, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def vectors_folder(root: str | os.PathLike[str]) -> Path:
    """Folder of a local cache that holds embedders' vectors; cleared with the rest."""
    return Path(os.fspath(root).removeprefix("file://")).expanduser() / LAYOUT / VECTORS


def _kind(path: str) -> str:
    return path.split("/")[1]


def _path(kind: str, key: str) -> str:
    return f"{LAYOUT}/{kind}/{key[:2]}/{key}.json"


def _digest(body: bytes) -> bytes:
    return hashlib.blake2b(body, digest_size=16).hexdigest().encode()


@functools.cache
def _reading_records() -> TypeAdapter[Reading]:
    return TypeAdapter(Reading)
