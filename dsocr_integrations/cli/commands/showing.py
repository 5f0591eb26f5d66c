"""Commands that show: `view`, `modes`, `doctor`, `cache`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dsocr_integrations.cli import options
from dsocr_integrations.cli.commands.app import app, settings_from

cache_app = typer.Typer(help="The cache of pages already read.", no_args_is_help=True)
app.add_typer(cache_app, name="cache")


@app.command()
def view(
    place: Annotated[str, typer.Argument(help="Output folder of an ingest, or a file to read.")],
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="HTML file; FOLDER/view.html or FILE.html without."),
    ] = None,
    pages: options.Pages = None,
    engine: options.Engine = None,
    mode: options.Mode = None,
    model: options.Model = None,
    password_file: options.PasswordFile = None,
    cache: options.Cache = None,
    quiet: options.Quiet = False,
    launch: Annotated[bool, typer.Option("--open", help="Open the page in the browser.")] = False,
) -> None:
    """Write one offline HTML page with the pages, boxes, tables, charts and molecules."""
    from dsocr_integrations.cli import showing

    if Path(place).is_file():
        settings = settings_from(
            engine=engine, mode=mode, model=model, cache=cache, password_file=password_file
        )
        path, code = showing.view_file(place, output, settings, pages=pages, quiet=quiet)
    else:
        path, code = showing.view_folder(place, output)
    if launch:
        typer.launch(str(path))
    raise typer.Exit(code)


@app.command()
def modes() -> None:
    """List the resolution modes and what a page costs in vision tokens."""
    from dsocr_integrations.cli import showing

    showing.modes()


@app.command()
def doctor(
    engine: options.Engine = None, model: options.Model = None, as_json: options.AsJson = False
) -> None:
    """Tell which parts are present, and the one command that adds each missing one."""
    from dsocr_integrations.cli import showing

    showing.doctor(settings_from(engine=engine, model=model), as_json=as_json)


@cache_app.command("info")
def cache_info(cache: options.Cache = None) -> None:
    """Tell where the cache is and how much it holds."""
    from dsocr_integrations.cli import showing

    showing.cache_info(settings_from(cache=cache))


@cache_app.command("clear")
def cache_clear(cache: options.Cache = None) -> None:
    """Forget every page that was read."""
    from dsocr_integrations.cli import showing

    showing.cache_clear(settings_from(cache=cache))
