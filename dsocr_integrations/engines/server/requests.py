"""The body of a request, in each dialect."""

from __future__ import annotations

import json
from typing import Any

from dsocr_integrations.engines.base import ReadRequest
from dsocr_integrations.engines.server.dialects import Dialect
from dsocr_integrations.engines.server.pictures import MEDIA_TYPE
from dsocr_integrations.engines.transformers import MAX_NEW_TOKENS
from dsocr_integrations.prompts import IMAGE_PLACEHOLDER

_PICTURE = "@picture@"
"""Stands for the picture while the rest is turned into JSON; base64 needs no escapes."""


def path_of(dialect: Dialect) -> str:
    """Where requests go, relative to the base URL, or to its root for Ollama's own interface."""
    return "/api/chat" if dialect.wire == "ollama" else "/chat/completions"


def body_of(
    request: ReadRequest, picture: str, dialect: Dialect, model: str, *, stream: bool
) -> bytes:
    """Write one request.

    Args:
        request: Prompt and sampling.
        picture: The page, a PNG in base64.
        dialect: What the server understands.
        model: Name to ask for.
        stream: Whether the answer should come in pieces.
    """
    prompt = request.prompt.removeprefix(IMAGE_PLACEHOLDER).lstrip("\n")
    write = _ollama if dialect.wire == "ollama" else _openai
    body = write(prompt, request) | {"model": model, "stream": stream}
    text = json.dumps(_merged(body, dialect.fields))
    # The picture stands before anything a caller can name, so the first mark is ours.
    head, _, tail = text.partition(_PICTURE)
    return b"".join((head.encode(), picture.encode("ascii"), tail.encode()))


def _openai(prompt: str, request: ReadRequest) -> dict[str, Any]:
    image = {"type": "image_url", "image_url": {"url": f"data:{MEDIA_TYPE};base64,{_PICTURE}"}}
    content = [image, {"type": "text", "text": prompt}]
    return {
        "messages": [{"role": "user", "content": content}],
        "max_tokens": MAX_NEW_TOKENS,
        "temperature": request.sampling.temperature,
        "seed": request.sampling.seed,
    }


def _ollama(prompt: str, request: ReadRequest) -> dict[str, Any]:
    message = {"images": [_PICTURE], "role": "user", "content": prompt}
    sampling = {"temperature": request.sampling.temperature, "seed": request.sampling.seed}
    return {"messages": [message], "options": sampling}


def _merged(body: dict[str, Any], fields: Any) -> dict[str, Any]:
    merged = dict(body)
    for name, value in fields.items():
        present = merged.get(name)
        merged[name] = {**present, **value} if isinstance(present, dict) else value
    return merged
