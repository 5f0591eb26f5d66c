"""From a setting or an object to an embedder."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING, Any
from urllib.parse import urldefrag

from pydantic import SecretStr

from dsocr_integrations.errors import ConfigurationError
from dsocr_integrations.index.embedders.base import Embedder
from dsocr_integrations.index.embedders.local import LOCAL_EMBEDDER_PACKAGE, LocalEmbedder

if TYPE_CHECKING:
    from langchain_core.embeddings import Embeddings
    from llama_index.core.base.embeddings.base import BaseEmbedding

    EmbedderLike = str | Embedder | Embeddings | BaseEmbedding

SENTENCE_TRANSFORMERS = "sentence-transformers:"


def load_embedder(
    embedder: EmbedderLike | None, *, api_key: SecretStr | None = None
) -> Embedder | None:
    """Turn a setting or an object into an embedder.

    Args:
        embedder: `None` or `"none"` for lexical search; `"local"` for `LocalEmbedder`;
            `"auto"` for it where its wheel is installed; the URL of an OpenAI-style server,
            with the model after a `#` (`http://host:8000/v1#bge-m3`; its first model without);
            `"sentence-transformers:NAME"` for a model that is already on this machine; a
            LangChain `Embeddings`; a LlamaIndex `BaseEmbedding`; or an `Embedder`, which is
            returned as it is.
        api_key: Bearer token for a server; the setting `embedder_api_key` by default.

    Raises:
        ConfigurationError: If nothing of that name is known, or the object is no embedder.
    """
    if embedder is None:
        return None
    if isinstance(embedder, str):
        return _named(embedder, api_key)
    return _adapted(embedder)


def _named(name: str, api_key: SecretStr | None) -> Embedder | None:
    if name == "none" or (name == "auto" and not local_embedder_installed()):
        return None
    if name in {"local", "auto"}:
        return LocalEmbedder()
    if name.startswith(SENTENCE_TRANSFORMERS):
        from dsocr_integrations.index.embedders.sentence_transformer import (
            SentenceTransformerEmbedder,
        )

        return SentenceTransformerEmbedder(name.removeprefix(SENTENCE_TRANSFORMERS))
    if name.startswith(("http://", "https://")):
        from dsocr_integrations.index.embedders.server import ServerEmbedder
        from dsocr_integrations.settings import load_settings

        url, model = urldefrag(name)
        key = api_key or load_settings().embedder_api_key
        return ServerEmbedder(url, model=model, api_key=key)
    raise ConfigurationError(
        f"No embedder is called {name!r}.",
        remedy="Use 'auto', 'local', 'none', 'sentence-transformers:NAME' or a server's URL, or"
        " pass an embedder.",
    )


def _adapted(embedder: Any) -> Embedder:
    """Tell the kinds apart by what they can do, so that no framework is imported for it."""
    # `dimension` is not looked up on the object: it may have to ask its model.
    if hasattr(type(embedder), "dimension") or "dimension" in getattr(embedder, "__dict__", {}):
        known: Embedder = embedder
        return known
    from dsocr_integrations.index.embedders.frameworks import LangChainEmbedder, LlamaIndexEmbedder

    if hasattr(embedder, "embed_documents") and hasattr(embedder, "embed_query"):
        return LangChainEmbedder(embedder)
    if hasattr(embedder, "get_text_embedding_batch") and hasattr(embedder, "get_query_embedding"):
        return LlamaIndexEmbedder(embedder)
    raise ConfigurationError(
        f"A {type(embedder).__name__} is no embedder.",
        remedy="Pass an Embedder, a LangChain Embeddings or a LlamaIndex BaseEmbedding.",
    )


def local_embedder_installed() -> bool:
    """Whether the wheel of the local embedder is there; it is not imported."""
    return find_spec(LOCAL_EMBEDDER_PACKAGE) is not None
