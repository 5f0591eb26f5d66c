"""What servers put around an answer that is none of it."""

from __future__ import annotations

import re

from dsocr_integrations.prompts import IMAGE_PLACEHOLDER

_NO_THOUGHT = re.compile(r"\A\s*<think>\s*</think>\s*")
_FENCED = re.compile(r"\A\s*```(?:markdown|md|html|text)?[ \t]*\n(.*?)\n?```\s*\Z", re.DOTALL)
_SPECIAL = re.compile(r"<\|\w+\|>")


def unwrapped(text: str, prompt: str) -> str:
    """An answer without the prompt before it, a fence around it or a thought that is empty.

    Nothing is left of an answer that only repeats the prompt, as of a model that was given no
    picture.

    Args:
        text: The answer as said.
        prompt: What was asked, without the picture's placeholder.
    """
    text = _NO_THOUGHT.sub("", text)
    text = _without_echo(text, prompt)
    fenced = _FENCED.match(text)
    return fenced[1] if fenced and "```" not in fenced[1] else text


def _without_echo(text: str, prompt: str) -> str:
    begun = text.lstrip().removeprefix(IMAGE_PLACEHOLDER).lstrip()
    # Where special tokens are left out of answers, they are left out of this as well.
    for asked in (prompt, _SPECIAL.sub("", prompt).strip()):
        rest = begun.removeprefix(asked)
        if asked and len(rest) < len(begun) and (not rest.strip() or rest.lstrip(" ")[0] == "\n"):
            return rest.lstrip()
    return text
