"""The index that a task keeps in step, by what it is told and what its worker is set to."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

from dsocr_integrations.airflow.index_connection import index_address
from dsocr_integrations.airflow.task_sources import absolute
from dsocr_integrations.index import open_index

if TYPE_CHECKING:
    from dsocr_integrations.index.base import Index
    from dsocr_integrations.settings import Settings


class IndexingTask(Protocol):
    """What an operator says of its index, as `DeepSeekOCROperator` describes it."""

    index: str | None
    index_conn_id: str | None
    embedder: str | None
    allow_mixed_engines: bool


def index_place(task: IndexingTask, settings: Settings) -> str | None:
    """Where a task's index is; nothing, or an empty text, where it has none.

    Args:
        task: The operator with its rendered fields.
        settings: Say where it is unless the operator does.

    Raises:
        ConfigurationError: If a template gave no name, it is a relative path, or its connection
            leads to no database.
    """
    # As with other connections, a template may give an empty text for none.
    if task.index_conn_id:
        return index_address(task.index_conn_id, task.index)
    # An empty text is the way to have none, whatever the worker's settings say.
    place = absolute(task.index, field="index") if task.index else task.index
    return settings.index if place is None else place


@contextmanager
def opened_index(
    task: IndexingTask, settings: Settings, *, vectors: str | None
) -> Iterator[Index | None]:
    """Open a task's index for writing, where it has one.

    Args:
        task: The operator with its rendered fields.
        settings: Say what the operator leaves open.
        vectors: Folder of the cached vectors.

    Raises:
        DsocrError: As `open_index`.
    """
    place = index_place(task, settings)
    if not place:
        yield None
        return
    with open_index(
        place,
        embedder=settings.embedder if task.embedder is None else task.embedder,
        allow_mixed_engines=task.allow_mixed_engines,
        vector_cache=vectors or False,
    ) as index:
        yield index
