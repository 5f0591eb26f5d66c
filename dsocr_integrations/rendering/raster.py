"""Pictures as pages: frames of PNG, JPEG, TIFF and their like, upright and in RGB.

A picture has no points of its own. Its resolution tag is believed between 100 and 1200 dpi;
below that it is usually a screen's or a camera's default, and 144 dpi is assumed, so that
rendering at 144 dpi gives the picture's own pixels.
"""

from __future__ import annotations

import ctypes
import threading
import warnings
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dsocr_integrations.errors import BrokenSourceError, SourceTooLargeError

if TYPE_CHECKING:
    from PIL.Image import Image

MAX_IMAGE_PIXELS = 150_000_000
"""Largest picture decoded; an A2 sheet at 600 dpi has 139 million pixels."""

MAX_FRAMES = 10_000
DEFAULT_DPI = 144.0
_BELIEVED_DPI = (100.0, 1200.0)
_CACHED_FRAMES = 2
_CACHED_PIXELS = 40_000_000
_EXIF_ORIENTATION = 0x0112
_SWAPPED_ORIENTATIONS = frozenset({5, 6, 7, 8})
_MULTI_FRAME_FORMATS = frozenset({"TIFF"})
_FORMATS = ("PNG", "JPEG", "TIFF", "WEBP", "BMP", "GIF", "JPEG2000", "TGA", "PPM")

_frames: OrderedDict[tuple[str, str, int], Image] = OrderedDict()
_frames_lock = threading.Lock()


@dataclass(frozen=True)
class FrameSize:
    """Size of an upright frame.

    Attributes:
        width: Pixels across.
        height: Pixels down.
        dpi: Pixels an inch, as believed (see the module's first lines).
    """

    width: int
    height: int
    dpi: float

    @property
    def points(self) -> tuple[float, float]:
        """Width and height in points."""
        return self.width * 72 / self.dpi, self.height * 72 / self.dpi


def frame_count(path: Path, name: str) -> int:
    """Count the pages of a picture file: frames of a TIFF, else one.

    Raises:
        BrokenSourceError: If the picture cannot be opened.
        SourceTooLargeError: If it has more than `MAX_FRAMES` frames.
    """
    with _opened(path, name) as image:
        if image.format not in _MULTI_FRAME_FORMATS:
            return 1
        count = 0
        # `n_frames` would walk a chain of any length; a cyclic one is cut by Pillow.
        try:
            while count <= MAX_FRAMES:
                image.seek(count)
                count += 1
        except EOFError:
            pass
    if count > MAX_FRAMES:
        raise SourceTooLargeError(
            f"{name} has more than {MAX_FRAMES} frames.", remedy="Split the file."
        )
    return count


def frame_size(path: Path, name: str, number: int) -> FrameSize:
    """Size of frame `number` (1-based), upright, without decoding its pixels.

    Raises:
        BrokenSourceError: If the frame cannot be read.
        SourceTooLargeError: If it has more than `MAX_IMAGE_PIXELS` pixels.
    """
    with _opened(path, name, number) as image:
        width, height = image.size
        if _orientation(image) in _SWAPPED_ORIENTATIONS:
            width, height = height, width
        return FrameSize(width, height, _believed_dpi(image))


def load_frame(path: Path, name: str, revision: str, number: int) -> Image:
    """Decode frame `number` (1-based) to an upright RGB picture at its own pixels.

    Transparency is laid on white. The picture is shared: do not change it in place.

    Raises:
        BrokenSourceError: If the pixels cannot be decoded.
        SourceTooLargeError: If it has more than `MAX_IMAGE_PIXELS` pixels.
    """
    key = (str(path), revision, number)
    with _frames_lock:
        if key in _frames:
            _frames.move_to_end(key)
            return _frames[key]
    picture = _decode(path, name, number)
    if picture.width * picture.height <= _CACHED_PIXELS:
        with _frames_lock:
            _frames[key] = picture
            while len(_frames) > _CACHED_FRAMES:
                _frames.popitem(last=False)
    return picture


