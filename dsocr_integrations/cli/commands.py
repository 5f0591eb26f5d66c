"""The commands and their options; what they do lives in the modules they call."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from dsocr_integrations.cli import options

app = typer.Typer(
    name="dsocr",
    help="Read documents with DeepSeek-OCR, or with the embedded CPU engine where it is not.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
cache_app = typer.Typer(help="The cache of pages already read.", no_args_is_help=True)
app.add_typer(cache_app, name="cache")


def _settings(**arguments: Any) -> Any:
    from dsocr_integrations.settings import load_settings

    model = arguments.pop("model", None)
    if model is not None:
        place = "model_path" if Path(model).is_dir() else "server_model"
        arguments[place] = model
    return load_settings(**arguments)


@app.command()
def read(
    file: Annotated[str, typer.Argument(help="File or URL.")],
    pages: options.Pages = None,
    form: Annotated[
        options.ReadFormat, typer.Option("--format", help="What to print.")
    ] = options.ReadFormat.MD,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Folder to write to; stdout without.")
    ] = None,
    engine: options.Engine = None,
    mode: options.Mode = None,
    model: options.Model = None,
    workers: options.Workers = None,
    password_file: options.PasswordFile = None,
    page_furniture: options.Furniture = None,
    cache: options.Cache = None,
    quiet: options.Quiet = False,
) -> None:
    """Read one document: markdown, JSON, chunks or the engine's raw answer."""
    from dsocr_integrations.cli import reading

    settings = _settings(
        engine=engine, mode=mode, model=model, workers=workers, cache=cache,
        password_file=password_file, page_furniture=page_furniture,
    )  # fmt: skip
    raise typer.Exit(reading.read(file, form.value, output, settings, pages=pages, quiet=quiet))


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

    settings = _settings(engine=engine, model=model, cache=cache)
    raise typer.Exit(reading.figure(files, settings, as_json=as_json, quiet=quiet))


@app.command()
def parse(
    files: Annotated[list[Path], typer.Argument(help="Files of raw model text; - is stdin.")],
    as_json: options.AsJson = False,
) -> None:
    """Parse raw DeepSeek-OCR answers from anywhere into blocks and markdown."""
    from dsocr_integrations.cli import reading

    raise typer.Exit(reading.parse(files, as_json=as_json))


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
    password_file: options.PasswordFile = None,
    page_furniture: options.Furniture = None,
    cache: options.Cache = None,
    quiet: options.Quiet = False,
) -> None:
    """Read sources into an output folder and, with --index, make them searchable."""
    from dsocr_integrations.cli import ingesting

    settings = _settings(
        engine=engine, mode=mode, model=model, workers=workers, cache=cache, index=index,
        password_file=password_file, page_furniture=page_furniture,
    )  # fmt: skip
    raise typer.Exit(ingesting.ingest(sources, output, settings, pages=pages, quiet=quiet))


@app.command()
def retry(
    folder: Annotated[str, typer.Argument(help="Output folder of an earlier ingest.")],
    index: options.Index = None,
    engine: options.Engine = None,
    model: options.Model = None,
    password_file: options.PasswordFile = None,
    cache: options.Cache = None,
    quiet: options.Quiet = False,
) -> None:
    """Read again only what failed in an output folder."""
    from dsocr_integrations.cli import ingesting

    settings = _settings(
        engine=engine, model=model, cache=cache, index=index, password_file=password_file
    )
    raise typer.Exit(ingesting.retry(folder, settings, quiet=quiet))


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
    as_json: options.AsJson = False,
) -> None:
    """Search what was ingested; every hit names its page and box."""
    from dsocr_integrations.cli import finding

    structures = {"exact": smiles, "similarity": similar, "substructure": substructure}
    asked = {mode: text for mode, text in structures.items() if text is not None}
    if len(asked) + bool(query) != 1:
        raise typer.BadParameter("Give a query, or one of --smiles, --similar, --substructure.")
    settings = _settings(index=index)
    if not asked:
        raise typer.Exit(finding.search(query, settings, count=count, as_json=as_json))
    ((mode, structure),) = asked.items()
    raise typer.Exit(
        finding.structures(structure, mode, settings, count=count, as_json=as_json, export=export)
    )


@app.command()
def view(
    folder: Annotated[str, typer.Argument(help="Output folder of an ingest.")],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="HTML file; FOLDER/index.html without.")
    ] = None,
) -> None:
    """Write one offline HTML page with the pages, boxes, tables, charts and molecules."""
    from dsocr_integrations.cli import showing

    raise typer.Exit(showing.view(folder, output))


@app.command()
def modes() -> None:
    """List the resolution modes and what a page costs in vision tokens."""
    from dsocr_integrations.cli import showing

    showing.modes()


@app.command()
def doctor(as_json: options.AsJson = False) -> None:
    """Tell which parts are present, and the one command that adds each missing one."""
    from dsocr_integrations.cli import showing

    showing.doctor(_settings(), as_json=as_json)


@cache_app.command("info")
def cache_info(cache: options.Cache = None) -> None:
    """Tell where the cache is and how much it holds."""
    from dsocr_integrations.cli import showing

    showing.cache_info(_settings(cache=cache))


@cache_app.command("clear")
def cache_clear(cache: options.Cache = None) -> None:
    """Forget every page that was read."""
    from dsocr_integrations.cli import showing

    showing.cache_clear(_settings(cache=cache))
