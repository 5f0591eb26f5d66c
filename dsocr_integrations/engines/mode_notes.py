"""Says once for each mode what a runtime made of it; each page's record says it for that page."""

from __future__ import annotations

import logging

from dsocr_integrations.engines.runtime_tiling import RuntimeTiling

logger = logging.getLogger(__name__)


class ModeNotes:
    """Notes on the pictures of one session.

    Args:
        tiling: What the runtime makes of pictures.
    """

    def __init__(self, tiling: RuntimeTiling) -> None:
        self._tiling = tiling
        # A mode that is climbed is one view, as it should be; only its cost is another.
        self._climbed = frozenset(mode.name for mode in tiling.ladder())
        self._said: set[str] = set()

    def note(self, mode_name: str, size: tuple[int, int], page: tuple[int, int]) -> str:
        """As `RuntimeTiling.note`; the first of a mode is logged."""
        note = self._tiling.note(mode_name, size, page)
        if note and mode_name not in self._said:
            self._said.add(mode_name)
            level = logging.INFO if mode_name in self._climbed else logging.WARNING
            logger.log(level, "%s The record of each page tells its own.", note)
        return note
