"""A generated page file and what is printed on it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class MadePage:
    """A page of one column.

    Attributes:
        path: The file.
        lines: What is printed, line by line.
        facts: Words without which a reading is wrong, however much of the rest it has.
        severity: What was done to it, for tables of results.
    """

    path: Path
    lines: tuple[str, ...]
    facts: tuple[str, ...] = ()
    severity: str = ""
