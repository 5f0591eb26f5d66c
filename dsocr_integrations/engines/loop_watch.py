"""Notices while an answer grows that it runs in circles, which the n-gram ban cannot see.

Boxes that step down the page, lines that differ in a number, rows of empty cells: no n-gram
comes twice, yet nothing is read any more.
"""

from __future__ import annotations

from collections.abc import Callable

from dsocr_integrations.grounding import parse

EVERY = 512
"""Tokens between two looks."""

PATIENCE = 3
"""Looks in a row that must find a loop. A page that holds a long table of zeros looks like a
loop for a while; only what goes on for 1,000 tokens more is given up."""


class LoopWatch:
    """Looks at one answer from time to time."""

    def __init__(self) -> None:
        self._next = EVERY
        self._found = 0

    def is_lost(self, tokens: int, text: Callable[[], str]) -> bool:
        """Whether the answer should be ended; to be asked whenever it has grown.

        Args:
            tokens: Number of tokens so far.
            text: Gives the text so far; called only where it is time to look.
        """
        if tokens < self._next:
            return False
        self._next = (tokens // EVERY + 1) * EVERY
        looping = any(warning.kind == "loop" for warning in parse(text()).warnings)
        self._found = self._found + 1 if looping else 0
        return self._found >= PATIENCE
