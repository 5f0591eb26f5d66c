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

Entries are JSON behind a digest of themselves. An entry that is damaged, half written or of
another layout is a miss. Folders are 0700 and files 0600: readings are the documents' text.
"""

from __future__ import annotations

import functools
import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from dsocr_integrations.documents import Page
from dsocr_integrations.engines.base import Reading
from dsocr_integrations.storage import FileTree, LocalTree, open_tree

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

    def put_page(self, key: str, page: Page) -> None:
        """Record a finished page."""
        self._put(PAGES, key, page.model_dump_json(exclude_defaults=True).encode())

    def reading(self, key: str) -> Reading | None:
        """An engine's answer, or `None`."""
        body = self._get(READINGS, key)
        if body is None:
            return None
        try:
            return _reading_records().validate_json(body)
        except ValidationError:
            return None

    def put_reading(self, key: str, reading: Reading) -> None:
        """Record an answer. A failure is no answer and is not recorded: it may pass."""
        if reading.failure is None:
            self._put(READINGS, key, _reading_records().dump_json(reading))

    def content_hash(self, key: str) -> str | None:
        """A page's content hash, or `None`."""
        body = self._get(HASHES, key)
        return None if body is None else body.decode("ascii", "replace")

    def put_content_hash(self, key: str, content_hash: str) -> None:
        """Record a page's content hash."""
        self._put(HASHES, key, content_hash.encode("ascii"))

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
        data = self._tree.read(_path(kind, key))
        if data is None:
            return None
        digest, _, body = data.partition(b"\n")
        return body if digest == _digest(body) else None

    def _put(self, kind: str, key: str, body: bytes) -> None:
        self._tree.write(_path(kind, key), _digest(body) + b"\n" + body)


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
