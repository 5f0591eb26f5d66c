"""From a source to a widget in one call."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dsocr_integrations.errors import ConfigurationError
from dsocr_integrations.jupyter.live_reading import LiveReading
from dsocr_integrations.jupyter.widget import OcrExplorer
from dsocr_integrations.preview.page_sources import PageSources
from dsocr_integrations.records.documents import Document, Page

if TYPE_CHECKING:
    from dsocr_integrations.index.base import Index
    from dsocr_integrations.index.found import Found
    from dsocr_integrations.output import OutputFolder
    from dsocr_integrations.runner import Runner
    from dsocr_integrations.sources import SourceLike, StorageOptions
    from dsocr_integrations.sources.page_selection import PageSelectionLike


def explore(
    source: SourceLike | Found | None = None,
    *,
    index: Index | str | Path | None = None,
    folder: OutputFolder | str | Path | None = None,
    runner: Runner | None = None,
    pages: PageSelectionLike = None,
    password: str | None = None,
    storage_options: StorageOptions = None,
    height: int = 640,
    **settings: Any,
) -> OcrExplorer:
    """Show a source at once, and its pages as they are read.

    The reading goes on beside the notebook: `wait()` waits for its end, as do `document` and
    `to_html` of the widget, and `stop()` ends it.

    Args:
        source: A path, URL, bytes, open file or resolved `Source`; or a hit of a search, whose
            source is read and opens at the words that were found.
        index: An index, or where it is, to be searched from the widget: nothing is read, and a
            hit given as source opens as the index knows it.
        folder: The output folder of the same ingest, from which hits open whole documents.
        runner: Reads the source, and must stay open meanwhile; made from `settings` and closed
            again if not given.
        pages: 1-based pages to read, such as `"1-3,7,10-"`; all without.
        password: Password of an encrypted document.
        storage_options: fsspec options of stores, and `headers` for http(s).
        height: Height of the widget in pixels.
        **settings: Arguments of `Runner`, such as `engine="embedded"`; all others are as
            configured.

    Raises:
        ConfigurationError: If settings come beside a runner, or cannot be used; or where nothing
            is to be read.
        TypeError: If there is no such setting.
        SourceError: If the source cannot be found or opened, or has none of the pages.
    """
    from dsocr_integrations.index.found import Found
    from dsocr_integrations.jupyter.indexed_documents import target_of
    from dsocr_integrations.output.evidence_crops import source_of
    from dsocr_integrations.rendering import open_document
    from dsocr_integrations.runner import Runner
    from dsocr_integrations.sources import resolve_source

    if index is not None:
        hit = source if isinstance(source, Found) else None
        other = None if hit is source else source
        _refuse_beside_an_index(
            source=other,
            runner=runner,
            pages=pages,
            password=password,
            storage_options=storage_options,
            **settings,
        )
        explorer = OcrExplorer(index=index, folder=folder, height=height)
        return explorer if hit is None else explorer.show(hit)
    if source is None:
        raise ConfigurationError(
            "There is nothing to show.",
            remedy="Give a source or an index; of an output folder alone, run: dsocr view FOLDER",
        )
    if folder is not None:
        raise ConfigurationError(
            "'folder' goes with an index: what is read here is not written to a folder.",
            remedy="Give the index of the same ingest: explore(index=INDEX, folder=FOLDER); or leave"
            " it out.",
        )
    if isinstance(source, Document | Page):
        raise ConfigurationError(
            f"A {type(source).__name__} needs no more reading.", remedy="Call OcrExplorer(it)."
        )
    if runner is not None and settings:
        names = ", ".join(map(repr, settings))
        raise ConfigurationError(
            f"{names} cannot be set beside a runner, which has settings of its own.",
            remedy="Give them to the Runner, or leave it out.",
        )
    if _is_output_folder(source):
        raise ConfigurationError(
            "An output folder is no document to be read.",
            remedy="Give the index of the same ingest: explore(index=INDEX, folder=FOLDER); or"
            " run: dsocr view FOLDER",
        )
    reader = runner or Runner(**settings)
    start = target_of(source).span if isinstance(source, Found) else None
    resolved = resolve_source(
        source_of(source.chunk, roots=source.roots, password=password)
        if isinstance(source, Found)
        else source,
        pages=pages,
        password=password,
        storage_options=storage_options,
        settings=reader.configuration,
    )
    with open_document(resolved) as opened:
        opened.page_numbers()  # what cannot be opened is told here, not in the widget
    return OcrExplorer.of_reading(
        LiveReading(resolved, reader, close_runner=runner is None),
        sources=PageSources.of_source(resolved),
        height=height,
        start=start,
    )


def _is_output_folder(source: object) -> bool:
    from dsocr_integrations.output import OutputFolder

    if not isinstance(source, str | Path) or not os.path.isdir(source):  # noqa: PTH112 - never raises
        return False
    return next(iter(OutputFolder(source).manifests()), None) is not None


def _refuse_beside_an_index(**given: object) -> None:
    names = ", ".join(repr(name) for name, value in given.items() if value is not None)
    if names:
        raise ConfigurationError(
            f"{names} cannot be set beside an index, as nothing is read.",
            remedy="Leave it out, or give a source alone.",
        )
