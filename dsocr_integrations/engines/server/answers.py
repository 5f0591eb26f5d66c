"""What a server answered, as a reading; an answer that is none becomes a fault."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from dsocr_integrations.engines.base import Reading
from dsocr_integrations.engines.server.faults import NoAnswerError, unusable, words
from dsocr_integrations.engines.server.secrets import NONE, Secrets
from dsocr_integrations.engines.server.served import Served
from dsocr_integrations.grounding import parse
from dsocr_integrations.records.readings import FinishReason

MAX_ANSWER_BYTES = 16_000_000
"""Far more than 7,000 tokens can take in JSON."""

MAX_CHARACTERS = 1_000_000
"""No 7,000 tokens are that long. Text is parsed where all pages are sent, so it is bounded."""

END_OF_SENTENCE = "<｜end▁of▁sentence｜>"
_ENDS = re.compile(rf"(?:(?:{END_OF_SENTENCE}|</s>|<\|im_end\|>|<\|endoftext\|>)\s*)+\Z")
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
"""Characters that no page prints; a terminal would obey them."""

_ELSEWHERE = ("reasoning_content", "reasoning", "thinking")
"""Where servers that look for thoughts put the answer of a model that has none."""

_FINISH: Mapping[Any, FinishReason] = {
    "stop": "stop",
    "eos": "stop",
    "eos_token": "stop",
    "end_turn": "stop",
    "stop_sequence": "stop",
    "length": "length",
    "max_tokens": "length",
}
_MAX_COUNT = 10**7


def decoded(data: bytes, secrets: Secrets) -> Any:
    """Take JSON apart.

    Args:
        data: What came.
        secrets: What must not be told on.

    Raises:
        NoAnswerError: If it is none, or only half.
    """
    try:
        return secrets.left_out_of(json.loads(data))
    except (ValueError, RecursionError):
        if data.lstrip().startswith(b"<"):
            raise unusable("The server's answer is a web page.") from None
        raise unusable("The server's answer is no complete JSON.") from None


def reading_of(data: bytes, served: Served, secrets: Secrets = NONE) -> Reading:
    """Read a whole answer.

    Args:
        data: The body as it came.
        served: Who was asked.
        secrets: What must not be told on.

    Raises:
        NoAnswerError: If there is no reading in it.
    """
    body = checked(decoded(data, secrets), served)
    is_ollama = served.dialect.wire == "ollama"
    message, finish = _ollama(body) if is_ollama else _openai(body)
    if not isinstance(message, dict):
        raise unusable("The server's answer holds no text.")
    text = content_of(message)
    if len(text) > MAX_CHARACTERS:
        raise too_long()
    text = _ENDS.sub("", spoken(text))
    prompt_tokens, output_tokens = counts_of(body)
    return Reading(
        text,
        finish_of(finish, text),
        prompt_tokens=prompt_tokens,
        output_tokens=output_tokens,
    )


def content_of(message: Mapping[str, Any]) -> str:
    """The text of a message: as it is, or in the parts that some servers give it in.

    Raises:
        NoAnswerError: If it is something else.
    """
    content = message.get("content")
    if not content:
        content = next(filter(None, (message.get(name) for name in _ELSEWHERE)), content)
    parts = content if isinstance(content, list) else [content or ""]
    texts = [part.get("text", "") if isinstance(part, dict) else part for part in parts]
    if not all(isinstance(text, str) for text in texts):
        raise unusable("The server's answer holds no text.")
    return "".join(texts)


def too_long() -> NoAnswerError:
    """The fault of an answer without end."""
    return unusable("The server's answer is longer than any page.")


def spoken(text: str) -> str:
    """Text that can be written down and shown.

    JSON may hold half a character, which nothing else can: halves that belong together are
    joined, one that is alone is replaced. Control characters are left out.
    """
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return _CONTROLS.sub("", whole)


def checked(body: Any, served: Served) -> dict[str, Any]:
    """Make sure that an answer is one, and of the model that was asked.

    Raises:
        NoAnswerError: If it is an error with status 200, or another model's.
    """
    if not isinstance(body, dict):
        raise unusable("The server's answer is no completion.")
    if body.get("error") or body.get("object") == "error":
        raise unusable(f"The server answered with an error: {words(body) or 'unnamed'}.")
    named = body.get("model", served.model)
    if not served.is_asked(named):
        raise unusable(f"The answer is of the model {str(named)[:80]!r}, not of {served.model!r}.")
    return body


def finish_of(said: Any, text: str) -> FinishReason:
    """How an answer ended; one that was cut off while running in circles is a loop."""
    finish = _FINISH.get(said, "error") if isinstance(said, str) else "error"
    if finish == "length" and any(warning.kind == "loop" for warning in parse(text).warnings):
        return "loop"
    return finish


def counts_of(body: Mapping[str, Any]) -> tuple[int | None, int | None]:
    """Tokens of the prompt and of the answer, where a body tells them."""
    usage = body.get("usage")
    counts = usage if isinstance(usage, dict) else {}
    return (
        _count(counts.get("prompt_tokens", body.get("prompt_eval_count"))),
        _count(counts.get("completion_tokens", body.get("eval_count"))),
    )


def _openai(body: dict[str, Any]) -> tuple[Any, Any]:
    choices = body.get("choices")
    if not isinstance(choices, list) or not choices or not isinstance(choices[0], dict):
        said = words(body)
        raise unusable(f"The server's answer holds no choices{f': {said}' if said else ''}.")
    first = choices[0]
    return (
        first.get("message", {"content": first["text"]} if "text" in first else None),
        first.get("finish_reason"),
    )


def _ollama(body: dict[str, Any]) -> tuple[Any, Any]:
    return body.get("message"), body.get("done_reason")


def _count(value: Any) -> int | None:
    sound = isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _MAX_COUNT
    return value if sound else None
