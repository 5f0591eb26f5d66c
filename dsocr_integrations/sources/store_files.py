"""Documents in object stores and other file systems that fsspec reaches."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import PurePosixPath
from typing import Any

from dsocr_integrations.errors import (
    DownloadError,
    EmptySourceError,
    SourceDependencyError,
    SourceError,
    SourceNotFoundError,
)
from dsocr_integrations.sources.downloads import DownloadLimits
from dsocr_integrations.sources.local_files import OnLeftOut, pass_over
from dsocr_integrations.sources.media_types import READABLE_SUFFIXES, suffix_of
from dsocr_integrations.sources.names import url_identity
from dsocr_integrations.sources.spool import SpooledFile, too_many_bytes
from dsocr_integrations.sources.url_guard import protocol_of

_BLOCK = 1024 * 1024
_GLOB_CHARACTERS = frozenset("*?[")
_PACKAGES = {"s3": "s3fs", "s3a": "s3fs", "gs": "gcsfs", "gcs": "gcsfs"}


class StoreFiles:
    """Lists and fetches what lies behind fsspec URLs of the allowed protocols.

    Args:
        options: fsspec storage options: credentials, endpoint and so on.
        limits: Bounds of each fetch.
    """

    def __init__(self, options: Mapping[str, Any] | None, limits: DownloadLimits) -> None:
        self._options = dict(options or {})
        self._limits = limits

    def expand(
        self, url: str, *, recursive: bool, on_left_out: OnLeftOut = pass_over
    ) -> Iterator[str] | None:
        """URLs of the readable files under a folder or glob; `None` for a single file.

        Args:
            url: The folder, glob or file.
            recursive: Whether a folder is searched to the bottom.
            on_left_out: Told of each other file of a folder that is not hidden.

        Raises:
            EmptySourceError: If no document is there.
            SourceError: If the store cannot be asked.
        """
        with opened_store(url, self._options) as (store, path):
            if not _GLOB_CHARACTERS.isdisjoint(path) and not store.isfile(path):
                found = [name for name in store.glob(path) if store.isfile(name)]
            elif store.isdir(path):
                found = store.find(path, maxdepth=None if recursive else 1)
                found = list(_readable(found, on_left_out))
            elif url.endswith("/"):
                # Stores know no empty folders.
                found = []
            else:
                return None
        if not found:
            raise EmptySourceError(f"{url_identity(url)} holds no document.")
        protocol = protocol_of(url)
        return (f"{protocol}://{name.lstrip('/')}" for name in sorted(found))

    def fetch(self, url: str) -> tuple[SpooledFile, str]:
        """Copy one file here.

        Returns:
            The file and the SHA-256 of its bytes.

        Raises:
            SourceNotFoundError: If it does not exist.
            SourceTooLargeError: If it is over the limit.
            DownloadError: If the store fails or is too slow.
        """
        shown = url_identity(url)
        file = SpooledFile()
        try:
            with opened_store(url, self._options) as (store, path):
                self._check_size(store.info(path).get("size"), shown)
                with store.open(path, "rb") as stream:
                    revision = file.write(
                        self._blocks(stream, shown), name=shown, max_bytes=self._limits.max_bytes
                    )
        except BaseException:
            file.close()
            raise
        return file, revision

    def holds(self, url: str) -> bool:
        """Whether there is a file at a URL; also where the store cannot be asked."""
        try:
            with opened_store(url, self._options) as (store, path):
                return bool(store.isfile(path))
        except SourceError:
            return True

    def _check_size(self, size: int | None, shown: str) -> None:
        if size is not None and size > self._limits.max_bytes:
            raise too_many_bytes(shown, self._limits.max_bytes)

    def _blocks(self, stream: Any, shown: str) -> Iterator[bytes]:
        deadline = time.monotonic() + self._limits.max_seconds
        while block := stream.read(_BLOCK):
            if time.monotonic() > deadline:
                raise DownloadError(
                    f"{shown} took longer than {self._limits.max_seconds:g} s to read."
                )
            yield block


def _readable(names: Iterable[str], on_left_out: OnLeftOut) -> Iterator[str]:
    for name in names:
        if suffix_of(name) in READABLE_SUFFIXES:
            yield name
        elif not (file := PurePosixPath(name)).name.startswith("."):
            on_left_out(file)


@contextmanager
def opened_store(url: str, options: Mapping[str, Any] | None) -> Iterator[tuple[Any, str]]:
    """The file system of a URL, and the path on it; what goes wrong with it told as our errors.

    Args:
        url: fsspec URL.
        options: fsspec storage options.

    Raises:
        SourceDependencyError: If its package is not installed.
        SourceNotFoundError: If what is asked of it does not exist.
        DownloadError: If it fails otherwise.
    """
    import fsspec

    shown = url_identity(url)
    protocol = protocol_of(url) or "file"
    try:
        yield fsspec.core.url_to_fs(url, **(options or {}))
    except SourceError:
        raise
    except ImportError as error:
        package = _PACKAGES.get(protocol, "adlfs")
        raise SourceDependencyError(
            f"Reading {protocol}:// needs {package}.", remedy=f"Run: pip install {package}"
        ) from error
    except FileNotFoundError as error:
        raise SourceNotFoundError(f"There is nothing at {shown}.") from error
    except Exception as error:
        # Stores raise their own clients' errors, which share no base.
        raise DownloadError(
            f"{shown} could not be read: {type(error).__name__}: {error}.",
            remedy="Check the address, the credentials and the network.",
        ) from error
