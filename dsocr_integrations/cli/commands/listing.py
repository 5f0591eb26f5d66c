"""The command that lists: `list`."""

from __future__ import annotations

from typing import Annotated

import typer

from dsocr_integrations.cli import options
from dsocr_integrations.cli.commands.app import app


@app.command("list")
def list_documents(
    folder: Annotated[str, typer.Argument(help="Output folder of an ingest, or its fsspec URL.")],
    failed: Annotated[
        bool, typer.Option("--failed", help="Only those with something that could not be read.")
    ] = False,
    untrusted: Annotated[
        bool, typer.Option("--untrusted", help="Only those with pages that are not to be trusted.")
    ] = False,
    as_json: options.AsJson = False,
    storage_option: options.StorageOption = None,
) -> None:
    """List the documents of an output folder: pages, engine, doubts, failures, place."""
    from dsocr_integrations.cli import listing
    from dsocr_integrations.cli.access import Access

    access = Access.of(None, storage_option)
    raise typer.Exit(
        listing.list_documents(folder, access, failed=failed, untrusted=untrusted, as_json=as_json)
    )
