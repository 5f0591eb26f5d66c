"""The cheapest mode that should do for a page, and what to climb to from there."""

from __future__ import annotations

from collections.abc import Sequence

from dsocr_integrations.modes import BASE, SMALL, Mode
from dsocr_integrations.runner.page_density import PageDensity

TOKENS_A_VISION_TOKEN = 8.0
"""Text tokens that one image token carries without loss.

Up to 8.5 the model reads 97 % and more of the words right (arXiv 2510.18234, table 2).
"""

MIN_EM_PIXELS = 6.0
"""Smallest print, in pixels of the picture the model sees, that it still reads.

10 points on A4 are 7.6 pixels at 640 and 6.1 at 512, where that table still has 96 %.
"""

ESTIMATE_MARGIN = 1.3
"""What an estimate from ink is raised by: no text layer will tell that it was too low."""


def modes_from(
    ladder: Sequence[Mode], density: PageDensity, pixels: tuple[int, int]
) -> tuple[Mode, ...]:
    """The part of a ladder that begins with the mode to try first.

    Args:
        ladder: Modes of the engine, cheapest first.
        density: What the page holds.
        pixels: Width and height of the picture that the engine is shown.

    Returns:
        At least the last mode of the ladder.
    """
    for place, mode in enumerate(ladder[:-1]):
        if _should_do(mode, density, pixels):
            return tuple(ladder[place:])
    return tuple(ladder[-1:])


def _should_do(mode: Mode, density: PageDensity, pixels: tuple[int, int]) -> bool:
    if density.has_figures_in_rows and mode.base_size < BASE.base_size:
        return False
    if not density.is_measured and mode.base_size < SMALL.base_size:
        return False
    margin = 1.0 if density.is_measured else ESTIMATE_MARGIN
    room = TOKENS_A_VISION_TOKEN * mode.vision_tokens(*pixels).valid
    if margin * density.text_tokens > room:
        return False
    if density.small_print is None:
        return True
    return density.small_print / 1000 * mode.base_size >= MIN_EM_PIXELS
