"""The command that hands passages on: `export`."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from dsocr_integrations.cli import options
from dsocr_integrations.cli.commands.app import app, settings_from


class LineFormat(StrEnum):
    """The shape of a line."""

    PLAIN = "plain"
    LANGCHAIN = "langchain"
    LLAMA_INDEX = "llama-index"
    AIRFLOW = "airflow"


@app.command()
def export(
    index: options.Index = None,
    folder: Annotated[
        str | None, typer.Option(help="Output folder to export instead of an index.")
    ] = None,
    form: Annotated[
        LineFormat, typer.Option("--format", help="Who is to read the lines.")
    ] = LineFormat.PLAIN,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="File to write; stdout without.")
    ] = None,
    source: Annotated[str | None, typer.Option(help="Only the passages of this source.")] = None,
) -> None:
    """Write every passage as a line of JSON that LangChain, LlamaIndex or Airflow takes as it is."""
    from dsocr_integrations.cli import exporting

    if index is not None and folder is not None:
        raise typer.BadParameter("Give one of --index and --folder.")
    settings = settings_from(index=index)
    raise typer.Exit(exporting.export(settings, folder, form.value, output, source))
