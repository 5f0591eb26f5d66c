"""Notices that a server strips the special tokens which hold the boxes, and says so once."""

from __future__ import annotations

import logging

from dsocr_integrations.engines.server.dialects import Dialect
from dsocr_integrations.grounding.tags import find_tags

logger = logging.getLogger(__name__)

_ASKS_FOR_BOXES = ("<|grounding|>", "<|ref|>")


class TagWatch:
    """Looks at answers until one shows whether tags survive.

    Args:
        dialect: What the server was taken for.
    """

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._settled = False

    def look(self, prompt: str, text: str) -> None:
        """Look at one answer."""
        if self._settled or not text.strip():
            return
        if not any(tag in prompt for tag in _ASKS_FOR_BOXES):
            return
        self._settled = True
        if not find_tags(text):
            logger.warning(
                "The server's answers carry no boxes, so pages have text but no layout, and "
                "tables may have lost their cells. %s",
                self._remedy(),
            )

    def _remedy(self) -> str:
        if self._dialect.tags == "kept":
            return f"{self._dialect.server} keeps them: check that its model is DeepSeek-OCR."
        return f"For {self._dialect.server}: {self._dialect.advice}."
