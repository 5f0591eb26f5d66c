"""What a server says, taken for what it is."""

from __future__ import annotations

import json

import pytest

from dsocr_integrations.engines.server import answers, streaming
from dsocr_integrations.engines.server.answers import reading_of
from dsocr_integrations.engines.server.faults import NoAnswerError
from dsocr_integrations.engines.server.streaming import GrowingAnswer
from tests.engines.server.asking import served

OCR = served("openai")


def test_half_a_character_harms_no_record():
    message = {"content": "herons \ud83d\ude00 wade \ud83d"}
    body = {"model": "ocr", "choices": [{"message": message, "finish_reason": "stop"}]}
    assert reading_of(json.dumps(body).encode(), OCR).text == "herons 😀 wade \ufffd"


def test_text_that_no_page_holds_is_not_looked_at(monkeypatch):
    monkeypatch.setattr(answers, "MAX_CHARACTERS", 1000)
    monkeypatch.setattr(streaming, "MAX_CHARACTERS", 1000)
    choice = {"message": {"content": "word " * 201}, "finish_reason": "length"}
    with pytest.raises(NoAnswerError, match="longer than any page"):
        reading_of(json.dumps({"choices": [choice]}).encode(), OCR)
    growing = GrowingAnswer(OCR)
    event = b"data: " + json.dumps({"choices": [{"delta": {"content": "word " * 200}}]}).encode()
    growing.take(event)
    with pytest.raises(NoAnswerError, match="longer than any page"):
        growing.take(event)


def test_a_character_that_comes_in_two_pieces_is_one():
    growing = GrowingAnswer(OCR)
    for piece in ("herons \ud83d", "\ude00"):
        body = {"model": "ocr", "choices": [{"delta": {"content": piece}}]}
        growing.take(b"data: " + json.dumps(body).encode()).encode()
    assert growing.text == "herons 😀"
