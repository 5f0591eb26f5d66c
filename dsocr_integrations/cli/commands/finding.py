"""The command that searches: `search`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dsocr_integrations.cli import options
from dsocr_integrations.cli.commands.app import app, settings_from


@app.command()
def search(
    query: Annotated[str, typer.Argument(help="Words, numbers, a question.")] = "",
    smiles: Annotated[
        str | None, typer.Option(help="Find this molecule: SMILES, InChIKey or a molfile's path.")
    ] = None,
    similar: Annotated[str | None, typer.Option(help="Find the most similar molecules.")] = None,
    substructure: Annotated[
        str | None, typer.Option(help="Find molecules that contain this SMILES or SMARTS.")
    ] = None,
    export: Annotated[
        Path | None, typer.Option(help="Write the molecules found to this .sdf or .csv file.")
    ] = None,
    index: options.Index = None,
    count: Annotated[int, typer.Option("-k", min=1, max=1000, help="Hits to print.")] = 5,
    min_score: Annotated[
        float, typer.Option(min=0, max=1, help="Least score of a hit; 0.35 leaves out most chaff.")
    ] = 0.0,
    per_page: Annotated[
        int | None, typer.Option(min=1, help="Hits of one page at most; two come first by default.")
    ] = None,
    rerank: Annotated[
        str | None,
        typer.Option(
            help="Order the best 50 hits anew by cross-encoder:NAME or a server's /v1/rerank."
        ),
    ] = None,
    as_json: options.AsJson = False,
) -> None:
    """Search what was ingested; every hit names its page and box."""
    from dsocr_integrations.cli import finding

    structures = {"exact": smiles, "similarity": similar, "substructure": substructure}
    asked = {mode: text for mode, text in structures.items() if text is not None}
    if len(asked) + bool(query) != 1:
        raise typer.BadParameter("Give a query, or one of --smiles, --similar, --substructure.")
    if asked and (min_score or per_page or rerank):
        raise typer.BadParameter("--min-score, --per-page and --rerank go with a query of words.")
    settings = settings_from(index=index)
    if not asked:
        raise typer.Exit(
            finding.search(
                query,
                settings,
                count=count,
                min_score=min_score,
                per_page=per_page,
                reranker=rerank,
                as_json=as_json,
            )
        )
    ((mode, structure),) = asked.items()
    raise typer.Exit(
        finding.structures(structure, mode, settings, count=count, as_json=as_json, export=export)
    )
