"""A progress bar on stderr: pages, pages a second, time left."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from dsocr_integrations.cli.outcomes import on_one_line

if TYPE_CHECKING:
    from dsocr_integrations.runner.progress import Progress as PageProgress


@contextmanager
def page_bar(*, quiet: bool) -> Iterator[Callable[[PageProgress], None] | None]:
    """Show a bar for as long as the block runs.

    Args:
        quiet: Show nothing; also the choice when stderr is no terminal.

    Yields:
        The callback to give to a runner, or `None` where nothing is shown.
    """
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
    from rich.progress import TimeRemainingColumn as TimeLeft

    console = Console(stderr=True)
    if quiet or not console.is_terminal:
        yield None
        return
    columns = (
        TextColumn("{task.description}", style="progress.description", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[speed]}"),
        TimeLeft(),
    )
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("opening", total=None, speed="")

        def show(progress: PageProgress) -> None:
            failed = f", {progress.failed} failed" if progress.failed else ""
            bar.update(
                task,
                description=on_one_line(progress.source)[-40:],
                completed=progress.done + progress.failed,
                total=progress.total,
                speed=f"{progress.pages_per_second:.2f} pages/s{failed}",
            )

        yield show
