"""Resolution modes in front of a runtime that cuts pictures itself, as vLLM and SGLang do.

Their sizes are constants: a view of 1,024 pixels and, for pictures larger than a tile, up to
six tiles of 640 (DeepSeek-OCR-2: 768). Source: `transformers_utils/processors/deepseek_ocr.py`
of vLLM 0.32 and 0.33.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dsocr_integrations.modes import AUTO_MODE, GUNDAM, SMALL, TINY, V2, Mode, mode_named

if TYPE_CHECKING:
    from PIL.Image import Image

MAX_TILES = 6

_OWN = {"deepseek-ocr": GUNDAM.with_max_tiles(MAX_TILES), "deepseek-ocr-2": V2}
_SHRUNK = (TINY, SMALL)


def runtime_mode(family: str) -> Mode:
    """What such a runtime does with every picture.

    Args:
        family: `deepseek-ocr` or `deepseek-ocr-2`.
    """
    return _OWN[family]


def runtime_ladder(family: str) -> tuple[Mode, ...]:
    """The modes that are worth climbing in front of such a runtime, cheapest first.

    A picture shrunk to small costs one view, whatever its detail, so tiny would save nothing.

    Args:
        family: As for `runtime_mode`.
    """
    own = runtime_mode(family)
    return (SMALL, own) if own.model == SMALL.model else ()


def fit_picture(picture: Image, mode_name: str, family: str) -> Image:
    """Shrink a picture so that the runtime sees no more detail than the mode asked for.

    Tiny and small stay below a tile, so the runtime makes them one view: the detail is the
    mode's, the aspect ratio is kept, and the cost is that of a view of 1,024 pixels (273 tokens
    instead of 73 and 111).

    Args:
        picture: The rendered page.
        mode_name: `auto` or the name of a mode.
        family: Which model reads.

    Raises:
        ValueError: If the runtime cannot show the model what the mode would.
    """
    own = runtime_mode(family)
    mode = own if mode_name == AUTO_MODE else mode_named(mode_name)
    if mode.name == own.name:
        return picture
    if mode not in _SHRUNK or mode.model != family:
        possible = [own.name, *(one.name for one in _SHRUNK if one.model == family)]
        message = (
            f"This runtime cuts pictures itself and cannot show mode {mode.name}; "
            f"choose auto, {', '.join(possible)}, or the engine transformers."
        )
        raise ValueError(message)
    shrunk = picture.copy()
    shrunk.thumbnail((mode.base_size, mode.base_size))
    return shrunk
