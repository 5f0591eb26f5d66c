"""Resolution modes on servers, which tile pictures as they please: what is done instead."""

from __future__ import annotations

import logging

from dsocr_integrations.engines.runtime_tiling import MAX_TILES, runtime_ladder
from dsocr_integrations.engines.server.dialects import Dialect
from dsocr_integrations.errors import ConfigurationError
from dsocr_integrations.modes import AUTO_MODE, GUNDAM, GUNDAM_M, V2, Mode, mode_named

logger = logging.getLogger(__name__)

_CLIMBED = frozenset(mode.name for mode in runtime_ladder(GUNDAM.model))


def family_of(model: str) -> str:
    """Which model a server's name for one stands for, as `Mode.model` has it."""
    return V2.model if "ocr-2" in model.lower() else GUNDAM.model


class ModeNotes:
    """Refuses modes that no server can be asked for, and says once what becomes of the others.

    Args:
        dialect: What the servers speak.
        model: What they are asked for.
    """

    def __init__(self, dialect: Dialect, model: str) -> None:
        self._dialect = dialect
        self._is_second = family_of(model) == V2.model
        self._said: set[str] = set()

    def check(self, name: str) -> None:
        """Look at the mode of a request.

        Raises:
            ConfigurationError: If the mode is one of the other model, or out of reach.
        """
        if name == AUTO_MODE or name in self._said:
            return
        mode = mode_named(name)
        if mode.name == GUNDAM_M.name:
            raise ConfigurationError(
                f"No server reads in mode {name}: they cut pictures into smaller tiles.",
                remedy="Leave the mode out, or read in this process: --engine transformers.",
            )
        if self._is_second and mode.model != V2.model:
            raise ConfigurationError(
                f"Mode {name} is of {mode.model}, and the server runs DeepSeek-OCR-2.",
                remedy="Leave the mode out.",
            )
        self._said.add(name)
        if note := self._note(mode):
            # A mode that is climbed is one view, as it should be; only its cost is another.
            climbed = self._dialect.tiles == MAX_TILES and mode.name in _CLIMBED
            logger.log(logging.INFO if climbed else logging.WARNING, "%s", note)

    def _note(self, mode: Mode) -> str:
        if not mode.tiled:
            return (
                f"A server cannot be asked for mode {mode.name}: pages are shrunk to "
                f"{mode.base_size} pixels before they are sent, and the server spends the vision "
                "tokens it always spends on a picture of that size."
            )
        tiles = self._dialect.tiles
        if tiles is not None and tiles < mode.max_tiles:
            return (
                f"{self._dialect.server} cuts pages into {tiles} tiles at most, not "
                f"{mode.max_tiles}: those about twice as wide as high are read in less detail."
            )
        return ""
