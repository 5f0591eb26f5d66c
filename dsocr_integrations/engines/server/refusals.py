"""Answers that mean a wrong key, address, model or dialect: no page will fare better."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import urljoin

from dsocr_integrations.engines.server.faults import Effect, NoAnswerError, words
from dsocr_integrations.engines.server.probing import KEY_REMEDY, MODEL_REMEDY
from dsocr_integrations.engines.server.served import Served
from dsocr_integrations.errors import ConfigurationError
from dsocr_integrations.server_addresses import shown

_NO_PICTURES = re.compile(
    r"image inputs? (?:is|are) not supported|(?:not|n't) support (?:image|vision|multi-?modal)"
    r"|not a multi-?modal model|unknown variant `image_url`|image_url is only supported by"
    r"|missing data required for image input|at most 0 image",
    re.IGNORECASE,
)
_NO_TEMPLATE = re.compile(r"provide a chat template|chat[_ ]template is not set", re.IGNORECASE)
_NO_MODEL = re.compile(r"no models? (?:is |are )?loaded", re.IGNORECASE)
_NO_CREDIT = re.compile(
    r"insufficient[_ ](?:quota|balance|credit|funds)|exceeded your current quota"
    r"|budget(?: has been)? exceeded|budget_exceeded|balance is (?:not enough|insufficient)",
    re.IGNORECASE,
)
_SHOWN_MODELS = 20
_KEY_STATUSES = frozenset({401, 402, 403})


def is_wrong_model(status: int, body: Any) -> bool:
    """Whether an error says that the model is not there."""
    said = words(body).lower()
    missing = any(part in said for part in ("not exist", "not found", "no such", "unknown model"))
    return status in {400, 404} and "model" in said and missing


def refusal(
    status: int, body: Any, place: str, served: Served, *, moved_to: str, has_answered: bool
) -> NoAnswerError | None:
    """The fault of an answer that refuses more than this page; `None` for any other.

    Args:
        status: HTTP status.
        body: The answer, taken apart where it was JSON.
        place: Host and port.
        served: What was asked for, and how.
        moved_to: Where it sends to, if anywhere.
        has_answered: Whether the server has read a page before, so that it can.
    """
    said = words(body)
    start = f"For {served.dialect.server}: {served.start}."
    base_url = "Give the base URL of its OpenAI-style interface, which usually ends in /v1."
    moved = f": sent on to {shown(urljoin(f'http://{place}', moved_to))}" if moved_to else ""
    cases = (
        (
            _NO_CREDIT.search(json.dumps(body)),
            "takes no more pages of this account",
            "Add credit there, or name another server; the same command goes on where this ended.",
        ),
        (
            not has_answered and _NO_PICTURES.search(said),
            "takes no pictures",
            f"Its model must be one that does, loaded with its vision part. {start}",
        ),
        (not has_answered and _NO_MODEL.search(said), "has no model loaded", start),
        (not has_answered and _NO_TEMPLATE.search(said), "lacks a chat template", start),
        (status in _KEY_STATUSES, "refuses the key", KEY_REMEDY),
        (
            status == 422,
            f"does not understand the dialect {served.dialect.name}",
            "Name its own: DSOCR_SERVER_DIALECT; openai sends standard fields only.",
        ),
        (
            # `transformers serve` lists every model of its machine and answers for one.
            status == 400 and said.startswith("Server is pinned to"),
            "answers for another model",
            "Name the one it was started with: --model, or DSOCR_SERVER_MODEL.",
        ),
        (
            300 <= status < 400 or status in {404, 405},
            "takes no pages at this address",
            base_url,
        ),
    )
    told = f"status {status}{f': {said}' if said else ''}{moved}"
    for holds, what, remedy in cases:
        if holds:
            return _refused(f"The server {place} {what} ({told}).", remedy)
    return None


def wrong_model(model: str, served: Sequence[str], place: str) -> NoAnswerError:
    """The fault of asking for a model that is not there."""
    if not served:
        return _refused(
            f"The server {place} does not serve {model!r} and lists no other.", "Load it there."
        )
    more = len(served) - _SHOWN_MODELS
    names = ", ".join(served[:_SHOWN_MODELS]) + (f" and {more} more" if more > 0 else "")
    return _refused(f"The server {place} does not serve {model!r} but {names}.", MODEL_REMEDY)


def _refused(message: str, remedy: str) -> NoAnswerError:
    error = ConfigurationError(message, remedy=remedy)
    return NoAnswerError(
        "engine", message, Effect.REFUSED, blames_page=False, again=False, error=error
    )