def _decode(path: Path, name: str, number: int) -> Image:
    from PIL import ImageOps

    with _opened(path, name, number) as image:
        image.load()
        upright = ImageOps.exif_transpose(image)
        return _to_rgb(upright)


@cache
def _pillow() -> Any:
    """Import Pillow's `Image`, its libtiff quiet: what that would print is an exception too.

    Pillow quietens libtiff's warnings and leaves its error handler, which writes raw lines to
    file descriptor 2. That is swapped once for none, by the library's own switch: redirecting
    the descriptor around each picture would take the lines of other threads with it. A name
    looked up in Pillow's extension is found in the libtiff that it was linked with, the
    wheel's or the system's; a libtiff that hides its names goes on writing.
    """
    from PIL import Image as Pillow
    from PIL import _imaging

    with suppress(AttributeError, OSError):
        switch = ctypes.CDLL(_imaging.__file__).TIFFSetErrorHandler
        switch.argtypes, switch.restype = [ctypes.c_void_p], ctypes.c_void_p
        switch(None)
    return Pillow


@contextmanager
def _opened(path: Path, name: str, number: int = 1) -> Iterator[Image]:
    pillow = _pillow()
    try:
        with warnings.catch_warnings():
            # Damaged metadata and sizes are judged here, not by Pillow's warnings.
            warnings.simplefilter("ignore")
            with pillow.open(path, formats=_FORMATS) as image:
                if number > 1:
                    image.seek(number - 1)
                _check_pixels(image.size, name)
                yield image
    except pillow.DecompressionBombError:
        raise _too_large(name) from None
    except (BrokenSourceError, SourceTooLargeError):
        raise
    except Exception as error:
        # Decoders of damaged files raise nearly anything: SyntaxError, struct.error, …
        raise BrokenSourceError(
            f"{name} (picture {number}) cannot be decoded: {str(error).replace(str(path), name)}.",
            remedy="Open it in a picture editor and save it again.",
        ) from error


def _check_pixels(size: tuple[int, int], name: str) -> None:
    if size[0] * size[1] > MAX_IMAGE_PIXELS:
        raise _too_large(name)


def _too_large(name: str) -> SourceTooLargeError:
    return SourceTooLargeError(
        f"{name} holds a picture of more than {MAX_IMAGE_PIXELS // 1_000_000} million pixels.",
        remedy="Scale the picture down first.",
    )


def _orientation(image: Image) -> int:
    value = image.getexif().get(_EXIF_ORIENTATION, 1)
    return value if isinstance(value, int) else 1


def _believed_dpi(image: Image) -> float:
    stated = image.info.get("dpi")
    try:
        dpi = float(stated[0]) if stated else 0.0
    except (TypeError, ValueError, ZeroDivisionError, IndexError):
        dpi = 0.0
    low, high = _BELIEVED_DPI
    return dpi if low <= dpi <= high else DEFAULT_DPI


def _to_rgb(image: Image) -> Image:
    from PIL import Image as Pillow

    if image.mode == "RGB":
        return image.copy()
    if image.mode in {"I", "F"} or image.mode.startswith("I;16"):
        return _wide_grey_to_rgb(image)
    if image.has_transparency_data:
        layered = image.convert("RGBA")
        paper = Pillow.new("RGBA", layered.size, (255, 255, 255, 255))
        paper.alpha_composite(layered)
        return paper.convert("RGB")
    return image.convert("RGB")


def _wide_grey_to_rgb(image: Image) -> Image:
    import numpy as np
    from PIL import Image as Pillow

    values = np.nan_to_num(np.asarray(image, dtype=np.float32))
    top = float(values.max(initial=0.0))
    # Values beyond a byte are 16-bit greys; a float picture within 0…1 is scaled up.
    scale = 255 / 65535 if top > 255 else 255.0 if image.mode == "F" and top <= 1 else 1.0
    grey = np.clip(values * scale, 0, 255).astype(np.uint8)
    return Pillow.fromarray(grey).convert("RGB")
