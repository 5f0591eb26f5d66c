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


MAX_HEARD = 6_000
# Tags of the model's language, also one that is still being said.
_TAGS = re.compile(r"<\|ref\|>.*?<\|/ref\|>|<\|det\|>.*?<\|/det\|>\n?|<\|.{0,200}$", re.DOTALL)


def heard_text(said: str) -> str:
    """The end of what a model has said so far, without its tags."""
    return clean(_TAGS.sub("", said).strip()[-MAX_HEARD:])


def clean(text: str, limit: int = MAX_TEXT) -> str:
    """Remove characters that are not content, and cut what is too long to show."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    cut = _UNFIT.sub("", text[: 2 * limit])
    return cut if len(cut) <= limit else f"{cut[:limit]}…"
