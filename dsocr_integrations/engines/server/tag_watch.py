"""Notices that a server strips the special tokens which hold the boxes, and says so once."""

from __future__ import annotations

import logging

from dsocr_integrations.engines.server.served import Served
from dsocr_integrations.grounding import parse

logger = logging.getLogger(__name__)

_ASKS_FOR_BOXES = ("<|grounding|>", "<|ref|>")


class TagWatch:
    """Looks at answers until one shows whether tags survive.

    Args:
        served: What is asked for, and how.
    """

    def __init__(self, served: Served) -> None:
        self._served = served
        self._settled = False

    def look(self, prompt: str, text: str) -> None:
        """Look at one answer."""
        if self._settled or not text.strip():
            return
        if not any(tag in prompt for tag in _ASKS_FOR_BOXES):
            return
        self._settled = True
        if not any(block.boxes for block in parse(text).blocks):
            logger.warning(
                "The server's answers carry no boxes, so pages have text but no layout, and "
                "tables may have lost their cells. %s",
                self._remedy(),
            )

    def _remedy(self) -> str:
        dialect = self._served.dialect
        if dialect.tags == "kept":
            title = self._served.profile.title or "DeepSeek-OCR"
            return f"{dialect.server} keeps them: check that its model is {title}."
        return f"{dialect.lost_tags}."
