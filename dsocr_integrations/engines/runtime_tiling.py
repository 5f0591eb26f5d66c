"""One rule for resolution modes in front of runtimes that cut pictures themselves.

vLLM, here and behind a server, SGLang and llama.cpp cannot be asked for a mode: their sizes are
constants, a view of 1,024 pixels and, beside it for pictures larger than a tile, two to six tiles of
640 (llama.cpp: nine; DeepSeek-OCR-2: six of 768). So a picture is shrunk before they get it, the model sees no more detail
than the mode would show it, and what they spend on such a picture is counted and said.

Source: `transformers_utils/processors/deepseek_ocr.py`, `model_executor/models/deepseek_ocr.py`
and `deepseek_ocr2.py` of vLLM 0.32 and 0.33. Its placeholders are counted from the constants
whatever `mm_processor_kwargs` say, so other sizes only make it fail.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dsocr_integrations.engines.mode_choice import mode_among
from dsocr_integrations.engines.useful_pixels import useful_dpi
from dsocr_integrations.modes import AUTO_MODE, GUNDAM, GUNDAM_M, MODES, SMALL, V2, Mode
from dsocr_integrations.rendering.upright import bounded_dpi

if TYPE_CHECKING:
    from PIL.Image import Image

    from dsocr_integrations.rendering import PageRegion

MAX_TILES = 6

MAX_PIXELS = 32 * 640**2
"""Of a picture for a model of which nobody says what it sees; none that is known sees more."""


def fit_picture(picture: Image, mode_name: str) -> Image:
    """Shrink a picture to the size of a mode without tiles; any other stays as it is.

    The aspect ratio is kept, where tiny and small themselves stretch pictures to a square.

    Args:
        picture: The rendered page; not changed.
        mode_name: `auto` or the name of a mode.
    """
    mode = MODES.get(mode_name)
    if mode is None or mode.tiled or max(picture.size) <= mode.base_size:
        return picture
    shrunk = picture.copy()
    shrunk.thumbnail((mode.base_size, mode.base_size))
    return shrunk


@dataclass(frozen=True)
class RuntimeTiling:
    """What a runtime makes of the pictures it is given.

    Attributes:
        family: Which model reads, as `Mode.model` has it; `None` where nobody says, another
            word for a model without modes.
        max_tiles: Tiles that the runtime cuts a picture into at most; `None` where nobody says.
        max_pixels: Pixels beyond which a model without modes sees no more of a picture.
    """

    family: str | None
    max_tiles: int | None = MAX_TILES
    max_pixels: int = MAX_PIXELS

    @property
    def seen_as(self) -> tuple[Mode, ...]:
        """What it may make of a picture; nothing where that is not known."""
        if self.family == GUNDAM.model:
            bounds = (MAX_TILES, GUNDAM.max_tiles) if self.max_tiles is None else (self.max_tiles,)
            return tuple(GUNDAM.with_max_tiles(most) for most in bounds)
        return (V2,) if self.family == V2.model else ()

    def draw(self, region: PageRegion, dpi: float, mode_name: str) -> Image:
        """Draw what the runtime is given: no more than it can use, and than the mode shows.

        Args:
            region: What is shown.
            dpi: Resolution at most.
            mode_name: `auto` or the name of a mode.

        Raises:
            BrokenSourceError: If the page cannot be drawn.
            SourceTooLargeError: If a picture file is over its size limit.
        """
        if self.seen_as:
            dpi = useful_dpi(region, dpi, self.seen_as)
        else:
            dpi = bounded_dpi(region.width, region.height, dpi, self.max_pixels)
        return fit_picture(region.render(dpi), mode_name)

    @property
    def own_mode(self) -> Mode | None:
        """What it does with every picture; `None` where that is not known."""
        return None if self.max_tiles is None else next(iter(self.seen_as), None)

    def ladder(self) -> tuple[Mode, ...]:
        """The modes that are worth climbing in front of it, cheapest first.

        A picture shrunk to small costs one view, whatever its detail, so tiny would save
        nothing; one shrunk to base is tiled, and costs what gundam does.
        """
        own = self.own_mode
        return (SMALL, own) if own is not None and own.model == SMALL.model else ()

    def own_modes(self) -> tuple[Mode, ...]:
        """The modes that can be asked for in front of it, met or approached by shrinking."""
        families = (GUNDAM.model, V2.model) if self.family is None else (self.family,)
        return tuple(mode for mode in MODES.values() if mode.model in families and mode != GUNDAM_M)

    def refuse(self, mode_name: str) -> None:
        """Refuse a mode that no shrinking comes near; all but `auto` and `own_modes()`.

        Raises:
            ConfigurationError: If there is no such mode, it is the other model's, or its tiles
                are larger than the runtime's.
        """
        if mode_name != AUTO_MODE:
            mode_among(mode_name, self.own_modes(), self.family or "the server")

    def vision_tokens(self, size: tuple[int, int]) -> int | None:
        """Image tokens that it spends on a picture of `size` pixels; `None` where not known."""
        own = self.own_mode
        return None if own is None else own.vision_tokens(*size).placeholders

    def note(self, mode_name: str, size: tuple[int, int], page: tuple[int, int]) -> str:
        """How what the model saw differs from the mode that was asked for.

        Args:
            mode_name: `auto` or a mode that `refuse` lets pass.
            size: Width and height of the picture that the runtime was given.
            page: Those of the page as a runtime would be given it that has the mode.

        Returns:
            A sentence; empty where the mode was met, or where none was asked for.
        """
        mode, own = MODES.get(mode_name), self.own_mode
        if mode is None:
            return ""
        given = f"the runtime was given {size[0]} x {size[1]} pixels"
        if own is None:
            if mode.tiled:
                return ""
            return (
                f"Mode {mode.name} cannot be asked for here: {given}; what it showed the model of "
                "them is not known."
            )
        asked, shown = mode.vision_tokens(*page), own.vision_tokens(*size)
        is_same_view = mode.base_size == own.base_size and mode.resize == own.resize
        if is_same_view and asked.grid == shown.grid:
            return ""
        tiles = f" and {shown.tiles} tiles of {own.tile_size}" if shown.tiles else ""
        return (
            f"Mode {mode.name} ({asked.placeholders} image tokens) cannot be asked for here: "
            f"{given} and showed the model a view of {own.base_size} pixels{tiles} "
            f"({shown.placeholders} image tokens)."
        )
