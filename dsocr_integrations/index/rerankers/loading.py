"""From a name or a callable to a reranker."""

from __future__ import annotations

from urllib.parse import urldefrag

from pydantic import SecretStr

from dsocr_integrations.errors import ConfigurationError
from dsocr_integrations.index.reranking import Reranker

RerankerLike = str | Reranker

CROSS_ENCODER = "cross-encoder:"


def load_reranker(
    reranker: RerankerLike | None, *, api_key: SecretStr | None = None
) -> Reranker | None:
    """Turn a name into a reranker.

    Args:
        reranker: `"cross-encoder:NAME"` for a model that is already on this machine, by its name
            on the hub or its folder; the URL of a server with `/v1/rerank`, with the model after
            a `#` (`http://host:8000/v1#bge-reranker-v2-m3`; its first model without); or a
            callable, which is returned as it is.
        api_key: Bearer token for a server; the setting `reranker_api_key` by default.

    Raises:
        ConfigurationError: If nothing of that name is known.
    """
    if not isinstance(reranker, str):
        return reranker
    if reranker.startswith(CROSS_ENCODER):
        from dsocr_integrations.index.rerankers.cross_encoder import CrossEncoderReranker

        return CrossEncoderReranker(reranker.removeprefix(CROSS_ENCODER))
    if reranker.startswith(("http://", "https://")):
        from dsocr_integrations.index.rerankers.server import ServerReranker
        from dsocr_integrations.settings import load_settings

        url, model = urldefrag(reranker)
        key = api_key or load_settings().reranker_api_key
        return ServerReranker(url, model=model, api_key=key)
    raise ConfigurationError(
        f"No reranker is called {reranker!r}.",
        remedy="Use 'cross-encoder:NAME' or a server's URL, or pass a callable.",
    )
