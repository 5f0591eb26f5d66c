"""Which documents a folder, a glob or a URL stands for, each with the root of its name."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from urllib.request import url2pathname

from dsocr_integrations.errors import (
    EmptySourceError,
    ForbiddenAddressError,
    SourceNotFoundError,
)
from dsocr_integrations.sources.local_files import (
    OnLeftOut,
    files_in,
    files_matching,
    is_pattern,
)
from dsocr_integrations.sources.names import url_identity
from dsocr_integrations.sources.records import SourceLike
from dsocr_integrations.sources.url_guard import HTTP_PROTOCOLS, protocol_of

if TYPE_CHECKING:
    from dsocr_integrations.sources.store_files import StoreFiles

Members = Iterator[tuple[SourceLike, str | Path | None]]
"""Single documents, each with what its name is relative to."""


@dataclass(frozen=True)
class Expansion:
    """Turns what a caller names into single documents, lazily and in a stable order.

    Attributes:
        root: Folder or URL that names are relative to; a folder or glob given alone is its own.
        recursive: Whether folders are searched to the bottom.
        excluded: Folders that are not looked into: resolved paths, and URLs.
        on_left_out: Told of each file in a folder that is of no kind that can be read.
        stores: Gives access to the store of a URL.
    """

    root: str | Path | None
    recursive: bool
    excluded: Collection[Path | str]
    on_left_out: OnLeftOut
    stores: Callable[[str], StoreFiles]

    def members(self, item: SourceLike, *, alone: bool) -> Members:
        """Single documents that an item stands for.

        Args:
            item: Whatever a caller may name.
            alone: Whether it is the only one named.

        Raises:
            SourceError: If it stands for none, or cannot be looked into.
        """
        protocol = url_protocol(item) if isinstance(item, str) else None
        if protocol == "file":
            return self._on_disk(local_path(str(item)), alone=alone)
        if protocol is not None and protocol not in HTTP_PROTOCOLS:
            return self._in_store(str(item), alone=alone)
        if protocol is None and isinstance(item, str | Path):
            return self._on_disk(item, alone=alone)
        return iter([(item, self.root)])

    def _in_store(self, url: str, *, alone: bool) -> Members:
        members = self.stores(url).expand(
            url, recursive=self.recursive, on_left_out=self.on_left_out
        )
        if members is None:
            yield url, self.root
            return
        folder = url if alone and not is_pattern(url) else None
        for member in members:
            if not self._is_excluded(member):
                yield member, self.root or folder

    def _on_disk(self, item: str | Path, *, alone: bool) -> Members:
        path = _local_name(item)
        if os.path.isdir(path):  # noqa: PTH112 - never raises
            folder = path
            files = files_in(
                path,
                recursive=self.recursive,
                excluded=[one for one in self.excluded if isinstance(one, Path)],
                on_left_out=self.on_left_out,
            )
        elif is_pattern(str(item)) and not os.path.exists(path):  # noqa: PTH110 - never raises
            folder, matching = files_matching(str(item))
            files = iter(matching)
        else:
            yield path, self.root
            return
        first = next(files, None)
        if first is None:
            raise EmptySourceError(f"{item} holds no document.")
        root = self.root or (folder if alone else None)
        yield first, root
        for file in files:
            yield file, root

    def _is_excluded(self, url: str) -> bool:
        places = (one for one in self.excluded if isinstance(one, str))
        return any(url_identity(url).startswith(f"{url_identity(one)}/") for one in places)


def url_protocol(text: str) -> str | None:
    """Protocol of a URL; `None` for what is a path, also one that looks like a URL."""
    return None if os.path.exists(text) else protocol_of(text)  # noqa: PTH110 - never raises


def local_path(url: str) -> Path:
    """Path of a `file:` URL.

    Raises:
        ForbiddenAddressError: If it names another host.
    """
    parts = urlsplit(url)
    if parts.netloc not in {"", "localhost"}:
        raise ForbiddenAddressError(f"{url} names a file of another host.")
    return Path(url2pathname(parts.path))


def _local_name(item: str | Path) -> Path:
    if not str(item):
        # A variable that is not set; as a path it would be the working folder.
        raise SourceNotFoundError(
            "A source without a name was given.", remedy="Name a file, folder, glob or URL."
        )
    return Path(item).expanduser()
