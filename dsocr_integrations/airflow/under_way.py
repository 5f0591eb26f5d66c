"""What a task is in the middle of, and how it is told to end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dsocr_integrations.airflow.compat import AirflowException

if TYPE_CHECKING:
    from types import TracebackType


class _ToldToEndError(BaseException):
    """Goes past what catches exceptions, wherever the task is."""


class UnderWay:
    """The time in which a task works; to be used in a `with` block.

    Airflow calls `on_kill` on SIGTERM, in the thread that executes, and expects the task to come to
    its end by itself; it calls it after a time limit too, when that end has come.
    """

    def __init__(self) -> None:
        self._is_running = False

    def end(self) -> None:
        """End what is under way, if anything is; for `on_kill`."""
        if self._is_running:
            self._is_running = False
            raise _ToldToEndError

    def __enter__(self) -> None:
        self._is_running = True

    def __exit__(
        self, kind: type[BaseException] | None, error: object, trace: TracebackType | None
    ) -> None:
        self._is_running = False
        if kind is _ToldToEndError:
            raise AirflowException("The task was told to end; what it has read is kept.") from None
