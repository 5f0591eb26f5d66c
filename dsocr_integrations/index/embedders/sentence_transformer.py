"""A sentence-transformers model by name or folder, from files that are already here."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from functools import cached_property
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from dsocr_integrations.errors import EmbedderUnavailableError, MissingDependencyError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class SentenceTransformerEmbedder:
    """A sentence-transformers model on the CPU or GPU it chooses; loaded on first use.

    Args:
        model: Name on the hub, or a folder.
        allow_download: Fetch the model if it is not in the local files; code that comes with
            a model is never run.
    """

    normalised = True

    def __init__(self, model: str, *, allow_download: bool = False) -> None:
        # A folder's place on this machine is no part of the model.
        named = PurePath(model).name if PurePath(model).is_absolute() else model
        self.name = f"sentence-transformers/{named}"
        self._where = model
        self._allow_download = allow_download
        self._model: Any = None
        self._lock = threading.Lock()

    @cached_property
    def dimension(self) -> int:
        """Length of a vector, from embedding one word; loads the model.

        Raises:
            MissingDependencyError: If sentence-transformers is not installed.
            EmbedderUnavailableError: If the model is not there.
        """
        return len(self.embed_query("dimension"))

    def embed_documents(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Embed passages, with the model's own prompt for them; shape `(len(texts), dimension)`.

        Raises:
            MissingDependencyError: If sentence-transformers is not installed.
            EmbedderUnavailableError: If the model is not there.
        """
        with self._lock:
            return self._encoded(self._load().encode_document, list(texts))

    def embed_query(self, text: str) -> NDArray[np.float32]:
        """Embed a query, with the model's own prompt for queries; shape `(dimension,)`.

        Raises:
            MissingDependencyError: If sentence-transformers is not installed.
            EmbedderUnavailableError: If the model is not there.
        """
        with self._lock:
            return self._encoded(self._load().encode_query, text)

    def _encoded(self, encode: Any, what: str | list[str]) -> NDArray[np.float32]:
        import numpy as np

        found = encode(what, normalize_embeddings=True, show_progress_bar=False)
        return np.asarray(found, dtype=np.float32)

    def _load(self) -> Any:
        if self._model is not None:
            return self._model
        try:
            from sentence_transformers import SentenceTransformer
        except ImportError as error:
            raise MissingDependencyError(
                "The package sentence-transformers is not installed.",
                remedy="Run: pip install sentence-transformers",
            ) from error
        try:
            self._model = SentenceTransformer(
                self._where,
                local_files_only=not self._allow_download,
                trust_remote_code=False,
            )
        except (OSError, ValueError) as error:
            raise EmbedderUnavailableError(
                f"The sentence-transformers model {self.name} cannot be loaded"
                f" ({type(error).__name__}).",
                remedy="Give its folder, or put it into the local hub cache first; it is not"
                " downloaded unasked.",
            ) from error
        return self._model
