"""An interrupted wait, told in one line where Python would tell where it waited."""

from __future__ import annotations


class ReadingInterrupted(KeyboardInterrupt):
    """Waiting for a reading was interrupted; what was read is kept."""

    def _render_traceback_(self) -> list[str]:
        return [f"Interrupted. {self} The widget and its document keep them."]
