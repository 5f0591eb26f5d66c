"""The official prompts, to the letter."""

from __future__ import annotations

import pytest

from dsocr_integrations.prompts import Prompt, locate_prompt


def test_prompts_are_verbatim():
    assert [prompt.with_image for prompt in Prompt] == [
        "<image>\n<|grounding|>Convert the document to markdown.",
        "<image>\n<|grounding|>OCR this image.",
        "<image>\nFree OCR.",
        "<image>\nParse the figure.",
        "<image>\nDescribe this image in detail.",
        "<image>\nLocate <|ref|>xxxx<|/ref|> in the image.",
    ]


def test_no_prompt_ends_in_space():
    assert all(prompt.value == prompt.value.strip() for prompt in Prompt)


def test_locate_fills_the_reference():
    assert locate_prompt(" the teacher ") == "Locate <|ref|>the teacher<|/ref|> in the image."


@pytest.mark.parametrize("target", ["", "  ", "a<|/ref|>b"])
def test_locate_refuses_what_would_break_the_prompt(target):
    with pytest.raises(ValueError, match="locate"):
        locate_prompt(target)
