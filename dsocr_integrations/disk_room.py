"""A disk without room, told with the place: the system names a file only where it is opened."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager

_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


def has_no_room(error: OSError) -> bool:
    """Whether an error says that a disk, a quota or the size of a file is used up."""
    return error.errno in _NO_ROOM


def name_place(error: OSError, place: str | os.PathLike[str]) -> None:
    """Name the place in an error that says that there is no room, where it names none.

    Args:
        error: The error.
        place: The file or folder that was written.
    """
    if has_no_room(error) and error.filename is None:
        error.filename = os.fspath(place)


@contextmanager
def place_named(place: str | os.PathLike[str]) -> Iterator[None]:
    """As `name_place`, for the errors that pass."""
    try:
        yield
    except OSError as error:
        name_place(error, place)
        raise
