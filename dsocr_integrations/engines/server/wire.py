"""An answer in the wire language."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Spoken:
    """What a model said, as the parser reads it.

    Attributes:
        text: In the wire language.
        is_whole: Whether the answer was well formed to its end; where not, `text` is what could
            be saved of it.
    """

    text: str
    is_whole: bool = True


def as_said(text: str, size: tuple[int, int]) -> Spoken:  # noqa: ARG001 - others need the size
    """The answer of a model that speaks the wire language itself, or plain text."""
    return Spoken(text)
