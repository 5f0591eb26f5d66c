"""Private temporary copies of documents that did not come as local files."""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
import weakref
from collections.abc import Iterable
from pathlib import Path

from dsocr_integrations.disk_room import place_named
from dsocr_integrations.errors import SourceTooLargeError


class SpooledFile:
    """A temporary file that lives as long as this object, in a folder of its own.

    A pickled copy does not own the file: whoever spooled it must outlive its readers in other
    processes.
    """

    def __init__(self, suffix: str = "") -> None:
        # `mkdtemp` makes the folder for its owner only.
        folder = Path(tempfile.mkdtemp(prefix="dsocr-"))
        self.path = folder / f"document{suffix}"
        self._finalizer = weakref.finalize(self, _remove, folder, os.getpid())

    def __reduce__(self) -> tuple[object, ...]:
        return (_nobody, ())

    def write(self, blocks: Iterable[bytes], *, name: str, max_bytes: int) -> str:
        """Fill the file.

        Returns:
            SHA-256 of the bytes, in hex.

        Raises:
            SourceTooLargeError: If there are more than `max_bytes`.
        """
        digest = hashlib.sha256()
        size = 0
        with place_named(self.path.parent.parent), self.path.open("wb") as stream:
            for block in blocks:
                size += len(block)
                if size > max_bytes:
                    raise too_many_bytes(name, max_bytes)
                digest.update(block)
                stream.write(block)
        return digest.hexdigest()

    def close(self) -> None:
        """Delete the file now."""
        self._finalizer()


def too_many_bytes(name: str, max_bytes: int) -> SourceTooLargeError:
    """The error for a document over the size limit."""
    return SourceTooLargeError(
        f"{name} is larger than {max_bytes / 1_000_000:g} MB.",
        remedy="Raise the limit if you trust the source.",
    )


def _nobody() -> None:
    return None


def _remove(folder: Path, owner: int) -> None:
    if os.getpid() != owner:
        # A forked child holds the same object but not the file.
        return
    for entry in folder.iterdir() if folder.is_dir() else ():
        with contextlib.suppress(OSError):
            entry.unlink()
    with contextlib.suppress(OSError):
        folder.rmdir()
