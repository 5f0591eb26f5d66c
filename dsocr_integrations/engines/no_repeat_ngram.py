"""The n-gram ban that keeps DeepSeek-OCR from looping, with vLLM's exact semantics.

Looks at generated tokens only: if the last `size - 1` tokens already stand somewhere in the
last `window` tokens, the token that followed them there may not follow again, unless it is
whitelisted (table cells repeat rightly). Source: `NGramPerReqLogitsProcessor` of
vllm-project/vllm, `process/ngram_norepeat.py` of github.com/deepseek-ai/DeepSeek-OCR.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

TABLE_CELL_TOKENS = frozenset({128821, 128822})
"""`<td>` and `</td>` in the published tokenizer."""


@dataclass(frozen=True)
class NgramBan:
    """How the ban is set.

    Attributes:
        size: Tokens of the n-gram that may not come twice; below 2 nothing sensible is left.
        window: Last generated tokens that are searched.
        whitelist: Token ids that are never banned.
    """

    size: int = 30
    window: int = 90
    whitelist: frozenset[int] = TABLE_CELL_TOKENS

    def __post_init__(self) -> None:
        """Check the numbers.

        Raises:
            ValueError: If the size is below 2 or the window is empty.
        """
        if self.size < 2 or self.window < 1:
            raise ValueError(
                f"An n-gram ban needs a size of 2 or more and a window, not {self.size} tokens "
                f"in {self.window}."
            )


class BannedTokens:
    """Follows one answer as it grows; each step costs the same however long the answer is."""

    def __init__(self, ban: NgramBan) -> None:
        self._ban = ban
        self._count = 0
        # Prefix to the starts at which it stands, each with the token that followed there.
        self._followers: dict[tuple[int, ...], deque[tuple[int, int]]] = {}
        self._prefix: deque[int] = deque(maxlen=ban.size - 1)
        self._starts: deque[tuple[int, ...]] = deque()

    def append(self, token: int) -> None:
        """Take note of the next generated token."""
        if len(self._prefix) == self._ban.size - 1:
            prefix = tuple(self._prefix)
            start = self._count - len(prefix)
            self._followers.setdefault(prefix, deque()).append((start, token))
            self._starts.append(prefix)
        self._prefix.append(token)
        self._count += 1
        self._forget()

    def now(self) -> list[int]:
        """Ids that may not come next, in rising order."""
        if self._count < self._ban.size:
            return []
        followers = self._followers.get(tuple(self._prefix), ())
        return sorted({token for _, token in followers} - self._ban.whitelist)

    def _forget(self) -> None:
        first = self._count - self._ban.window
        while self._starts:
            prefix = self._starts[0]
            if self._followers[prefix][0][0] >= first:
                return
            self._starts.popleft()
            self._followers[prefix].popleft()
            if not self._followers[prefix]:
                del self._followers[prefix]
