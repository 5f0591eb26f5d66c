"""What `dsocr view`, `modes`, `doctor` and `cache` print."""

from __future__ import annotations

import json
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from dsocr_integrations.cli.outcomes import ExitCode, outcome, tell

if TYPE_CHECKING:
    from dsocr_integrations.runner.cache import PageCache
    from dsocr_integrations.settings import Settings

A4_AT_144_DPI = (1191, 1684)


def modes() -> None:
    """Print each mode with its cost on an A4 page at 144 dpi."""
    from rich.console import Console
    from rich.table import Column, Table

    from dsocr_integrations.modes import MODES

    model = Column("model", no_wrap=True)
    table = Table("mode", model, "global view", "tiles", "tokens", "valid", "public weights")
    for mode in MODES.values():
        tokens = mode.vision_tokens(*A4_AT_144_DPI)
        tiles = f"{tokens.tiles} of {mode.tile_size} px" if mode.tiled else "none"
        table.add_row(
            mode.name,
            mode.model,
            f"{mode.base_size} px, {mode.resize}",
            tiles,
            str(tokens.placeholders),
            str(tokens.valid),
            "yes" if mode.in_public_weights else "no",
        )
    table.caption = "Tokens of an A4 page at 144 dpi (1191 x 1684 pixels)."
    Console().print(table)


def doctor(settings: Settings, *, as_json: bool) -> None:
    """Print the findings, missing parts with their remedy."""
    from dsocr_integrations.doctor import examine

    findings = list(examine(settings))
    if as_json:
        for finding in findings:
            print(json.dumps(asdict(finding), ensure_ascii=False))
        return
    from rich.console import Console
    from rich.table import Column, Table
    from rich.text import Text

    table = Table("part", "needed for", Column("found", overflow="fold"))
    for finding in findings:
        state = finding.found or finding.problem or "missing"
        found = Text(state, style="green" if finding.present else "yellow")
        table.add_row(finding.part, finding.purpose, found)
    console = Console()
    console.print(table)
    if remedies := [finding for finding in findings if finding.remedy]:
        console.print("To add or mend what is missing:")
    for finding in remedies:
        # On a line of its own, however long: a command must not be cut to a column's width.
        console.print(Text(f"  {finding.part}: {finding.remedy}"), soft_wrap=True)


def view_file(
    file: str, output: Path | None, settings: Settings, *, pages: str | None, quiet: bool
) -> tuple[Path, ExitCode]:
    """Read a file and write its offline HTML page, beside the working folder's files."""
    from dsocr_integrations.cli.reading import runner_for_one
    from dsocr_integrations.preview.html import write_html
    from dsocr_integrations.preview.pictures import images_of_regions
    from dsocr_integrations.sources import resolve_source

    find = partial(resolve_source, file, pages=pages, settings=settings)
    with runner_for_one(settings, find, quiet=quiet) as (runner, source):
        document = runner.read(source)
    path = write_html(
        document, output or Path(f"{Path(file).name}.html"), images=images_of_regions(source)
    )
    tell(f"Wrote {path} with {len(document.pages)} page{'s' * (len(document.pages) != 1)}.")
    return path, outcome(len(document.pages), len(document.errors))


def view_folder(folder: str, output: Path | None) -> tuple[Path, ExitCode]:
    """Write the offline HTML page of an output folder."""
    from dsocr_integrations.output import OutputFolder
    from dsocr_integrations.output.folder_names import VIEW_FILE
    from dsocr_integrations.preview.folder import write_folder_html

    given = OutputFolder(folder)
    given.expect_content()
    path = output or Path(folder) / VIEW_FILE
    documents = write_folder_html(given, path)
    tell(f"Wrote {path} with {documents} document{'s' * (documents != 1)}.")
    return path, ExitCode.ALL_READ if documents else ExitCode.NOTHING_READ


def cache_info(settings: Settings) -> None:
    """Print place, entries and size of the cache."""
    info = _cache(settings).info()
    print(json.dumps(asdict(info)))


def cache_clear(settings: Settings) -> None:
    """Empty the cache and say how much went."""
    forgotten = _cache(settings).clear()
    print(
        f"Forgot {forgotten.pages} pages, {forgotten.readings} readings and all vectors"
        f" of {forgotten.root}."
    )


def _cache(settings: Settings) -> PageCache:
    from dsocr_integrations.errors import ConfigurationError
    from dsocr_integrations.runner.cache import PageCache

    if not settings.cache:
        raise ConfigurationError("The cache is turned off.", remedy="Unset DSOCR_CACHE.")
    return PageCache(settings.cache)
