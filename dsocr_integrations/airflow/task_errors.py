"""How our errors end a task: whether it is tried again, and what its log says."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from dsocr_integrations.airflow.compat import AirflowException, AirflowFailException
from dsocr_integrations.airflow.wording import told


@contextmanager
def ending_the_task() -> Iterator[None]:
    """Raise what Airflow understands in place of our errors.

    Raises:
        AirflowException: If another try may help: an unreachable server, time limits, downloads.
        AirflowFailException: If none will: broken settings, an index of another engine.
    """
    from dsocr_integrations.errors import (
        CacheUnavailableError,
        DownloadError,
        DsocrError,
        EngineUnavailableError,
        IndexUnavailableError,
    )

    passing = (CacheUnavailableError, DownloadError, EngineUnavailableError, IndexUnavailableError)
    try:
        yield
    # The errors themselves may hold what a server repeated of a key; Airflow prints causes.
    except passing as error:
        raise AirflowException(told(error)) from None
    except DsocrError as error:
        raise AirflowFailException(told(error)) from None
