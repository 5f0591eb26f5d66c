"""From a source to a widget in one call."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

from dsocr_integrations.jupyter.widget import OcrExplorer
from dsocr_integrations.preview.pictures import images_of_regions

if TYPE_CHECKING:
    from dsocr_integrations.runner import Runner
    from dsocr_integrations.sources import Source, SourceLike, StorageOptions
    from dsocr_integrations.sources.page_selection import PageSelectionLike


def explore(
    source: SourceLike,
    *,
    runner: Runner | None = None,
    pages: PageSelectionLike = None,
    password: str | None = None,
    storage_options: StorageOptions = None,
    height: int = 640,
    **settings: Any,
) -> OcrExplorer:
    """Read a source and show it.

    Args:
        source: A path, URL, bytes, open file or resolved `Source`.
        runner: Reads the source; made from `settings` and closed again if not given.
        pages: 1-based pages to read, such as `"1-3,7,10-"`; all without.
        password: Password of an encrypted document.
        storage_options: fsspec options of stores, and `headers` for http(s).
        height: Height of the widget in pixels.
        **settings: Arguments of `Runner`, such as `engine="embedded"`; all others are as
            configured.

    Raises:
        DsocrError: If the source cannot be opened or no engine can read it.
    """
    from dsocr_integrations.runner import Runner
    from dsocr_integrations.sources import resolve_source

    with Runner(**settings) if runner is None else nullcontext(runner) as reading:
        configured = reading.configuration
        resolved: Source = resolve_source(
            source,
            pages=pages,
            password=password,
            storage_options=storage_options,
            settings=configured,
        )
        document = reading.read(resolved)
    return OcrExplorer(document, images=images_of_regions(resolved), height=height)
