"""An answer as it grows: server-sent events, or Ollama's lines of JSON."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Iterable
from typing import Any

from dsocr_integrations.engines.base import Reading
from dsocr_integrations.engines.loop_watch import LoopWatch
from dsocr_integrations.engines.server.answers import (
    END_OF_SENTENCE,
    MAX_ANSWER_BYTES,
    MAX_CHARACTERS,
    checked,
    content_of,
    counts_of,
    decoded,
    finish_of,
    spoken,
    too_long,
)
from dsocr_integrations.engines.server.secrets import NONE, Secrets
from dsocr_integrations.engines.server.served import Served
from dsocr_integrations.records.readings import FinishReason

logger = logging.getLogger(__name__)

_CHARACTERS = 3
"""Of a token, about; a server does not count the tokens it sends."""

MAX_LINE_BYTES = 1_000_000
_EVENT = b"data:"
_DONE = b"[DONE]"


async def lines(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Cut what comes into lines.

    Raises:
        NoAnswerError: If a line or the whole has no end.
    """
    # Each byte is looked at once: a server may send them one by one.
    rest, total = bytearray(), 0
    async for chunk in chunks:
        total += len(chunk)
        if len(rest) + len(chunk) > MAX_LINE_BYTES or total > MAX_ANSWER_BYTES:
            raise too_long()
        *ends, begun = chunk.split(b"\n")
        for end in ends:
            yield bytes(rest + end)
            rest.clear()
        rest += begun
    if rest:
        yield bytes(rest)


def is_in_pieces(data: bytes, served: Served) -> bool:
    """Whether a body is a streamed answer: some servers stream whatever they are asked."""
    if served.dialect.wire == "ollama":
        return b"}\n{" in data
    return data.lstrip().startswith((_EVENT, b"event:", b":"))


def is_whole(headers: Iterable[tuple[bytes, bytes]]) -> bool:
    """Whether an answer says that it is one JSON although it was to come in pieces."""
    kinds = (value for name, value in headers if name.lower() == b"content-type")
    return next(kinds, b"").split(b";")[0].strip().lower() == b"application/json"


class GrowingAnswer:
    """One streamed answer.

    Args:
        served: Who was asked.
        secrets: What must not be told on.

    Attributes:
        finish: How the answer ended; `None` while it grows.
    """

    def __init__(self, served: Served, secrets: Secrets = NONE) -> None:
        self._served = served
        self._secrets = secrets
        self._is_ollama = served.dialect.wire == "ollama"
        self._pieces: list[str] = []
        self._length = 0
        self._loops = LoopWatch()
        self._counts: tuple[int | None, int | None] = (None, None)
        self._is_last = False
        self.finish: FinishReason | None = None

    @property
    def text(self) -> str:
        """All that has been said."""
        # A character may have come in two halves, in two pieces.
        return spoken("".join(self._pieces))

    @property
    def is_over(self) -> bool:
        """Whether nothing is to come that is of use."""
        return self.finish is not None and (self._is_last or self.finish == "loop")

    @property
    def reading(self) -> Reading:
        """The whole."""
        prompt, output = self._counts
        return Reading(
            self.text, self.finish or "error", prompt_tokens=prompt, output_tokens=output
        )

    def take(self, line: bytes) -> str:
        """The text that a line adds.

        Raises:
            NoAnswerError: If the line is an error or nothing that can be understood.
        """
        data = self._data(line.strip())
        if data == _DONE:
            # The last event; some servers give no other reason for the end.
            self.finish = self.finish or finish_of("stop", self.text)
            self._is_last = True
            return ""
        if not data:
            return ""
        body = checked(decoded(data, self._secrets), self._served)
        piece, ended = self._ollama(body) if self._is_ollama else _openai(body)
        if any(counts := counts_of(body)):
            self._counts = counts
            self._is_last = self.finish is not None or ended is not None
        piece = piece.removesuffix(END_OF_SENTENCE)
        self._pieces.append(piece)
        self._length += len(piece)
        if self._length > MAX_CHARACTERS:
            raise too_long()
        if ended is not None:
            self.finish = finish_of(ended, self.text)
        elif self._loops.is_lost(self._length // _CHARACTERS, lambda: self.text):
            logger.warning("The answer ran in circles and was ended.")
            self.finish = "loop"
        return spoken(piece)

    def _data(self, line: bytes) -> bytes:
        if self._is_ollama:
            return line
        if not line.startswith(_EVENT):
            return b""
        return line.removeprefix(_EVENT).strip()

    def _ollama(self, body: dict[str, Any]) -> tuple[str, Any]:
        ended = body.get("done_reason", "stop") if body.get("done") else None
        return _content(body.get("message")), ended


def _openai(body: dict[str, Any]) -> tuple[str, Any]:
    choices = body.get("choices")
    if not isinstance(choices, list) or not choices or not isinstance(choices[0], dict):
        # The last event may hold nothing but token counts.
        return "", None
    return _content(choices[0].get("delta")), choices[0].get("finish_reason")


def _content(message: Any) -> str:
    return content_of(message) if isinstance(message, dict) else ""
