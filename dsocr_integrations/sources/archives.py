"""ZIP-based documents that unpack to more than fits in memory, refused before anybody opens them."""

from __future__ import annotations

import contextlib
import zipfile
import zlib
from pathlib import Path

from dsocr_integrations.errors import SourceTooLargeError

MAX_MEMBER_BYTES = 512_000_000
"""Unpacked size of one file within a document."""

MAX_ARCHIVE_BYTES = 8_000_000_000
"""Unpacked size of all of them."""

_BLOCK = 1_000_000
_ANY_SIZE = 1 << 60
_DAMAGED = (
    zipfile.BadZipFile,
    NotImplementedError,
    RuntimeError,
    EOFError,
    OSError,
    ValueError,
    zlib.error,
)


def check_stated(path: Path, name: str) -> None:
    """Judge a document by what its members say they unpack to.

    Enough for MuPDF, which unpacks no more than that.

    Raises:
        SourceTooLargeError: If one member or all of them are over the limit.
    """
    # Damaged archives are mended by who opens them; those have no sizes to be judged.
    with contextlib.suppress(*_DAMAGED), zipfile.ZipFile(path) as archive:
        sizes = [member.file_size for member in archive.infolist()]
        if max(sizes, default=0) > MAX_MEMBER_BYTES or sum(sizes) > MAX_ARCHIVE_BYTES:
            raise _too_large(name)


def check_unpacked(path: Path, name: str) -> None:
    """Judge a document by what its members really unpack to, for LibreOffice, which unpacks it all.

    Raises:
        SourceTooLargeError: As `check_stated`.
    """
    check_stated(path, name)
    left = MAX_ARCHIVE_BYTES
    with contextlib.suppress(*_DAMAGED), zipfile.ZipFile(path) as archive:
        for member in archive.infolist():
            size = _unpacked_size(archive, member)
            left -= size
            if size > MAX_MEMBER_BYTES or left < 0:
                raise _too_large(name)


def _unpacked_size(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> int:
    """What a member unpacks to, as far as that is within the limit."""
    # It would be read only as far as it states.
    member.file_size, member.CRC = _ANY_SIZE, None  # type: ignore[assignment]
    size = 0
    with contextlib.suppress(*_DAMAGED), archive.open(member) as stream:
        while size <= MAX_MEMBER_BYTES and (block := stream.read(_BLOCK)):
            size += len(block)
    return size


def _too_large(name: str) -> SourceTooLargeError:
    return SourceTooLargeError(f"{name} unpacks to more than can be held in memory.")
