"""Options that several commands share."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class ReadFormat(StrEnum):
    """How a document is printed."""

    MD = "md"
    JSON = "json"
    CHUNKS = "chunks"
    RAW = "raw"


Pages = Annotated[str | None, typer.Option(help="Pages to read, 1-based, such as 1-3,7,10-.")]
Engine = Annotated[
    str | None,
    typer.Option(
        help="auto, embedded, transformers, vllm, an installed package's engine, or the /v1 address"
        " of a server."
    ),
]
Mode = Annotated[str | None, typer.Option(help="auto, or a resolution mode; see dsocr modes.")]
Prompt = Annotated[
    str | None,
    typer.Option(
        help="markdown, ocr, free, figure, describe, locate:TARGET, or a text of your own."
    ),
]
Model = Annotated[str | None, typer.Option(help="Model name on the server, or weights folder.")]
Languages = Annotated[
    str | None,
    typer.Option(
        "--lang",
        "--languages",
        help="Languages of scans in other scripts, such as rus,kor; else all Tesseract has packs of.",
    ),
]
Layout = Annotated[
    str | None,
    typer.Option(
        help="auto tells pages of plain prose by their text layer alone; network never does."
    ),
]
Workers = Annotated[int | None, typer.Option(help="Worker processes; 0 reads in this process.")]
PasswordFile = Annotated[
    Path | None,
    typer.Option(help="File whose first line opens encrypted documents (or DSOCR_PASSWORD)."),
]
Header = Annotated[
    list[str] | None,
    typer.Option(
        "--header",
        help="'NAME: VALUE' sent to http(s) sources, may be repeated; a VALUE of @FILE is read there.",
    ),
]
StorageOption = Annotated[
    list[str] | None,
    typer.Option(
        "--storage-option",
        help="NAME=VALUE for the stores of sources and output (fsspec), may be repeated; or @FILE.",
    ),
]
Furniture = Annotated[
    bool | None,
    typer.Option("--page-furniture/--no-page-furniture", help="Keep headers and footers."),
]
Cache = Annotated[
    str | None, typer.Option(help="Folder or fsspec URL of the page cache; '' turns it off.")
]
Index = Annotated[
    str | None, typer.Option(help="Folder or file of the search index, or its postgresql:// URL.")
]
MixedEngines = Annotated[
    bool, typer.Option("--allow-mixed-engines", help="Let several engines' readings into it.")
]
Attachments = Annotated[
    bool | None,
    typer.Option(
        "--attachments/--no-attachments",
        help="Read what is attached to PDFs and mails as documents, too.",
    ),
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No progress bar.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON line a result.")]
