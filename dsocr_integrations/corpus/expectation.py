"""What reading will cost, by what it cost before."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from dsocr_integrations.corpus.entries import Work
from dsocr_integrations.corpus.records import Cost
from dsocr_integrations.sources.media_types import suffix_of

ASSUMED = Cost(documents=1, bytes=1_000_000, pages=10, vision_tokens=2_730, task_hours=10 / 3600)
"""What is expected as long as nothing was read: 100 kB, one second and the tokens of the mode `base`
a page."""

_PICTURES = frozenset({"png", "jpg", "webp", "bmp", "gif", "jp2", "tga", "pnm", "svg"})
"""Kinds of one page, whatever their size."""


@dataclass(frozen=True)
class Expectation:
    """Expects what work will cost.

    Attributes:
        known: What earlier reading cost; `None` where there was none.
    """

    known: Cost | None

    def pages(self, work: Work) -> int:
        """Pages of an object: as many as it had, else by its size."""
        if work.pages or suffix_of(work.key) in _PICTURES:
            return work.pages or 1
        rate = self._rate
        return max(1, round(work.size * rate.pages / max(1, rate.bytes)))

    def cost(self, work: Iterable[Work]) -> Cost:
        """What all of it will cost."""
        documents = size = pages = 0
        for one in work:
            documents += 1
            size += one.size
            pages += self.pages(one)
        share = pages / self._rate.pages
        return Cost(
            documents=documents,
            bytes=size,
            pages=pages,
            vision_tokens=round(share * self._rate.vision_tokens),
            task_hours=share * self._rate.task_hours,
        )

    @property
    def _rate(self) -> Cost:
        return self.known or ASSUMED
