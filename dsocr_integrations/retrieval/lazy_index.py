"""An index that is opened when it is first asked, by its place or as it is."""

from __future__ import annotations

import threading
import weakref
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dsocr_integrations.errors import ConfigurationError
from dsocr_integrations.index import open_index
from dsocr_integrations.index.base import Index
from dsocr_integrations.index.rerankers import RerankerLike
from dsocr_integrations.pickling import checked_state
from dsocr_integrations.runner.event_loops import called_without_blocking
from dsocr_integrations.settings import DEFAULT_INDEX, load_settings

if TYPE_CHECKING:
    from dsocr_integrations.index.embedders.loading import EmbedderLike

IndexLike = Index | str | Path | None
"""An open index; the folder, file or PostgreSQL URL of one; or `None` for the configured one."""


class LazyIndex:
    """An index for doors that are made before anybody asks, and that may travel meanwhile.

    What it opened is closed when nobody holds it any more, if nobody did so before.

    Args:
        index: What to open. An open index is the caller's to close.
        embedder: Turns queries into vectors, as `open_index` takes it; as configured by default.
        reranker: Orders the best hits of a search anew, as `open_index` takes it.

    Raises:
        ConfigurationError: If an open index is given with an embedder or a reranker.
    """

    def __init__(
        self,
        index: IndexLike = None,
        *,
        embedder: EmbedderLike | None = None,
        reranker: RerankerLike | None = None,
    ) -> None:
        given = None if index is None or isinstance(index, str | Path) else index
        if given is not None and (embedder is not None or reranker is not None):
            raise ConfigurationError(
                "An open index has its own embedder and reranker.",
                remedy="Give them to open_index, or pass where the index lies.",
            )
        self._place = str(index) if isinstance(index, str | Path) else None
        self._given = given
        self._embedder = embedder
        self._reranker = reranker
        self._begin()

    def _begin(self) -> None:
        self._opened: Index | None = None
        self._closing: weakref.finalize[..., LazyIndex] | None = None
        self._lock = threading.Lock()

    def open(self) -> Index:
        """The index, opened by the first call.

        Raises:
            ConfigurationError: If there is none.
            IndexMismatchError: If it was built with another embedder.
            IndexUnavailableError: If its database cannot be reached.
        """
        if self._given is not None:
            return self._given
        with self._lock:
            if self._opened is None:
                settings = load_settings(index=self._place)
                self._opened = open_index(
                    settings.index or DEFAULT_INDEX,
                    embedder=settings.embedder if self._embedder is None else self._embedder,
                    create=False,
                    reranker=self._reranker,
                )
                self._closing = weakref.finalize(self, self._opened.close)
            return self._opened

    async def aopen(self) -> Index:
        """As `open`, without blocking the event loop."""
        return await called_without_blocking(self.open) if self._opened is None else self._opened

    def close(self) -> None:
        """Close the index if it was opened here; the next question opens it again."""
        with self._lock:
            if self._closing is not None:
                self._closing()
                self._opened = self._closing = None

    def __getstate__(self) -> dict[str, Any]:
        """What is pickled: how it is opened.

        Raises:
            ConfigurationError: If an open index was given, or a part that cannot be pickled.
        """
        kept = {name: value for name, value in vars(self).items() if name not in _NOT_PICKLED}
        return checked_state("The index", kept)

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Not opened yet, wherever it is loaded."""
        vars(self).update(state)
        self._begin()


_NOT_PICKLED = frozenset({"_opened", "_closing", "_lock"})
