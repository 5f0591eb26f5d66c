"""Answers that mean a wrong key, address, model or dialect: no page will fare better."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dsocr_integrations.engines.server.dialects import Dialect
from dsocr_integrations.engines.server.faults import Effect, NoAnswerError, words
from dsocr_integrations.engines.server.probing import KEY_REMEDY, MODEL_REMEDY
from dsocr_integrations.errors import ConfigurationError

_SHOWN_MODELS = 20
_KEY_STATUSES = frozenset({401, 402, 403})


def is_wrong_model(status: int, body: Any) -> bool:
    """Whether an error says that the model is not there."""
    said = words(body).lower()
    missing = any(part in said for part in ("not exist", "not found", "no such", "unknown model"))
    return status in {400, 404} and "model" in said and missing


def refusal(status: int, body: Any, place: str, dialect: Dialect) -> NoAnswerError | None:
    """The fault of an answer that refuses more than this page; `None` for any other.

    Args:
        status: HTTP status.
        body: The answer, taken apart where it was JSON.
        place: Host and port.
        dialect: What the server was taken for.
    """
    said = words(body)
    says = f": {said}" if said else ""
    if status in _KEY_STATUSES:
        return _refused(f"The server {place} refuses the key (status {status}{says}).", KEY_REMEDY)
    if status == 422:
        return _refused(
            f"The server {place} does not understand the dialect {dialect.name}{says}.",
            "Name its own: DSOCR_SERVER_DIALECT; openai sends standard fields only.",
        )
    if status == 400 and said.startswith("Server is pinned to"):
        # `transformers serve` lists every model of its machine and answers for one.
        return _refused(
            f"The server {place} answers for another model{says}.",
            "Name the one it was started with: --model, or DSOCR_SERVER_MODEL.",
        )
    if 300 <= status < 400 or status in {404, 405}:
        return _refused(
            f"The server {place} takes no pages at this address (status {status}{says}).",
            "Give the base URL of its OpenAI-style interface, which usually ends in /v1.",
        )
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
