"""A lock between processes of one machine, held on a file that is gone afterwards."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dsocr_integrations.storage import make_folder


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock named by a file; the system lets go of it if this process is killed.

    Args:
        path: The file; made, and removed at the end.
    """
    handle = _take(path)
    try:
        yield
    finally:
        path.unlink(missing_ok=True)
        os.close(handle)


def _take(path: Path) -> int:
    while True:
        make_folder(path.parent)
        try:
            handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        except FileNotFoundError:
            continue  # the last holder has just removed the empty folder
        fcntl.flock(handle, fcntl.LOCK_EX)
        try:
            # The last holder may have removed the file between `open` and `flock`.
            if os.path.samestat(os.fstat(handle), path.stat()):
                return handle
        except FileNotFoundError:
            pass
        os.close(handle)
