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
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dsocr_integrations.errors import BrokenSourceError, SourceDependencyError, SourceTooLargeError
from dsocr_integrations.sources.media_types import HEIC, detect

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    from PIL.Image import Image

MAX_IMAGE_PIXELS = 150_000_000
"""Largest picture decoded; an A2 sheet at 600 dpi has 139 million pixels."""

MAX_FRAMES = 10_000
DEFAULT_DPI = 144.0
_BELIEVED_DPI = (100.0, 1200.0)
_CACHED_FRAMES = 2
_CACHED_PIXELS = 40_000_000
_DETAIL = 2.0
"""Pixels each way for one that is needed, so that it does not show that a picture is shrunk twice."""

_BAND_ROWS = 256
_EXIF_ORIENTATION = 0x0112
_SWAPPED_ORIENTATIONS = frozenset({5, 6, 7, 8})
_MULTI_FRAME_FORMATS = frozenset({"TIFF"})
_FORMATS = ("PNG", "JPEG", "TIFF", "WEBP", "BMP", "GIF", "JPEG2000", "TGA", "PPM")
_HEIF_PACKAGES = ("pi_heif", "pillow_heif")
"""What teaches Pillow HEIC; the first one only reads, and holds no code under the GPL."""

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


def load_frame(
    path: Path, name: str, revision: str, number: int, longer: int | None = None
) -> Image:
    """Decode frame `number` (1-based) to an upright RGB picture.

    Transparency is laid on white. The picture is shared: do not change it in place.

    Args:
        path: The file.
        name: What it is called.
        revision: Of its bytes.
        number: Of the frame.
        longer: Pixels of the longer side that are needed; all when `None`. A frame that is too
            large to be kept then comes with fewer of its own, though with twice as many as that.

    Raises:
        BrokenSourceError: If the pixels cannot be decoded.
        SourceTooLargeError: If it has more than `MAX_IMAGE_PIXELS` pixels.
    """
    key = (str(path), revision, number)
    with _frames_lock:
        if key in _frames:
            _frames.move_to_end(key)
            return _frames[key]
    picture = _decode(path, name, number, longer)
    if picture.width * picture.height <= _CACHED_PIXELS:
        with _frames_lock:
            _frames[key] = picture
            while len(_frames) > _CACHED_FRAMES:
                _frames.popitem(last=False)
    return picture


def _decode(path: Path, name: str, number: int, longer: int | None) -> Image:
    from PIL import ImageOps

    with _opened(path, name, number) as image:
        full, factor = max(image.size), 1
        if longer is not None and image.width * image.height > _CACHED_PIXELS:
            factor = max(1, int(full / (_DETAIL * longer)))
        if factor > 1:
            # Decoders of JPEG leave out what is not needed; others decode everything.
            image.draft(None, (image.width // factor, image.height // factor))
        image.load()
        # A second copy of a large picture is what memory runs out by.
        ImageOps.exif_transpose(image, in_place=True)
        rest = factor * max(image.size) // full
        return _to_rgb(image.reduce(rest) if rest > 1 and _has_means(image) else image)


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

    _learn_heif()
    with suppress(AttributeError, OSError):
        switch = ctypes.CDLL(_imaging.__file__).TIFFSetErrorHandler
        switch.argtypes, switch.restype = [ctypes.c_void_p], ctypes.c_void_p
        switch(None)
    return Pillow


def _learn_heif() -> None:
    for name in _HEIF_PACKAGES:
        with suppress(ImportError):
            import_module(name).register_heif_opener()
            return


def _formats(pillow: Any) -> tuple[str, ...]:
    return (*_FORMATS, "HEIF") if "HEIF" in pillow.OPEN else _FORMATS


@contextmanager
def _opened(path: Path, name: str, number: int = 1) -> Iterator[Image]:
    pillow = _pillow()
    try:
        with warnings.catch_warnings():
            # Damaged metadata and sizes are judged here, not by Pillow's warnings.
            warnings.simplefilter("ignore")
            with pillow.open(path, formats=_formats(pillow)) as image:
                if number > 1:
                    image.seek(number - 1)
                _check_pixels(image.size, name)
                yield image
    except pillow.UnidentifiedImageError as error:
        if _is_heic(path, name) and "HEIF" not in pillow.OPEN:
            raise SourceDependencyError(
                f"{name} is a HEIC picture, which nothing installed here can decode.",
                remedy="Run: pip install 'dsocr-integrations[heic]'",
            ) from None
        raise _undecodable(path, name, number, error) from error
    except pillow.DecompressionBombError:
        raise _too_large(name) from None
    except (BrokenSourceError, SourceTooLargeError):
        raise
    except Exception as error:
        # Decoders of damaged files raise nearly anything: SyntaxError, struct.error, …
        raise _undecodable(path, name, number, error) from error


def _is_heic(path: Path, name: str) -> bool:
    return detect(path, name) == HEIC


def _undecodable(path: Path, name: str, number: int, error: Exception) -> BrokenSourceError:
    return BrokenSourceError(
        f"{name} (picture {number}) cannot be decoded: {str(error).replace(str(path), name)}.",
        remedy="Open it in a picture editor and save it again.",
    )


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
        return image
    scale = _scale_of_greys(image) if _is_wide_grey(image) else 0.0
    whole = Pillow.new("RGB", image.size)
    for top, band in _bands(image):
        whole.paste(_greys_to_rgb(band, scale) if scale else _band_to_rgb(band), (0, top))
    return whole


def _bands(image: Image) -> Iterator[tuple[int, Image]]:
    # What lies between two modes takes up to six times the memory of the picture itself.
    for top in range(0, image.height, _BAND_ROWS):
        band = image.crop((0, top, image.width, min(image.height, top + _BAND_ROWS)))
        band.info = image.info
        yield top, band


def _band_to_rgb(image: Image) -> Image:
    from PIL import Image as Pillow

    if image.has_transparency_data:
        layered = image.convert("RGBA")
        paper = Pillow.new("RGBA", layered.size, (255, 255, 255, 255))
        paper.alpha_composite(layered)
        return paper.convert("RGB")
    return image.convert("RGB")


def _is_wide_grey(image: Image) -> bool:
    return image.mode in {"I", "F"} or image.mode.startswith("I;16")


def _has_means(image: Image) -> bool:
    """Whether the mean of two values of a picture is what lies between them."""
    return image.mode not in {"1", "P", "PA"} and not image.mode.startswith("I;16")


def _scale_of_greys(image: Image) -> float:
    top = max(float(_greys(band).max(initial=0.0)) for _, band in _bands(image))
    # Values beyond a byte are 16-bit greys; a float picture within 0…1 is scaled up.
    return 255 / 65535 if top > 255 else 255.0 if image.mode == "F" and top <= 1 else 1.0


def _greys_to_rgb(image: Image, scale: float) -> Image:
    import numpy as np
    from PIL import Image as Pillow

    grey = np.clip(_greys(image) * scale, 0, 255).astype(np.uint8)
    return Pillow.fromarray(grey).convert("RGB")


def _greys(image: Image) -> npt.NDArray[np.float32]:
    import numpy as np

    return np.nan_to_num(np.asarray(image, dtype=np.float32))
