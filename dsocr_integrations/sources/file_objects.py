"""Open file objects that are given as sources."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, BinaryIO

from dsocr_integrations.errors import UnsupportedFormatError

_BLOCK = 1 << 20


def blocks_of(stream: BinaryIO | IO[str]) -> Iterator[bytes]:
    """The bytes of a file object, block by block.

    Raises:
        UnsupportedFormatError: If it gives text.
    """
    if isinstance(stream, io.TextIOBase):
        # Reading it fails already at bytes that are no text.
        raise _gives_text()
    while block := stream.read(_BLOCK):
        if not isinstance(block, bytes):
            raise _gives_text()
        yield block


def _gives_text() -> UnsupportedFormatError:
    return UnsupportedFormatError(
        "The file object gives text.", remedy="Open the file in binary mode ('rb')."
    )


@contextmanager
def put_back(stream: BinaryIO) -> Iterator[None]:
    """Leave a file object where it was found, so that it can be read once more."""
    seekable = getattr(stream, "seekable", None)
    began = stream.tell() if seekable is not None and seekable() else None
    yield
    if began is not None:
        stream.seek(began)
