"""What a folder holds that is no document: counted by kind, never a failure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import PurePath


class LeftOut(Counter[str]):
    """How many files of each suffix were left out."""

    def note(self, file: PurePath) -> None:
        """Count a file."""
        self[file.suffix.lower()] += 1


def left_out_told(counts: Mapping[str, int]) -> str:
    """The counts for logs and terminals, the most first; empty where nothing was left out."""
    most_first = sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    kinds = ", ".join(f"{count} {suffix or 'without suffix'}" for suffix, count in most_first)
    return kinds and f"left out: {kinds}"
