"""Documents for an event loop, in each of the ways in which LlamaIndex's users take them."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Generator, Iterator
from dataclasses import dataclass
from typing import Any

from llama_index.core.schema import Document


@dataclass(frozen=True)
class AsyncDocuments:
    """Documents as they are read: by `async for`, which leaves the event loop free.

    LlamaIndex's own readers give what must be awaited, for something to be iterated by `for`. So
    awaiting this gives itself, and `for` reads too, in the thread of the loop.

    Attributes:
        stream: Begins to read for `async for`.
        read: Begins to read for `for`.
    """

    stream: Callable[[], AsyncGenerator[Document, None]]
    read: Callable[[], Iterator[Document]]

    def __aiter__(self) -> AsyncIterator[Document]:
        return self.stream()

    def __iter__(self) -> Iterator[Document]:
        return self.read()

    def __await__(self) -> Generator[Any, None, AsyncDocuments]:
        return self._itself().__await__()

    async def _itself(self) -> AsyncDocuments:
        return self
