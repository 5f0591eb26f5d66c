"""The identity of what stands on a page: equal pages of two revisions share it."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Iterable
from typing import TYPE_CHECKING

from dsocr_integrations.records.identity import content_key
from dsocr_integrations.rendering import upright as page_geometry
from dsocr_integrations.rendering.extras import read_extras
from dsocr_integrations.rendering.open_documents import mupdf
from dsocr_integrations.rendering.words import read_words

if TYPE_CHECKING:
    from dsocr_integrations.rendering.regions import PageRegion

_HASH_VERSION = "2"
_HASH_DPI = 144.0
_MAX_HASH_PIXELS = 50_000_000
_REMEMBERED = 20_000
_BAND_ROWS = 64
"""Rows that are hashed together: of a large picture there shall be no second copy."""

_memory: OrderedDict[str, str] = OrderedDict()
_memory_lock = threading.Lock()


def renderer_version() -> str:
    """Name of everything that turns a file's bytes into pixels and words."""
    import PIL

    return f"mupdf-{mupdf().mupdf_version}/pillow-{PIL.__version__}/hash-{_HASH_VERSION}"


def memo_key(region: PageRegion) -> str:
    """What `content_hash` depends on: bytes, page, clip and renderer, but no rendering."""
    return content_key(
        region.source.revision, str(region.number), repr(region.clip), renderer_version()
    )


def content_hash(region: PageRegion) -> str:
    """Hash of pixels at 144 dpi, words, drawings, links, annotations and form fields."""
    key = memo_key(region)
    with _memory_lock:
        if key in _memory:
            return _memory[key]
    value = _compute(region)
    with _memory_lock:
        _memory[key] = value
        while len(_memory) > _REMEMBERED:
            _memory.popitem(last=False)
    return value


def _compute(region: PageRegion) -> str:
    # A page has six million bytes of pixels; processors have instructions for SHA-256.
    digest = hashlib.sha256()
    digest.update(repr((region.page_size, region.clip)).encode())
    if region.is_raster:
        picture = region._own_pixels()  # noqa: SLF001 - the hash is part of the region
        digest.update(repr(picture.size).encode())
        for top in range(0, picture.height, _BAND_ROWS):
            bottom = min(picture.height, top + _BAND_ROWS)
            digest.update(picture.crop((0, top, picture.width, bottom)).tobytes())
        return digest.hexdigest()
    dpi = page_geometry.bounded_dpi(region.width, region.height, _HASH_DPI, _MAX_HASH_PIXELS)
    with region._page() as page:  # noqa: SLF001 - the hash is part of the region
        library = mupdf()
        pixmap = page.get_pixmap(
            matrix=library.Matrix(dpi / 72, dpi / 72),
            clip=library.Rect(region.clip) if region.clip else None,
            colorspace=library.csRGB,
            alpha=False,
        )
        digest.update(repr((pixmap.width, pixmap.height)).encode())
        digest.update(pixmap.samples_mv)
        for word in read_words(page, region.box):
            digest.update(f"{_rounded(word.box)}{word.text}\n".encode())
        for path in page.get_cdrawings():
            digest.update(repr((path["type"], _rounded(path["rect"]), len(path["items"]))).encode())
        extras = read_extras(page, region.box)
    digest.update(repr((extras.links, extras.annotations, extras.form_fields)).encode())
    if extras.notices:
        digest.update(repr(extras.notices).encode())
    return digest.hexdigest()


def _rounded(values: Iterable[float]) -> tuple[float, ...]:
    return tuple(round(float(value), 2) for value in values)
