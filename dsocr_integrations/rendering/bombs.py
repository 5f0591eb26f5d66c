"""Small files that unpack to more than fits in memory, refused before they are unpacked."""

from __future__ import annotations

import contextlib
import zipfile
from typing import TYPE_CHECKING

from dsocr_integrations.errors import SourceTooLargeError

if TYPE_CHECKING:
    from pathlib import Path

    import pymupdf

MAX_EMBEDDED_PIXELS = 300_000_000
"""Pixels of one picture on a page; MuPDF unpacks it whole, at up to four bytes a pixel."""

MAX_MEMBER_BYTES = 512_000_000
"""Unpacked size of one file within an EPUB, XPS or CBZ."""

MAX_ARCHIVE_BYTES = 8_000_000_000
"""Unpacked size of all of them."""


def check_archive(path: Path, name: str) -> None:
    """Judge a ZIP-based document by what its members say they unpack to.

    Raises:
        SourceTooLargeError: If one member or all of them are over the limit.
    """
    # MuPDF mends damaged archives; those have no sizes that could be judged here.
    with (
        contextlib.suppress(zipfile.BadZipFile, NotImplementedError),
        zipfile.ZipFile(path) as zipped,
    ):
        sizes = [member.file_size for member in zipped.infolist()]
        if max(sizes, default=0) > MAX_MEMBER_BYTES or sum(sizes) > MAX_ARCHIVE_BYTES:
            raise SourceTooLargeError(f"{name} unpacks to more than can be held in memory.")


def check_page(page: pymupdf.Page, name: str) -> None:
    """Judge a page by the sizes that its pictures state.

    Raises:
        SourceTooLargeError: If one has more than `MAX_EMBEDDED_PIXELS` pixels.
    """
    pixels = [page.rect.width * page.rect.height]
    # A page whose resources are damaged is still drawn as far as it goes.
    with contextlib.suppress(Exception):
        if page.parent.is_pdf:
            pixels = [image[2] * image[3] for image in page.get_images(full=True)]
    if max(pixels, default=0) > MAX_EMBEDDED_PIXELS:
        raise SourceTooLargeError(
            f"Page {page.number + 1} of {name} holds a picture of more than"
            f" {MAX_EMBEDDED_PIXELS // 1_000_000} million pixels.",
            remedy="Scale the picture down first.",
        )
