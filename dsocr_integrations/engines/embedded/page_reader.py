"""Choose how a page is read: from its text layer, or from its pixels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dsocr_integrations.engines.embedded import born_digital
from dsocr_integrations.engines.embedded.grounded import GroundedPage

if TYPE_CHECKING:
    from dsocr_integrations.rendering import PageRegion


def read(region: PageRegion, mode: str) -> GroundedPage:
    """Read a region.

    Args:
        region: What to read.
        mode: `auto` for native pixels and the text layer; any other mode resamples the
            pixels as the model would and leaves the text layer aside.

    Returns:
        Blocks in reading order.

    Raises:
        SourceError: If the page cannot be loaded or drawn.
    """
    from dsocr_integrations.modes import AUTO_MODE

    if mode == AUTO_MODE and region.has_text_layer:
        return born_digital.read_page(region)
    from dsocr_integrations.engines.embedded import scan

    return scan.read_page(region)
