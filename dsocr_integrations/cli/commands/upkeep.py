"""Commands that keep an index in order: `index stats|verify|repair|reindex`, and `forget`."""

from __future__ import annotations

from typing import Annotated

import typer

from dsocr_integrations.cli import options
from dsocr_integrations.cli.commands.app import app, settings_from

index_app = typer.Typer(help="Check, mend and re-embed a search index.", no_args_is_help=True)
app.add_typer(index_app, name="index")

Embedder = Annotated[
    str | None,
    typer.Option(help="auto, local, none, sentence-transformers:NAME, or http://host/v1#MODEL."),
]


@index_app.command("stats")
def stats(index: options.Index = None) -> None:
    """Tell what the index holds and what it was built with, as JSON."""
    from dsocr_integrations.cli import upkeep

    raise typer.Exit(upkeep.stats(settings_from(index=index)))


@index_app.command("verify")
def verify(index: options.Index = None) -> None:
    """Check that all parts of the index agree; exit code 1 if they do not."""
    from dsocr_integrations.cli import upkeep

    raise typer.Exit(upkeep.verify(settings_from(index=index)))


@index_app.command("repair")
def repair(index: options.Index = None, embedder: Embedder = None) -> None:
    """Mend what `verify` names."""
    from dsocr_integrations.cli import upkeep

    raise typer.Exit(upkeep.repair(settings_from(index=index, embedder=embedder)))


@index_app.command("reindex")
def reindex(
    index: options.Index = None, embedder: Embedder = None, cache: options.Cache = None
) -> None:
    """Embed the index anew with another embedder; texts embedded before come from the cache."""
    from dsocr_integrations.cli import upkeep

    settings = settings_from(index=index, embedder=embedder, cache=cache)
    raise typer.Exit(upkeep.reindex(settings))


@app.command()
def forget(
    document: Annotated[str, typer.Argument(help="A document's id, or its source as recorded.")],
    output: Annotated[
        str | None, typer.Option("--output", "-o", help="Output folder or fsspec URL.")
    ] = None,
    index: options.Index = None,
    cache: options.Cache = None,
) -> None:
    """Erase a document from output folder, index and cache, old versions included."""
    from dsocr_integrations.cli import upkeep

    settings = settings_from(index=index, cache=cache)
    raise typer.Exit(upkeep.forget(document, output, settings))
