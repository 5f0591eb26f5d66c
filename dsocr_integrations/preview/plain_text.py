"""Text of a model made fit to show: nothing in it can steer the terminal, browser or reader."""

from __future__ import annotations

import re

MAX_TEXT = 20_000
"""Characters of one block that are shown."""

# C0 and C1 controls but tab and newline; bidirectional overrides and isolates, which reorder
# what a person sees; interlinear marks; lone surrogates, which no file can hold.
_UNFIT = re.compile(
    "[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e"
    "\u2066-\u206f\ufff9-\ufffb\ufeff\ud800-\udfff]"
)


def clean(text: str, limit: int = MAX_TEXT) -> str:
    """Remove characters that are not content, and cut what is too long to show."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    cut = _UNFIT.sub("", text[: 2 * limit])
    return cut if len(cut) <= limit else f"{cut[:limit]}…"
