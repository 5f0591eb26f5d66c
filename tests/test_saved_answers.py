"""What people keep of servers' answers is parsed as the answers in it."""

from __future__ import annotations

import json
import sys

import pytest

from dsocr_integrations.cli import main
from dsocr_integrations.grounding.saved_answers import saved_answers
from tests.engines.server.scripted_server import ANSWER, completion, event

OTHER = ANSWER.replace("shut", "open")
PARTS = [{"type": "text", "text": ANSWER[:40]}, {"type": "text", "text": ANSWER[40:]}]


def lines(*bodies):
    return "\n".join(json.dumps(body) for body in bodies)


def ollama(text, *, done):
    return {"model": "deepseek-ocr", "message": {"content": text}, "done": done}


@pytest.mark.parametrize(
    ("saved", "answers"),
    [
        (json.dumps(completion(), indent=1), [ANSWER]),
        (json.dumps(completion(PARTS)), [ANSWER]),
        (json.dumps({"choices": [{"text": ANSWER}]}), [ANSWER]),
        (json.dumps({"model": "deepseek-ocr", "response": ANSWER, "done": True}), [ANSWER]),
        (json.dumps(ollama(ANSWER, done=True)), [ANSWER]),
        (event(ANSWER[:20]) + event(ANSWER[20:], "stop") + "data: [DONE]\n\n", [ANSWER]),
        (lines(ollama(ANSWER[:20], done=False), ollama(ANSWER[20:], done=True)), [ANSWER]),
        (lines(completion(), completion(OTHER)), [ANSWER, OTHER]),
        (lines({"custom_id": "1", "response": {"body": completion()}}), [ANSWER]),
        (json.dumps(ANSWER), [ANSWER]),
        ("\ufeff" + ANSWER, [ANSWER]),
        (ANSWER, [ANSWER]),
        (json.dumps(completion())[:-20], [json.dumps(completion())[:-20]]),
        ('{"bbox": [1, 2, 3, 4], "text": "x"}', ['{"bbox": [1, 2, 3, 4], "text": "x"}']),
        ('[{"bbox": [1, 2, 3, 4]}]', ['[{"bbox": [1, 2, 3, 4]}]']),
        ("data: a heading\n\nand text", ["data: a heading\n\nand text"]),
        ("", [""]),
    ],
)  # fmt: skip
def test_answers_are_found_in_what_came_and_in_nothing_else(saved, answers):
    assert saved_answers(saved) == answers


def test_several_answers_are_pages(tmp_path, monkeypatch, capsys):
    file = tmp_path / "batch.jsonl"
    file.write_text(lines(completion(), completion(OTHER)), "utf-8")
    monkeypatch.setattr(sys, "argv", ["dsocr", "parse", str(file)])
    with pytest.raises(SystemExit):
        main()
    shown = capsys.readouterr().out
    assert shown == (
        "<!-- page 1 -->\n\nThe valve is shut.\n\n<!-- page 2 -->\n\nThe valve is open.\n"
    )
