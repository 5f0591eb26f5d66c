"""What `dsocr export` does."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from dsocr_integrations.cli.outcomes import ExitCode, say, tell
from dsocr_integrations.disk_room import place_named
from dsocr_integrations.settings import DEFAULT_INDEX

if TYPE_CHECKING:
    from dsocr_integrations.export import ExportFormat
    from dsocr_integrations.passages import Passage
    from dsocr_integrations.settings import Settings


def export(
    settings: Settings,
    folder: str | None,
    form: ExportFormat,
    output: Path | None,
    source: str | None,
) -> ExitCode:
    """Write the passages of an index or output folder as lines of JSON."""
    from dsocr_integrations.export import passages_of_folder, passages_of_index

    if folder is not None:
        from dsocr_integrations.output import OutputFolder

        return _written(passages_of_folder(OutputFolder(folder), source), form, output)
    from dsocr_integrations.index import open_index

    with open_index(settings.index or DEFAULT_INDEX, embedder="none", create=False) as index:
        return _written(passages_of_index(index, source), form, output)


def _written(passages: Iterable[Passage], form: ExportFormat, output: Path | None) -> ExitCode:
    from dsocr_integrations.export import export_lines

    count = 0
    if output is None:
        for line in export_lines(passages, form):
            say(line)
            count += 1
    else:
        with place_named(output), output.open("w", encoding="utf-8") as file:
            for line in export_lines(passages, form):
                file.write(f"{line}\n")
                count += 1
    tell(f"{count} passages.")
    return ExitCode.ALL_READ
