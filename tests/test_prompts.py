"""The official prompts, to the letter."""

from __future__ import annotations

import pytest

from dsocr_integrations.prompts import Prompt, is_official, locate_prompt, prompt_named


def test_prompts_are_verbatim():
    assert [prompt.value for prompt in Prompt] == [
        "<|grounding|>Convert the document to markdown.",
        "<|grounding|>OCR this image.",
        "Free OCR.",
        "Parse the figure.",
        "Describe this image in detail.",
        "Locate <|ref|>xxxx<|/ref|> in the image.",
    ]


def test_no_prompt_ends_in_space():
    assert all(prompt.value == prompt.value.strip() for prompt in Prompt)


def test_locate_fills_the_reference():
    assert locate_prompt(" the teacher ") == "Locate <|ref|>the teacher<|/ref|> in the image."


@pytest.mark.parametrize("target", ["", "  ", "a<|/ref|>b"])
def test_locate_refuses_what_would_break_the_prompt(target):
    with pytest.raises(ValueError, match="locate"):
        locate_prompt(target)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("markdown", Prompt.MARKDOWN),
        (" OCR ", Prompt.OCR),
        ("free", Prompt.FREE),
        ("figure", Prompt.FIGURE),
        ("describe", Prompt.DESCRIBE),
        ("locate: The seal", "Locate <|ref|>The seal<|/ref|> in the image."),
        ("Free OCR.", Prompt.FREE),
        ("What is this?", "What is this?"),
    ],
)
def test_a_name_stands_for_its_prompt_and_a_text_for_itself(said, meant):
    assert prompt_named(said) == meant
    assert is_official(prompt_named(said)) == (said != "What is this?")


@pytest.mark.parametrize("said", ["locate", "locate:", "locate: <|det|>"])
def test_locate_by_name_needs_a_target(said):
    with pytest.raises(ValueError, match="locate"):
        prompt_named(said)
