"""Office files that a password keeps closed, told before anybody tries to open them."""

from __future__ import annotations

import contextlib
import mmap
import zipfile
import zlib
from pathlib import Path

from dsocr_integrations.errors import PasswordError

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_NAME = "EncryptedPackage".encode("utf-16-le")
_ENTRY = _NAME.ljust(64, b"\0") + (len(_NAME) + 2).to_bytes(2, "little")
"""How the directory of an OLE file names the stream of an encrypted package (MS-OFFCRYPTO)."""

_MANIFEST = "META-INF/manifest.xml"
_MANIFEST_BYTES = 1_000_000
_ENCRYPTED_PART = b":encryption-data"
_DAMAGED = (
    zipfile.BadZipFile, zlib.error, EOFError, KeyError, NotImplementedError, OSError, RuntimeError,
    ValueError,
)  # fmt: skip


def check_open(path: Path, name: str) -> None:
    """Judge whether an office file can be opened without a password.

    Args:
        path: The file, of Microsoft's formats or OpenDocument.
        name: Its name, for the message.

    Raises:
        PasswordError: If it is encrypted.
    """
    if _is_encrypted_package(path) or _is_encrypted_open_document(path):
        raise PasswordError(
            f"{name} is encrypted, and passwords of office files are not taken.",
            remedy="Open it in its program and save it without a password, or as a PDF.",
        )


def _is_encrypted_package(path: Path) -> bool:
    with path.open("rb") as stream:
        if stream.read(len(_OLE)) != _OLE:
            return False
        with mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as data:
            return data.find(_ENTRY) >= 0


def _is_encrypted_open_document(path: Path) -> bool:
    # Damaged archives are mended, or refused, by who opens them.
    with (
        contextlib.suppress(*_DAMAGED),
        zipfile.ZipFile(path) as archive,
        archive.open(_MANIFEST) as stream,
    ):
        return _ENCRYPTED_PART in stream.read(_MANIFEST_BYTES)
    return False
