"""What the doctor says about one part."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """One part of the installation.

    Attributes:
        part: Package, program or setting.
        purpose: What it is needed for.
        found: Its version or state; empty when it cannot be used.
        remedy: The command or setting that adds or mends it; empty when it can be used.
        problem: What is wrong where it is there but cannot be used.
    """

    part: str
    purpose: str
    found: str
    remedy: str = ""
    problem: str = ""

    @property
    def present(self) -> bool:
        """Whether the part can be used."""
        return bool(self.found)
