"""A process that reads pages for its parent, one after the other, until the parent lets go.

It is started as a program of its own and knows nothing of the parent's main module, so that it
starts the same whatever that is. What the parent says is pickled; the answers are a word and JSON.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from multiprocessing.connection import Connection

from dsocr_integrations import errors
from dsocr_integrations.engines.base import Engine, EngineSession, Reading, ReadRequest
from dsocr_integrations.parent_process import end_with_parent
from dsocr_integrations.records.documents import Page
from dsocr_integrations.rendering.open_documents import mupdf
from dsocr_integrations.runner import free_memory
from dsocr_integrations.runner.cache import PageCache
from dsocr_integrations.runner.page_keys import EngineFacts, PageSettings
from dsocr_integrations.runner.page_reading import PageReader

READY, PAGE, PAGE_ERROR = "ready", "page", "page_error"
"""First words of answers; any other one is the name of an error of this package."""


@dataclass(frozen=True)
class WorkerSetup:
    """What a worker needs to know once.

    Attributes:
        engine: The engine, which each worker opens for itself.
        facts: Facts about it.
        settings: How pages are read.
        cache: Where pages are recorded.
    """

    engine: Engine
    facts: EngineFacts
    settings: PageSettings
    cache: PageCache | None


def serve(parent: Connection) -> None:
    """Take the set-up and say when it is done, then answer every page."""
    # The parent's loop thread is meant, which lives until it has ended its workers itself.
    end_with_parent()
    try:
        reader = _reader(parent)
        _say(parent, READY)
        while True:
            record = asyncio.run(reader.read(parent.recv()))
            _say(parent, PAGE if isinstance(record, Page) else PAGE_ERROR, record.model_dump_json())
            free_memory.after_page()
    except errors.DsocrError as error:
        kind = next(one for one in type(error).mro() if one.__module__ == errors.__name__)
        _say(parent, kind.__name__, json.dumps([error.message, error.remedy]))
    except (EOFError, ConnectionError):
        return  # The parent has let go.


def _reader(parent: Connection) -> PageReader:
    """Open the engine and load the renderer, so that the first page is not charged for it."""
    try:
        setup: WorkerSetup = parent.recv()
        mupdf()
        session = setup.engine.open().__enter__()
    except (ImportError, AttributeError) as error:
        raise errors.EngineUnavailableError(
            f"A worker process cannot load the engine: {error}.",
            remedy="Keep its class in a module that can be imported, or read with workers=0.",
        ) from error
    return PageReader(setup.facts, setup.settings, setup.cache, _SynchronousAsk(session))


class _SynchronousAsk:
    """Puts requests to an open engine and waits; for a process that has nothing else to do."""

    def __init__(self, session: EngineSession) -> None:
        self._session = session

    async def __call__(self, request: ReadRequest) -> Reading:
        return self._session.submit(request).result()


def _say(parent: Connection, kind: str, record: str = "") -> None:
    parent.send_bytes(f"{kind}\n{record}".encode())
