"""Commands that read: `read`, `figure`, `parse`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from dsocr_integrations.cli import options
from dsocr_integrations.cli.commands.app import app, settings_from


@app.command()
def read(
    file: Annotated[str, typer.Argument(help="File or URL.")],
    pages: options.Pages = None,
    form: Annotated[
        options.ReadFormat, typer.Option("--format", help="What to print.")
    ] = options.ReadFormat.MD,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            help="Folder for the document, its pictures and chunks; stdout without.",
        ),
    ] = None,
    engine: options.Engine = None,
    mode: options.Mode = None,
    prompt: options.Prompt = None,
    stream: Annotated[
        bool, typer.Option("--stream", help="Print the raw answer as it comes, unchecked.")
    ] = False,
    model: options.Model = None,
    workers: options.Workers = None,
    languages: options.Languages = None,
    layout: options.Layout = None,
    password_file: options.PasswordFile = None,
    page_furniture: options.Furniture = None,
    cache: options.Cache = None,
    header: options.Header = None,
    storage_option: options.StorageOption = None,
    attachments: options.Attachments = None,
    quiet: options.Quiet = False,
) -> None:
    """Read one document: markdown, JSON, chunks or the engine's raw answer."""
    from dsocr_integrations.cli import reading, streaming
    from dsocr_integrations.cli.access import Access

    if stream and (
        output is not None or form not in {options.ReadFormat.MD, options.ReadFormat.RAW}
    ):
        raise typer.BadParameter("--stream prints raw answers; leave --output and --format out.")
    settings = settings_from(
        engine=engine, mode=mode, prompt=prompt, model=model, workers=workers, cache=cache,
        password_file=password_file, page_furniture=page_furniture,
        languages=languages, layout=layout, attachments=attachments,
    )  # fmt: skip
    given: dict[str, Any] = {"pages": pages, "storage_options": Access.of(header, storage_option)}
    if stream:
        raise typer.Exit(streaming.stream(file, settings, **given))
    raise typer.Exit(reading.read(file, form.value, output, settings, quiet=quiet, **given))


@app.command()
def figure(
    files: Annotated[list[str], typer.Argument(help="Images, or PDFs with one figure a page.")],
    as_json: options.AsJson = False,
    engine: options.Engine = None,
    model: options.Model = None,
    cache: options.Cache = None,
    quiet: options.Quiet = False,
) -> None:
    """Read figures: a chart's table, a molecule's SMILES, geometry, or a caption."""
    from dsocr_integrations.cli import reading

    settings = settings_from(engine=engine, model=model, cache=cache)
    raise typer.Exit(reading.figure(files, settings, as_json=as_json, quiet=quiet))


@app.command()
def parse(
    files: Annotated[list[Path], typer.Argument(help="Files of raw model text; - is stdin.")],
    as_json: options.AsJson = False,
) -> None:
    """Parse raw DeepSeek-OCR answers from anywhere into blocks and markdown."""
    from dsocr_integrations.cli import reading

    raise typer.Exit(reading.parse(files, as_json=as_json))
