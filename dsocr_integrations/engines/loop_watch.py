"""Notices while an answer grows that it runs in circles, which the n-gram ban cannot see.

Boxes that step down the page, lines that differ in a number, rows of empty cells: no n-gram
comes twice, yet nothing is read any more.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dsocr_integrations.grounding import parse

EVERY = 512
"""Tokens between two looks."""

PATIENCE = 3
"""Looks in a row that must find a loop. A page that holds a long table of zeros looks like a
loop for a while; only what goes on for 1,000 tokens more is given up."""


class LoopWatch:
    """Looks at one answer from time to time.

    Args:
        tokenizer: Turns its tokens into text.
    """

    def __init__(self, tokenizer: Any) -> None:
        self._tokenizer = tokenizer
        self._found = 0

    def is_lost(self, tokens: Sequence[int]) -> bool:
        """Whether the answer should be ended; to be asked after each token."""
        if not tokens or len(tokens) % EVERY:
            return False
        text = self._tokenizer.decode(list(tokens), skip_special_tokens=False)
        looping = any(warning.kind == "loop" for warning in parse(text).warnings)
        self._found = self._found + 1 if looping else 0
        return self._found >= PATIENCE
