"""The command that asks the tables: `sql`."""

from __future__ import annotations

from typing import Annotated

import typer

from dsocr_integrations.cli import options
from dsocr_integrations.cli.commands.app import app, settings_from


@app.command()
def sql(
    statement: Annotated[
        str, typer.Argument(help="One SELECT in DuckDB's dialect; without it, the tables.")
    ] = "",
    index: options.Index = None,
    folder: Annotated[
        str | None, typer.Option(help="Output folder to ask instead of an index.")
    ] = None,
    source: Annotated[str | None, typer.Option(help="Only the tables of this source.")] = None,
    as_json: options.AsJson = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="CSV with a header line.")] = False,
    rows: Annotated[int, typer.Option(min=1, max=1_000_000, help="Most rows to print.")] = 1_000,
    seconds: Annotated[float, typer.Option(min=0.1, max=3600, help="Time of the query.")] = 10.0,
    memory: Annotated[int, typer.Option(min=64, max=65_536, help="Memory in MiB.")] = 512,
) -> None:
    """Ask the tables and charts that were read, in SQL; nothing else can be reached by it."""
    from dsocr_integrations.cli import querying

    if as_json and as_csv:
        raise typer.BadParameter("Give one of --json and --csv.")
    if index is not None and folder is not None:
        raise typer.BadParameter("Give one of --index and --folder.")
    form = "json" if as_json else "csv" if as_csv else "table"
    bounds = {"rows": rows, "seconds": seconds, "memory_mib": memory}
    settings = settings_from(index=index)
    raise typer.Exit(querying.sql(statement, settings, folder, source, form, **bounds))
