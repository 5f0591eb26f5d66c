"""What goes wrong with one request, and whom it counts against: the page or the server.

A bad page is tried again a few times and then recorded. A bad server is left alone for a
while, and its pages go to the others; that costs a page none of its tries.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import Enum
from typing import Any

import httpcore

from dsocr_integrations.errors import DsocrError

MAX_SAID = 200
"""Characters of a server's own words that are passed on."""


_CONTEXT = re.compile(
    r"(?:context length (?:is|of)(?: only)?|max_model_len=(?:max_total_tokens=)?) ?(\d{1,9})\b"
)
_PROMPT = re.compile(
    r"(at least )?\b(\d{1,9}) (?:in the (?:messages|prompt)|input tokens|tokens from the input)"
)
"""A lower bound is no length: the server stopped counting."""


_MOST = re.compile(
    r"\[ ?1 ?, ?(\d{3,7}) ?\]"
    r"|(?:less than or equal to|at most|no more than|not exceed|maximum(?: value)?(?: of| is|:)?) ?\D?(\d{3,7})"
)
_ANSWER_LENGTH = re.compile(r"max_(?:completion_|new_|output_)?tokens|completion tokens")
_TOO_LARGE = re.compile(
    r"\b(?:image|picture|file|payload|request|body)\b[^.]{0,60}?"
    r"(?:too large|too big|larger than|exceeds?\b|over the limit)",
    re.IGNORECASE,
)
_CRASHED = re.compile(r"model has crashed|channel error|model (?:is|was) unloaded", re.IGNORECASE)
"""What LM Studio says with status 400 when the page or another has taken its model down."""

_PARTING = re.compile(r"[_-]")

RENAMED, RENAMED_TO = "max_tokens", "max_completion_tokens"
"""A field that newer interfaces know by another name."""


class Effect(Enum):
    """What a fault means for the server."""

    NONE = "none"
    """Nothing: it did its work and refused the page."""

    STRIKE = "strike"
    """Several in a row, of different pages, take it out."""

    PAUSE = "pause"
    """It lives and wants to be left alone for a while."""

    OUT = "out"
    """It is gone until it answers again."""

    REFUSED = "refused"
    """It will never answer as it is configured."""


class NoAnswerError(Exception):
    """One request without a usable answer.

    Args:
        kind: `PageError.kind` of the record, should the page end with it.
        message: What happened, for the user.
        effect: What it means for the server.
        blames_page: Whether it uses up one of the page's tries.
        again: Whether asking again may help.
        wait: Seconds the server asks to be left alone, where it says so.
        error: Raised for the whole run where no other server is left.
    """

    def __init__(
        self,
        kind: str,
        message: str,
        effect: Effect,
        *,
        blames_page: bool = True,
        again: bool = True,
        wait: float | None = None,
        error: DsocrError | None = None,
    ) -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message
        self.effect = effect
        self.blames_page = blames_page
        self.again = again
        self.wait = wait
        self.error = error


class TooManyTokensError(NoAnswerError):
    """More tokens were asked for than the server gives.

    Args:
        message: What happened, for the user.
        context: Tokens of prompt and answer together that it has room for, where it says so.
        prompt: Tokens of the prompt, where it says so.
        most: Tokens that any answer may have, where it says so.
    """

    def __init__(
        self,
        message: str,
        context: int | None = None,
        prompt: int | None = None,
        most: int | None = None,
    ) -> None:
        super().__init__("engine", message, Effect.NONE, again=False)
        self.context = context
        self.prompt = prompt
        self.most = most


class FieldRefusedError(NoAnswerError):
    """The server does not take some fields of the request that it can be asked without.

    Args:
        message: What it said.
        fields: Their names.
    """

    def __init__(self, message: str, fields: frozenset[str]) -> None:
        super().__init__("engine", message, Effect.NONE, again=False)
        self.fields = fields


class TooManyBytesError(NoAnswerError):
    """The request is larger than the server takes."""


def unusable(message: str) -> NoAnswerError:
    """An answer that is none; the next one may be."""
    return NoAnswerError("engine", message, Effect.STRIKE)


def timed_out(seconds: float) -> NoAnswerError:
    """Silence. The page's time is used up, so it is not asked again."""
    message = f"The server gave no answer within {seconds:g} seconds."
    return NoAnswerError("timeout", message, Effect.STRIKE, again=False)


def of_transport(error: Exception) -> NoAnswerError:
    """A failure of the connection, as httpcore raises it."""
    if isinstance(error, httpcore.ConnectError | httpcore.ConnectTimeout | httpcore.ProxyError):
        return NoAnswerError("connection", no_connection(error), Effect.OUT, blames_page=False)
    message = f"The connection broke before the answer was complete ({type(error).__name__})."
    return NoAnswerError("connection", message, Effect.STRIKE)


