"""Answers of servers as people keep them: the JSON that came, whole, streamed or line by line.

What is no JSON of an answer is an answer itself. A model that answers in JSON of its own, such as
a list of boxes, is left as it is.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

_EVENT = "data:"
_DONE = "[DONE]"


def saved_answers(text: str) -> list[str]:
    """The answers in saved output, in order; the text itself where there is no JSON of any.

    Takes chat and text completions, streamed or not, Ollama's, lines of a batch's results, and an
    answer that was dumped as a JSON string.
    """
    text = text.removeprefix("\ufeff")
    begun = text.lstrip()[:1]
    if begun not in {"{", '"'} and not text.lstrip().startswith(_EVENT):
        return [text]
    whole = _taken_apart(text)
    if whole is not None:
        return _answers([whole]) or [text]
    lines = [line.strip().removeprefix(_EVENT).strip() for line in text.splitlines()]
    parts = [_taken_apart(line) for line in lines if line and line != _DONE]
    if any(part is None for part in parts):
        # Half of it is lost: better to show all that there is.
        return [text]
    pieces = [piece for part in parts for piece in _pieces(part)]
    return ["".join(pieces)] if pieces else _answers(parts) or [text]


def _taken_apart(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _answers(parts: list[Any]) -> list[str]:
    return [answer for part in parts for answer in _said(part)]


def _said(body: Any) -> Iterator[str]:
    """Answers in one body."""
    if isinstance(body, str):
        yield body
    elif isinstance(body, dict):
        inner = body.get("response")
        if isinstance(inner, dict):
            # A line of a batch's results holds the body of each answer.
            yield from _said(inner.get("body", inner))
        elif isinstance(inner, str):
            yield inner
        for choice in _choices(body):
            yield from _content(choice.get("message")) or _content({"content": choice.get("text")})
        yield from _content(body.get("message"))


def _pieces(body: Any) -> Iterator[str]:
    """What a streamed event adds."""
    for choice in _choices(body):
        yield from _content(choice.get("delta"))
    if isinstance(body, dict) and body.get("done") is not None:
        yield from _said(body)


def _choices(body: Any) -> list[dict[str, Any]]:
    choices = body.get("choices") if isinstance(body, dict) else None
    listed = choices if isinstance(choices, list) else []
    return [choice for choice in listed if isinstance(choice, dict)]


def _content(message: Any) -> list[str]:
    content = message.get("content") if isinstance(message, dict) else None
    if isinstance(content, str):
        return [content]
    parts = content if isinstance(content, list) else []
    texts = [part.get("text") for part in parts if isinstance(part, dict)]
    return ["".join(text for text in texts if isinstance(text, str))] if texts else []
