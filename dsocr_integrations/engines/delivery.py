"""Hands an answer to whoever still waits for it."""

from __future__ import annotations

from concurrent.futures import Future

from dsocr_integrations.engines.base import Reading


def deliver(future: Future[Reading], result: Reading | Exception) -> None:
    """Complete a future unless it has been cancelled; to be called once."""
    if not future.set_running_or_notify_cancel():
        return
    if isinstance(result, Reading):
        future.set_result(result)
    else:
        future.set_exception(result)
