"""Compressed answers, unpacked in small steps: a few bytes may stand for gigabytes.

Servers are asked for plain bytes; a gateway before one may compress them all the same.
"""

from __future__ import annotations

import zlib
from collections.abc import AsyncIterator, Iterator

import httpcore

STEP_BYTES = 65_536
"""Unpacked at a time, so that whoever counts can stop at any size."""

_HEADER = b"content-encoding"
_ENCODINGS = frozenset({b"gzip", b"x-gzip", b"deflate"})
_GZIP_OR_ZLIB = 32 + zlib.MAX_WBITS
"""What `zlib` calls telling the two apart by their header."""


class PackedAnswerError(Exception):
    """An answer is not compressed as it says, in another way, or more than once."""


def plain_pieces(answer: httpcore.Response) -> AsyncIterator[bytes]:
    """The body of an answer as it comes; unpacked where it is compressed all the same.

    Raises:
        PackedAnswerError: While iterating, if it cannot be unpacked.
    """
    encodings = [value.strip().lower() for name, value in answer.headers if name.lower() == _HEADER]
    pieces = answer.aiter_stream()
    if all(encoding in {b"", b"identity"} for encoding in encodings):
        return pieces
    return _unpacked(pieces, encodings)


async def _unpacked(pieces: AsyncIterator[bytes], encodings: list[bytes]) -> AsyncIterator[bytes]:
    # Each time that something is compressed it may grow a thousandfold.
    if len(encodings) != 1 or encodings[0] not in _ENCODINGS:
        raise PackedAnswerError
    unpacker = zlib.decompressobj(_GZIP_OR_ZLIB)
    async for piece in pieces:
        for step in _steps(unpacker, piece):
            yield step


def _steps(unpacker: zlib._Decompress, piece: bytes) -> Iterator[bytes]:
    step = b""
    # A full step may have left something behind although all of the piece has been taken.
    while piece or len(step) == STEP_BYTES:
        try:
            step = unpacker.decompress(piece, STEP_BYTES)
        except zlib.error as error:
            raise PackedAnswerError from error
        yield step
        piece = unpacker.unconsumed_tail
