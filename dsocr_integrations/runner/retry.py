"""The retry ladder: what is tried when a page's reading cannot be trusted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dsocr_integrations.engines.base import Sampling
from dsocr_integrations.modes import AUTO_MODE, BASE, GUNDAM, LARGE, SMALL, TINY
from dsocr_integrations.records.readings import PageQuality

RETRY_POLICY_VERSION = "3"
"""Part of every page's cache key; raised whenever the ladder or the choice changes."""

RETRY_TEMPERATURES = (0.3, 0.6)
"""Of the attempts after the largest mode was tried greedily."""

MAX_FAILURES = 3
"""Requests for one page that may fail; a page that fails in one mode seldom does in another."""

CHEAP_AGREEMENT = 0.9
"""Share of the text layer's words below which a larger mode is tried where there is one.

Small modes misread words long before they lose the page (arXiv 2510.18234, table 2: 84 % at 64
tokens for 800 to 900 tokens of text).
"""

_BIGGER = {mode.name: bigger for mode, bigger in zip(
    (TINY, SMALL, BASE, LARGE), (SMALL, BASE, LARGE, GUNDAM), strict=True
)}  # fmt: skip


@dataclass(frozen=True)
class Attempt:
    """One way of asking.

    Attributes:
        mode: Resolution mode.
        sampling: How the answer is drawn.
        has_larger: Whether a larger mode comes after it.
    """

    mode: str
    sampling: Sampling
    has_larger: bool = False

    def satisfies(self, quality: PageQuality) -> bool:
        """Whether a reading with this verdict ends the search."""
        agreement = quality.text_layer_agreement
        doubtful = self.has_larger and agreement is not None and agreement < CHEAP_AGREEMENT
        return quality.trusted and not doubtful


def modes_to_try(mode: str, *, deterministic: bool) -> tuple[str, ...]:
    """The modes of the greedy attempts when a mode was asked for by name.

    Args:
        mode: The mode asked for.
        deterministic: As for `ladder`.
    """
    bigger = _BIGGER.get(mode) if mode != AUTO_MODE and not deterministic else None
    return (mode,) if bigger is None else (mode, bigger.name)


def ladder(modes: Sequence[str], key: str, *, deterministic: bool) -> Iterator[Attempt]:
    """List the attempts: each mode greedily, smallest first, then other sampling.

    Args:
        modes: The modes, cheapest first.
        key: Key of the page; the seeds come from it, so that a retry is repeatable.
        deterministic: Whether other sampling is pointless because the engine ignores it.
    """
    for place, mode in enumerate(modes, start=1):
        yield Attempt(mode, Sampling(), has_larger=place < len(modes))
    if deterministic:
        return
    for step, temperature in enumerate(RETRY_TEMPERATURES, start=1):
        yield Attempt(modes[-1], Sampling(temperature, seed_of(key, step)))


def seed_of(key: str, step: int) -> int:
    """Seed of an attempt, from the first 31 bits of the page's key."""
    return (int(key[:8], 16) + step) % 2**31


def rank(quality: PageQuality) -> tuple[bool, bool, int, float]:
    """Order verdicts, the best highest: trusted, not empty, few faults, true to the text layer."""
    agreement = quality.text_layer_agreement
    return (
        quality.trusted,
        "empty" not in quality.reasons,
        -len(quality.reasons),
        agreement if agreement is not None else 0.0,
    )
