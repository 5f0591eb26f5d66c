"""Pages whose pictures unpack to more than fits in memory, refused before they are drawn."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from dsocr_integrations.errors import SourceTooLargeError

if TYPE_CHECKING:
    import pymupdf

MAX_EMBEDDED_PIXELS = 300_000_000
"""Pixels of one picture on a page; MuPDF unpacks it whole, at up to four bytes a pixel."""


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
