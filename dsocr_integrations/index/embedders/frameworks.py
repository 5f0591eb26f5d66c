"""Embedders of LangChain and LlamaIndex, taken as they are."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from langchain_core.embeddings import Embeddings
    from llama_index.core.base.embeddings.base import BaseEmbedding
    from numpy.typing import NDArray

_MODEL_ATTRIBUTES = ("model", "model_name", "model_id", "deployment")


class LangChainEmbedder:
    """Any LangChain `Embeddings`.

    Args:
        embeddings: The embeddings.
        name: Model and version, as an index remembers them; by default the class and, where
            it has one, its model's name.
    """

    normalised = False

    def __init__(self, embeddings: Embeddings, *, name: str | None = None) -> None:
        self._embeddings = embeddings
        self.name = name or f"langchain/{_named(embeddings)}"

    @cached_property
    def dimension(self) -> int:
        """Length of a vector, from embedding one word."""
        return len(self._embeddings.embed_query("dimension"))

    def embed_documents(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Embed passages; shape `(len(texts), dimension)`."""
        return _matrix(self._embeddings.embed_documents(list(texts)))

    def embed_query(self, text: str) -> NDArray[np.float32]:
        """Embed a query; shape `(dimension,)`."""
        return _matrix(self._embeddings.embed_query(text))


class LlamaIndexEmbedder:
    """Any LlamaIndex `BaseEmbedding`.

    Args:
        embedding: The embedding model.
        name: Model and version, as an index remembers them; by default the class and its
            model's name.
    """

    normalised = False

    def __init__(self, embedding: BaseEmbedding, *, name: str | None = None) -> None:
        self._embedding = embedding
        self.name = name or f"llama-index/{_named(embedding)}"

    @cached_property
    def dimension(self) -> int:
        """Length of a vector, from embedding one word."""
        return len(self._embedding.get_query_embedding("dimension"))

    def embed_documents(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Embed passages; shape `(len(texts), dimension)`."""
        return _matrix(self._embedding.get_text_embedding_batch(list(texts)))

    def embed_query(self, text: str) -> NDArray[np.float32]:
        """Embed a query; shape `(dimension,)`."""
        return _matrix(self._embedding.get_query_embedding(text))


def _named(model: object) -> str:
    """Name a model by its class and the first attribute that names its weights."""
    names = (getattr(model, attribute, None) for attribute in _MODEL_ATTRIBUTES)
    weights = next((name for name in names if isinstance(name, str) and name), None)
    kind = type(model).__name__
    return kind if weights is None else f"{kind}/{weights}"


def _matrix(values: Any) -> NDArray[np.float32]:
    import numpy as np

    return np.asarray(values, dtype=np.float32)