def no_connection(error: Exception) -> str:
    """Why there is no connection, in a few words."""
    if isinstance(error, httpcore.ProxyError):
        return "the proxy before it refuses"
    said = str(error)
    if "CERTIFICATE_VERIFY_FAILED" in said:
        return "its certificate is not trusted"
    return "no encrypted connection" if "[SSL" in said else "no connection"


def of_field(status: int, body: Any, groups: Iterable[frozenset[str]]) -> FieldRefusedError | None:
    """The fault of an answer that refuses fields of the request; `None` for any other.

    SGLang names its flag where it was started without, others the field.

    Args:
        status: HTTP status.
        body: The answer, taken apart where it was JSON.
        groups: Fields that can be left out, those together that make sense together only.
    """
    if status not in {400, 422}:
        return None
    plain = _PARTING.sub(" ", json.dumps(_without_input(body)).lower())
    for fields in groups:
        if any(re.search(rf"\b{_PARTING.sub(' ', name)}\b", plain) for name in fields):
            return FieldRefusedError(words(body) or f"status {status}", fields)
    return None


def of_renamed(status: int, body: Any) -> FieldRefusedError | None:
    """The fault of an answer that wants `max_tokens` under its newer name; `None` for any other."""
    said = _said(body)
    wants = "instead" in said and {RENAMED, RENAMED_TO} <= set(re.findall(r"\bmax_\w+", said))
    return FieldRefusedError(words(body), frozenset({RENAMED})) if wants and status == 400 else None


def _without_input(said: Any) -> Any:
    """What a server says, without the request that some repeat in it."""
    if isinstance(said, list):
        return [_without_input(one) for one in said]
    if isinstance(said, dict):
        return {name: _without_input(value) for name, value in said.items() if name != "input"}
    return said


def of_status(status: int, headers: Mapping[str, str], body: Any) -> NoAnswerError:
    """An answer with an error status, other than one that refuses key, address or model."""
    said = words(body)
    message = f"The server answered with status {status}{f': {said}' if said else ''}."
    if status in {425, 429, 503}:
        wait = retry_after(headers)
        busy = f"status {status}{f': {said}' if said else ''}"
        return NoAnswerError("engine", busy, Effect.PAUSE, blames_page=False, wait=wait)
    if status == 502:
        # The server behind a gateway is gone; perhaps this page took it down.
        return NoAnswerError("engine", message, Effect.OUT)
    if status >= 500 or status == 408 or _CRASHED.search(said):
        return NoAnswerError("engine", message, Effect.STRIKE)
    message = f"The server refused the page with status {status}{f': {said}' if said else ''}."
    if too_long := _too_long(message, _said(body)):
        return too_long
    is_too_large = status == 413 or _TOO_LARGE.search(_said(body))
    kind = TooManyBytesError if is_too_large else NoAnswerError
    return kind("engine", message, Effect.NONE, again=False)


def _too_long(message: str, said: str) -> TooManyTokensError | None:
    """The fault of an answer that may be too long, by what servers say of it."""
    context, prompt, most = _CONTEXT.search(said), _PROMPT.search(said), _MOST.search(said)
    if context is not None:
        length = int(prompt[2]) if prompt is not None and not prompt[1] else None
        return TooManyTokensError(message, int(context[1]), length)
    if most is not None and _ANSWER_LENGTH.search(said):
        return TooManyTokensError(message, most=int(most[1] or most[2]))
    return None


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds that `Retry-After` asks for, given as a number or as a date.

    A date is compared with the server's own `Date`, so that its clock need not be right.
    """
    value = headers.get("retry-after", "").strip()
    if not value:
        return None
    try:
        return max(0.0, float(value)) if float(value) < float("inf") else None
    except ValueError:
        pass
    try:
        until = parsedate_to_datetime(value)
        now = parsedate_to_datetime(headers["date"]) if "date" in headers else datetime.now(UTC)
        return max(0.0, (until - now).total_seconds())
    except (ValueError, TypeError):
        return None


def words(body: Any) -> str:
    """What the server itself says, on one line and bounded; empty where it says nothing."""
    plain = _said(body).rstrip(".")
    return plain if len(plain) <= MAX_SAID else f"{plain[:MAX_SAID]}…"


def _said(body: Any) -> str:
    said: Any = body
    for name in ("error", "message", "detail"):
        if isinstance(said, dict) and said.get(name):
            said = said[name]
    if isinstance(said, list) and said and isinstance(said[0], dict):
        # As FastAPI has it: one entry for each field.
        said = said[0].get("msg")
    if not isinstance(said, str):
        return ""
    return " ".join("".join(c if c.isprintable() else " " for c in said).split())
