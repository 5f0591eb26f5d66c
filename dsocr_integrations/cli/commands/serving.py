"""The command that serves: `mcp`."""

from __future__ import annotations

from typing import Annotated

import typer

from dsocr_integrations.cli import options
from dsocr_integrations.cli.commands.app import app, settings_from


@app.command()
def mcp(
    index: options.Index = None,
    root: Annotated[
        list[str] | None, typer.Option(help="Folder that sources are relative to, for pictures.")
    ] = None,
    http: Annotated[
        bool, typer.Option("--http", help="Serve HTTP on 127.0.0.1 instead of stdin and stdout.")
    ] = False,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port for --http; 0 for any.")] = 8765,
    allow_origin: Annotated[
        list[str] | None, typer.Option(help="Web origin that may call it over HTTP.")
    ] = None,
    allow_sql: Annotated[
        bool, typer.Option("--allow-sql", help="Offer SQL over the tables too.")
    ] = False,
) -> None:
    """Offer the index to assistants over the Model Context Protocol, read-only."""
    from dsocr_integrations.cli import serving

    settings = settings_from(index=index)
    raise typer.Exit(
        serving.mcp(
            settings, root or [], port if http else None, allow_origin or [], allow_sql=allow_sql
        )
    )
