"""The retry ladder: what is tried when a page's reading cannot be trusted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from dsocr_integrations.documents import PageQuality
from dsocr_integrations.engines.base import Sampling
from dsocr_integrations.modes import AUTO_MODE, BASE, GUNDAM, LARGE, SMALL, TINY

RETRY_POLICY_VERSION = "1"
"""Part of every page's cache key; raised whenever the ladder or the choice changes."""

RETRY_TEMPERATURES = (0.3, 0.6)
"""Of the second and third attempt where no bigger mode is left to try greedily."""

_BIGGER = {mode.name: bigger for mode, bigger in zip(
    (TINY, SMALL, BASE, LARGE), (SMALL, BASE, LARGE, GUNDAM), strict=True
)}  # fmt: skip


@dataclass(frozen=True)
class Attempt:
    """One way of asking.

    Attributes:
        mode: Resolution mode.
        sampling: How the answer is drawn.
    """

    mode: str
    sampling: Sampling


def ladder(mode: str, key: str, *, deterministic: bool) -> Iterator[Attempt]:
    """List the attempts, first the plain one.

    Args:
        mode: The mode asked for.
        key: Key of the page; the seeds come from it, so that a retry is repeatable.
        deterministic: Whether asking an engine again is pointless because it ignores the
            sampling and would say the same.
    """
    yield Attempt(mode, Sampling())
    if deterministic:
        return
    bigger = _BIGGER.get(mode) if mode != AUTO_MODE else None
    temperatures = list(RETRY_TEMPERATURES)
    if bigger is not None:
        mode = bigger.name
        temperatures[0] = 0.0
    for step, temperature in enumerate(temperatures, start=1):
        yield Attempt(mode, Sampling(temperature, seed_of(key, step)))


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
