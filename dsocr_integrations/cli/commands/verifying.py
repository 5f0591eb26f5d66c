"""The command that checks a model: `verify-model`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dsocr_integrations.cli import options
from dsocr_integrations.cli.commands.app import app, settings_from


@app.command("verify-model")
def verify_model(
    output: Annotated[Path, typer.Option("--output", "-o", help="Folder for report and answers.")],
    pages: Annotated[
        Path | None, typer.Option(help="Folder of documents; pages drawn for it without.")
    ] = None,
    engine: options.Engine = None,
    model: options.Model = None,
    mode: Annotated[
        list[str] | None, typer.Option(help="Resolution mode, may be repeated; all without.")
    ] = None,
    quiet: options.Quiet = False,
) -> None:
    """Ask every prompt in every mode about known pages; report fidelity, speed and loops."""
    from dsocr_integrations.cli import verifying

    settings = settings_from(engine=engine, model=model)
    raise typer.Exit(
        verifying.verify_model(output, settings, pages=pages, modes=mode or [], quiet=quiet)
    )
