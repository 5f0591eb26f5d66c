"""What pages cost in tokens: image tokens spent, what the largest mode costs, compression."""

from __future__ import annotations

from collections.abc import Iterable

from dsocr_integrations.records.base import Record
from dsocr_integrations.records.documents import Page


class TokenUse(Record):
    """Tokens of some pages; second looks at figures are not counted.

    Attributes:
        pages: Pages whose engine counts image tokens.
        vision_tokens: Image tokens of the readings that were kept.
        output_tokens: Text tokens of those readings.
        spent_vision_tokens: Image tokens of all attempts.
        gundam_vision_tokens: Image tokens that the same pages take in the largest mode, asked
            once each; equal to what was spent where there is only one mode.
    """

    pages: int = 0
    vision_tokens: int = 0
    output_tokens: int = 0
    spent_vision_tokens: int = 0
    gundam_vision_tokens: int = 0

    def __add__(self, other: TokenUse) -> TokenUse:
        """Tokens of both together."""
        return TokenUse(
            **{name: getattr(self, name) + getattr(other, name) for name in TokenUse.model_fields}
        )

    @property
    def compression(self) -> float | None:
        """Text tokens for each image token; `None` where no engine counted any."""
        return self.output_tokens / self.vision_tokens if self.vision_tokens else None

    @property
    def saving(self) -> float | None:
        """Share of the image tokens of always-largest that was not spent; below 0 for more."""
        if not self.gundam_vision_tokens:
            return None
        return 1 - self.spent_vision_tokens / self.gundam_vision_tokens


def token_use(pages: Iterable[Page]) -> TokenUse:
    """Sum the tokens of pages, such as `document.pages`."""
    total = TokenUse()
    for page in pages:
        total += page_tokens(page)
    return total


def page_tokens(page: Page) -> TokenUse:
    """The tokens of one page; nothing where its engine counts no image tokens."""
    reading = page.reading
    spent = reading.spent_vision_tokens
    if reading.vision_tokens is None or spent is None:
        return TokenUse()
    return TokenUse(
        pages=1,
        vision_tokens=reading.vision_tokens,
        output_tokens=reading.output_tokens or 0,
        spent_vision_tokens=spent,
        gundam_vision_tokens=reading.gundam_tokens or spent,
    )
