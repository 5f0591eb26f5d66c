"""Scores from a server's `POST /v1/rerank`, as Jina, Cohere, vLLM and llama.cpp answer it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from pydantic import SecretStr

from dsocr_integrations.errors import RerankerUnavailableError
from dsocr_integrations.index.model_server import ModelServer
from dsocr_integrations.server_addresses import place


@dataclass(frozen=True)
class ServerReranker:
    """A cross-encoder behind a server; connects when first asked.

    Attributes:
        url: Base URL, with or without the trailing `/v1` or `/rerank`.
        model: Model name to ask for; the server's first model when empty.
        api_key: Bearer token; never shown.
        batch_size: Passages in one request.
        timeout: Seconds for one answer.
        attempts: Tries while the server is busy or starting.
    """

    url: str = field(repr=False)
    model: str = ""
    api_key: SecretStr | None = None
    batch_size: int = 64
    timeout: float = 60.0
    attempts: int = 5

    def __post_init__(self) -> None:
        """Check what can be checked without the network.

        Raises:
            ConfigurationError: If the URL cannot be used.
        """
        _ = self._server.base_url

    def __call__(self, query: str, passages: Sequence[str], /) -> list[float]:
        """Score each passage; more is better.

        Raises:
            RerankerUnavailableError: If the server does not answer, or not with one number for
                each passage.
        """
        return [
            score
            for start in range(0, len(passages), self.batch_size)
            for score in self._scores(query, passages[start : start + self.batch_size])
        ]

    @cached_property
    def _server(self) -> ModelServer:
        return ModelServer(
            self.url, "/rerank", self.api_key, self.timeout, self.attempts, self._unavailable
        )

    def _scores(self, query: str, passages: Sequence[str]) -> list[float]:
        model = self.model or self._server.first_model
        answer = self._server.ask({"model": model, "query": query, "documents": list(passages)})
        try:
            scores = {int(one["index"]): float(one["relevance_score"]) for one in answer["results"]}
        except (KeyError, TypeError, ValueError, OverflowError) as error:
            raise self._unavailable("gave no list of scores") from error
        if sorted(scores) != list(range(len(passages))):
            raise self._unavailable(f"gave {len(scores)} scores for {len(passages)} passages")
        return [scores[at] for at in range(len(passages))]

    def _unavailable(self, what: str) -> RerankerUnavailableError:
        return RerankerUnavailableError(
            f"The reranking server {place(self.url)} {what}.",
            remedy="Check that it runs and serves /v1/rerank, its address, model and key.",
        )
