"""The `dsocr` application that the commands register with, and their settings."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from dsocr_integrations.settings import Settings

app = typer.Typer(
    name="dsocr",
    help="Read documents with DeepSeek-OCR, or with the embedded CPU engine where it is not.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def settings_from(**arguments: Any) -> Settings:
    """Gather the settings; `model` names weights or a model on the server.

    For an engine in this process it is a folder or a name in the Hugging Face cache.
    """
    from dsocr_integrations.settings import load_settings

    model = arguments.pop("model", None)
    if model is not None:
        engine = load_settings(**arguments).engine
        asks_server = engine.lower() in {"auto", "server"} or "://" in engine
        place = "server_model" if asks_server and not Path(model).is_dir() else "model_path"
        arguments[place] = model
    return load_settings(**arguments)
