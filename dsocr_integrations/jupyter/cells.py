"""The notebook around the widget: which cell runs, what it shows, and what it showed before."""

from __future__ import annotations

from typing import Any, Protocol
from uuid import uuid4
from weakref import ref


class Closable(Protocol):
    """What is closed when its cell runs again."""

    def close(self) -> None:
        """Take it from the notebook."""


_made: dict[str, tuple[str, list[ref[Closable]]]] = {}


def replace_former(made: Closable) -> None:
    """Close what the running cell made when it ran before, and remember what it makes now."""
    running = _running_cell()
    if running is None:
        return
    cell, execution = running
    former, widgets = _made.get(cell, ("", []))
    if former != execution:
        for widget in filter(None, (one() for one in widgets)):
            widget.close()
        widgets = []
    _made[cell] = (execution, [*widgets, ref(made)])


class Shown:
    """Outputs of a cell that may change after it has run."""

    def __init__(self, outputs: int) -> None:
        self._names = [uuid4().hex for _ in range(outputs)]

    def show(self, bundles: list[dict[str, Any]]) -> None:
        """Show each bundle, keyed by media type, as an output of its own."""
        self._publish(bundles, update=False)

    def update(self, bundles: list[dict[str, Any]]) -> None:
        """Show other bundles in their places."""
        self._publish(bundles, update=True)

    def _publish(self, bundles: list[dict[str, Any]], *, update: bool) -> None:
        from IPython.display import publish_display_data

        metadata = {"image/png": {"alt": "The first page with its boxes"}}
        for name, bundle in zip(self._names, bundles, strict=True):
            publish_display_data(  # type: ignore[no-untyped-call]
                bundle,
                metadata if "image/png" in bundle else {},
                transient={"display_id": name},
                update=update,
            )


def is_watched() -> bool:
    """Whether somebody can see the running cell, as opposed to a run of the notebook as a whole.

    Such runs, as of nbconvert, announce that there is nobody to ask.
    """
    return bool(_parent().get("content", {}).get("allow_stdin", True))


def _parent() -> dict[str, Any]:
    """The message that the running cell came with; empty outside notebooks."""
    from IPython.core.getipython import get_ipython

    return getattr(get_ipython(), "parent_header", None) or {}


def _running_cell() -> tuple[str, str] | None:
    """The id of the cell that runs, and of its run; not every notebook tells."""
    parent = _parent()
    cell = parent.get("metadata", {}).get("cellId")
    return (cell, parent["header"]["msg_id"]) if cell else None
