"""Documents for an event loop, in both of the ways in which LlamaIndex's users take them."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Generator
from contextlib import aclosing
from typing import Any

from llama_index.core.schema import Document


class AsyncDocuments:
    """Documents as they are read, by `async for`; or all of them, by `await`.

    Args:
        documents: Gives each document once it has been read.
    """

    def __init__(self, documents: AsyncGenerator[Document, None]) -> None:
        self._documents = documents

    def __aiter__(self) -> AsyncIterator[Document]:
        return self._documents

    def __await__(self) -> Generator[Any, None, list[Document]]:
        return self._all().__await__()

    async def _all(self) -> list[Document]:
        async with aclosing(self._documents) as documents:
            return [document async for document in documents]
