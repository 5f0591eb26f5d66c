"""Embeddings from an OpenAI-style server (`POST /v1/embeddings`): vLLM, TEI, Ollama, OpenAI."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from pydantic import SecretStr

from dsocr_integrations.errors import ConfigurationError, EmbedderUnavailableError
from dsocr_integrations.index.model_server import ModelServer
from dsocr_integrations.server_addresses import place

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True)
class ServerEmbedder:
    """A model behind an OpenAI-style `/v1/embeddings`; connects when first asked.

    Attributes:
        url: Base URL, with or without the trailing `/v1` or `/embeddings`; others, such as `/v2`,
            and queries are left as they are.
        model: Model name to ask for; the server's first model when empty.
        api_key: Bearer token; never shown.
        query_prefix: Put before each query, where the model wants one (`query: ` for E5).
        passage_prefix: The same for passages.
        batch_size: Texts in one request.
        timeout: Seconds for one answer.
        attempts: Tries while the server is busy or starting.
    """

    url: str = field(repr=False)
    model: str = ""
    api_key: SecretStr | None = None
    query_prefix: str = ""
    passage_prefix: str = ""
    batch_size: int = 64
    timeout: float = 60.0
    attempts: int = 5
    normalised: bool = field(default=False, init=False)

    def __post_init__(self) -> None:
        """Check what can be checked without the network.

        Raises:
            ConfigurationError: If the URL or the batch size cannot be used.
        """
        _ = self._server.base_url
        if self.batch_size < 1:
            raise ConfigurationError("A batch holds at least one text.")

    @cached_property
    def name(self) -> str:
        """Model and prefixes; asks the server for its first model if none is set.

        The address is left out: the same model served elsewhere gives the same vectors.
        """
        prefixes = [self.query_prefix, self.passage_prefix]
        return f"{self._model}{json.dumps(prefixes) if any(prefixes) else ''}"

    @cached_property
    def dimension(self) -> int:
        """Length of a vector, from one short request."""
        return len(self._vectors(["dimension"])[0])

    def embed_documents(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Embed passages, in batches; shape `(len(texts), dimension)`.

        Raises:
            EmbedderUnavailableError: If the server does not answer, or not with one vector of
                numbers of the same length for each text.
        """
        import numpy as np

        vectors: list[list[float]] = []
        for start in range(0, len(texts), self.batch_size):
            batch = texts[start : start + self.batch_size]
            vectors.extend(self._vectors([self.passage_prefix + text for text in batch]))
        if not vectors:
            return np.empty((0, self.dimension), dtype=np.float32)
        if len({len(vector) for vector in vectors}) != 1:
            raise self._unavailable("gave embeddings of several lengths")
        return np.asarray(vectors, dtype=np.float32)

    def embed_query(self, text: str) -> NDArray[np.float32]:
        """Embed a query; shape `(dimension,)`.

        Raises:
            EmbedderUnavailableError: As `embed_documents`.
        """
        import numpy as np

        return np.asarray(self._vectors([self.query_prefix + text])[0], dtype=np.float32)

    @cached_property
    def _model(self) -> str:
        return self.model or self._server.first_model

    @cached_property
    def _server(self) -> ModelServer:
        return ModelServer(
            self.url, "/embeddings", self.api_key, self.timeout, self.attempts, self._unavailable
        )

    def _vectors(self, texts: list[str]) -> list[list[float]]:
        body = {"model": self._model, "input": texts, "encoding_format": "float"}
        answer = self._server.ask(body)
        try:
            entries = sorted(answer["data"], key=lambda entry: int(entry["index"]))
            places = [int(entry["index"]) for entry in entries]
            vectors = [[float(value) for value in entry["embedding"]] for entry in entries]
        except (KeyError, TypeError, ValueError, OverflowError) as error:
            raise self._unavailable("gave no list of embeddings") from error
        if places != list(range(len(texts))) or not all(vectors):
            raise self._unavailable(f"gave {len(vectors)} embeddings for {len(texts)} texts")
        if not all(math.isfinite(value) for vector in vectors for value in vector):
            raise self._unavailable("gave values that are no finite numbers")
        return vectors

    def _unavailable(self, what: str) -> EmbedderUnavailableError:
        return EmbedderUnavailableError(
            f"The embedding server {place(self.url)} {what}.",
            remedy="Check that it runs and serves embeddings, its address, model and key.",
        )
