"""Pages as pictures for a server: drawn as large as it can use, or as a mode asks for; encoded.

Unless a JPEG is asked for, the encoding loses nothing. PNG, because every server reads it (llama.cpp reads no WebP), at
the fastest level: of an A4 page at 144 dpi, level 6 takes half as long again and saves a tenth
at best. A page without colour is sent as grey, which halves both time and size.
"""

from __future__ import annotations

import base64
import io
import struct
from typing import TYPE_CHECKING

from PIL import Image, ImageChops

from dsocr_integrations.engines.base import ReadRequest
from dsocr_integrations.engines.runtime_tiling import RuntimeTiling

if TYPE_CHECKING:
    from PIL.Image import Image as Picture

_FASTEST = 1
_UNKNOWN = RuntimeTiling(None)
_HEADER = 24
"""Bytes of a PNG up to and with width and height (ISO/IEC 15948, 11.2.2)."""

_JPEG_BEGINS = "/9j/"
"""In base64; no PNG begins so."""


def encoded_page(
    request: ReadRequest, tiling: RuntimeTiling = _UNKNOWN, jpeg_quality: int | None = None
) -> str:
    """Render what a request asks about and encode it.

    Args:
        request: What is asked about.
        tiling: What the server makes of pictures.
        jpeg_quality: From 1 to 100, where a JPEG is asked for.

    Returns:
        The PNG, or that JPEG, in base64.

    Raises:
        SourceError: If the page cannot be drawn.
    """
    return _encoded(tiling.draw(request.region, request.dpi, request.mode), jpeg_quality)


def halved(encoded: str, jpeg_quality: int | None = None) -> str:
    """A picture in base64, made again with half the width and height."""
    with _opened(encoded) as picture:
        half = picture.resize((max(1, picture.width // 2), max(1, picture.height // 2)))
    return _encoded(half, jpeg_quality)


def _encoded(picture: Picture, jpeg_quality: int | None) -> str:
    out = io.BytesIO()
    if jpeg_quality is None:
        without_colour(picture).save(out, "PNG", compress_level=_FASTEST)
    else:
        without_colour(picture).save(out, "JPEG", quality=jpeg_quality)
    return base64.b64encode(out.getbuffer()).decode("ascii")


def _opened(encoded: str) -> Picture:
    return Image.open(io.BytesIO(base64.b64decode(encoded)))


def media_type_of(encoded: str) -> str:
    """Media type of a picture in base64."""
    return "image/jpeg" if encoded.startswith(_JPEG_BEGINS) else "image/png"


def size_of(encoded: str) -> tuple[int, int]:
    """Width and height in pixels of a picture in base64, from its header."""
    if encoded.startswith(_JPEG_BEGINS):
        with _opened(encoded) as picture:
            return picture.size
    header = base64.b64decode(encoded[: _HEADER * 4 // 3])
    width, height = struct.unpack(">II", header[16:_HEADER])
    return width, height


def without_colour(picture: Picture) -> Picture:
    """The same picture in one channel where its three are equal everywhere."""
    if picture.mode != "RGB":
        return picture
    red, green, blue = picture.split()
    for other in (green, blue):
        if ImageChops.difference(red, other).getbbox() is not None:
            return picture
    return red
