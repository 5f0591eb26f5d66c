"""The notebook around the widget: which cell runs, what it shows, and what it showed before."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import zip_longest
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


class UpdatedOutputs:
    """Outputs of cells that change after the cells have run.

    Args:
        count: How many a cell gets.
        made: Makes them: bundles keyed by media type, one an output.
    """

    def __init__(self, count: int, made: Callable[[], list[dict[str, Any]]]) -> None:
        self._count, self._made = count, made
        self._names: list[str] = []

    def show(self) -> None:
        """Show them in the running cell, too."""
        names = [uuid4().hex for _ in range(self._count)]
        show_outputs(self._made(), names)
        self._names += names

    def update(self) -> None:
        """Make them anew wherever they are shown."""
        if self._names:
            cells = len(self._names) // self._count
            show_outputs(self._made() * cells, self._names, update=True)


def show_outputs(
    bundles: Sequence[dict[str, Any]], names: Sequence[str] = (), *, update: bool = False
) -> None:
    """Show bundles, keyed by media type, as outputs of the running cell.

    Args:
        bundles: What to show.
        names: Names by which they can be changed later, one a bundle; none for what stays.
        update: Change what was shown under these names.
    """
    from IPython.display import publish_display_data

    metadata = {"image/png": {"alt": "The first page with its boxes"}}
    for bundle, name in zip_longest(bundles, names):
        publish_display_data(  # type: ignore[no-untyped-call]
            bundle,
            metadata if "image/png" in bundle else {},
            transient={"display_id": name} if name else {},
            update=update,
        )


def answer_beside_cells(comm: Any) -> None:
    """Let questions that come through a comm be answered while a cell runs.

    From 7.4 on, ipykernel leads answers to where the last message was sent from. After one from a
    cell or from the reading, pages would be turned when the cells have run.
    """
    if hasattr(comm, "_reply_subshell_id"):
        del comm._reply_subshell_id  # noqa: SLF001 - there is no public way


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
