"""The identity of what stands on a page: equal pages of two revisions share it."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from typing import TYPE_CHECKING

from dsocr_integrations.identity import content_key
from dsocr_integrations.open_documents import mupdf

if TYPE_CHECKING:
    from dsocr_integrations.rendering import PageRegion

_HASH_VERSION = "1"
_REMEMBERED = 20_000

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
    digest = hashlib.sha256()
    picture = region.render_pixels()
    digest.update(repr((picture.size, _rounded(region.page_size))).encode())
    digest.update(picture.tobytes())
    for word in region.words():
        digest.update(f"{_rounded(word.box)}{word.text}\n".encode())
    for path in region.drawings():
        digest.update(repr((path["type"], _rounded(path["rect"]), len(path["items"]))).encode())
    extras = region.extras()
    digest.update(repr((extras.links, extras.annotations, extras.form_fields)).encode())
    return digest.hexdigest()


def _rounded(values: object) -> tuple[float, ...]:
    return tuple(round(float(value), 2) for value in values)  # type: ignore[attr-defined]
