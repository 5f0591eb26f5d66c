"""Commands that fill an output folder and an index: `ingest`, `retry`."""

from __future__ import annotations

from typing import Annotated

import typer

from dsocr_integrations.cli import options
from dsocr_integrations.cli.commands.app import app, settings_from


@app.command()
def ingest(
    sources: Annotated[list[str], typer.Argument(help="Files, folders, globs or URLs.")],
    output: Annotated[str, typer.Option("--output", "-o", help="Output folder or fsspec URL.")],
    index: options.Index = None,
    pages: options.Pages = None,
    engine: options.Engine = None,
    mode: options.Mode = None,
    model: options.Model = None,
    workers: options.Workers = None,
    languages: options.Languages = None,
    layout: options.Layout = None,
    password_file: options.PasswordFile = None,
    page_furniture: options.Furniture = None,
    cache: options.Cache = None,
    prune: Annotated[
        bool, typer.Option("--prune", help="Remove what is in the folders no more.")
    ] = False,
    attachments: options.Attachments = None,
    allow_mixed_engines: options.MixedEngines = False,
    header: options.Header = None,
    storage_option: options.StorageOption = None,
    quiet: options.Quiet = False,
) -> None:
    """Read sources into an output folder and, with --index, make them searchable."""
    from dsocr_integrations.cli import ingesting
    from dsocr_integrations.cli.access import Access

    settings = settings_from(
        engine=engine, mode=mode, model=model, workers=workers, cache=cache, index=index,
        password_file=password_file, page_furniture=page_furniture,
        languages=languages, layout=layout, attachments=attachments,
    )  # fmt: skip
    code = ingesting.ingest(
        sources, output, settings, pages=pages, prune=prune, mixed=allow_mixed_engines,
        quiet=quiet, access=Access.of(header, storage_option),
    )  # fmt: skip
    raise typer.Exit(code)


@app.command()
def retry(
    folder: Annotated[str, typer.Argument(help="Output folder of an earlier ingest.")],
    index: options.Index = None,
    engine: options.Engine = None,
    model: options.Model = None,
    password_file: options.PasswordFile = None,
    cache: options.Cache = None,
    allow_mixed_engines: options.MixedEngines = False,
    header: options.Header = None,
    storage_option: options.StorageOption = None,
    quiet: options.Quiet = False,
) -> None:
    """Read again only what failed in an output folder."""
    from dsocr_integrations.cli import ingesting
    from dsocr_integrations.cli.access import Access

    settings = settings_from(
        engine=engine, model=model, cache=cache, index=index, password_file=password_file
    )
    access = Access.of(header, storage_option)
    code = ingesting.retry(folder, settings, mixed=allow_mixed_engines, quiet=quiet, access=access)
    raise typer.Exit(code)
