"""The official DeepSeek-OCR prompts, verbatim.

Source: `DeepSeek-OCR-master/DeepSeek-OCR-vllm/config.py` and the README of
github.com/deepseek-ai/DeepSeek-OCR (commit e4ac34e). The model is not instruction tuned: a
changed word degrades the answer, so the strings are used exactly, without trailing space.
"""

from __future__ import annotations

from enum import StrEnum

IMAGE_PLACEHOLDER = "<image>"


class Prompt(StrEnum):
    """One of the six prompts the model was trained with, without the image placeholder."""

    MARKDOWN = "<|grounding|>Convert the document to markdown."
    """Page to markdown with a labelled box in front of each block."""

    OCR = "<|grounding|>OCR this image."
    """Text lines with a box each; the text itself stands inside `<|ref|>…<|/ref|>`."""

    FREE = "Free OCR."
    """Plain text without boxes."""

    FIGURE = "Parse the figure."
    """Deep parsing of a crop: chart table, SMILES, geometry or caption."""

    DESCRIBE = "Describe this image in detail."
    """A caption. It may invent content and is never a reading of the page."""

    LOCATE = "Locate <|ref|>xxxx<|/ref|> in the image."
    """Boxes of the named thing; `xxxx` is replaced, see `locate_prompt`."""


LOCATE_NAME = "locate:"
"""What stands before the target where the referring prompt is asked for by name."""


def prompt_named(said: str) -> str:
    """The prompt that a user's word stands for.

    Args:
        said: `markdown`, `ocr`, `free`, `figure`, `describe`, `locate:TARGET`, or a prompt's
            own text, which is taken as it is.

    Raises:
        ValueError: If the target of `locate:` is missing or holds a special token.
    """
    name = said.strip().lower()
    if name.startswith(LOCATE_NAME) or name == Prompt.LOCATE.name.lower():
        return locate_prompt(said.strip()[len(LOCATE_NAME) :])
    official = Prompt.__members__.get(name.upper())
    return said if official is None else official.value


def is_official(prompt: str) -> bool:
    """Whether the model was trained with this prompt, target of `LOCATE` apart."""
    before, behind = Prompt.LOCATE.value.split("xxxx")
    locates = prompt.startswith(before) and prompt.endswith(behind)
    return locates or prompt in set(Prompt)


def locate_prompt(target: str) -> str:
    """Build the referring prompt for a piece of text or a thing in the picture.

    Args:
        target: What to find. Angle brackets that would form a special token are refused.

    Returns:
        The prompt text without the image placeholder.

    Raises:
        ValueError: If `target` is empty or contains a `<|` sequence.
    """
    if not target.strip() or "<|" in target:
        msg = "The target to locate must be non-empty text without '<|'."
        raise ValueError(msg)
    return Prompt.LOCATE.value.replace("xxxx", target.strip())
