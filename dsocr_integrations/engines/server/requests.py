"""The body of a request, in each dialect."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any

from dsocr_integrations.engines.base import Sampling
from dsocr_integrations.engines.server.dialects import Dialect
from dsocr_integrations.engines.server.faults import RENAMED, RENAMED_TO
from dsocr_integrations.engines.server.pictures import media_type_of
from dsocr_integrations.engines.server.profiles import Question
from dsocr_integrations.engines.server.served import Served

_PICTURE = "@picture@"
"""Stands for the picture while the rest is turned into JSON; base64 needs no escapes."""


def path_of(dialect: Dialect) -> str:
    """Where requests go, relative to the base URL, or to its root for Ollama's own interface."""
    return "/api/chat" if dialect.wire == "ollama" else "/chat/completions"


def body_of(
    question: Question,
    sampling: Sampling,
    picture: str,
    served: Served,
    *,
    stream: bool,
    without: Collection[str] = (),
    max_tokens: int | None = None,
) -> bytes:
    """Write one request.

    Args:
        question: What is asked.
        sampling: How the answer is drawn.
        picture: The page, a PNG or JPEG in base64.
        served: Who is asked.
        stream: Whether the answer should come in pieces.
        without: Fields that are left out, or go by another name.
        max_tokens: Tokens of the answer at most; what suits the model when `None`.
    """
    prompt = f"{served.before}{question.text}"
    write = _ollama if served.dialect.wire == "ollama" else _openai
    asked = write(
        prompt,
        sampling,
        max_tokens or served.max_tokens,
        served.profile.context,
        media_type_of(picture),
    )
    body = asked | {"model": served.model, "stream": stream}
    if stream and served.dialect.wire != "ollama":
        body["stream_options"] = {"include_usage": True}
    whole = {**_merged(body, served.fields), **served.ban}
    if RENAMED in without and RENAMED in whole:
        whole[RENAMED_TO] = whole[RENAMED]
    text = json.dumps({name: value for name, value in whole.items() if name not in without})
    # The picture stands before anything a caller can name, so the first mark is ours.
    head, _, tail = text.partition(_PICTURE)
    return b"".join((head.encode(), picture.encode("ascii"), tail.encode()))


def _openai(
    prompt: str, sampling: Sampling, max_tokens: int, _: int, media_type: str
) -> dict[str, Any]:
    image = {"type": "image_url", "image_url": {"url": f"data:{media_type};base64,{_PICTURE}"}}
    content = [image, {"type": "text", "text": prompt}]
    return {
        "messages": [{"role": "user", "content": content}],
        "max_tokens": max_tokens,
        "temperature": sampling.temperature,
        "seed": sampling.seed,
    }


def _ollama(
    prompt: str, sampling: Sampling, max_tokens: int, context: int, _: str
) -> dict[str, Any]:
    message = {"images": [_PICTURE], "role": "user", "content": prompt}
    options = {
        "temperature": sampling.temperature,
        "seed": sampling.seed,
        "num_ctx": context,
        "num_predict": max_tokens,
    }
    return {"messages": [message], "options": options}


def _merged(body: dict[str, Any], fields: Any) -> dict[str, Any]:
    merged = dict(body)
    for name, value in fields.items():
        present = merged.get(name)
        merged[name] = {**present, **value} if isinstance(present, dict) else value
    return merged
