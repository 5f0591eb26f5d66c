"""The pages of an output folder: one file a document at ingest, one file for all afterwards.

The file of a document holds the pictures of its pages, so that the page of the whole folder
leads to them, long after the sources have gone, and holds none itself.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from dsocr_integrations.output import OutputFolder
from dsocr_integrations.output.records import PREVIEW_FILE
from dsocr_integrations.preview.html import write_html, write_streamed_html
from dsocr_integrations.preview.pictures import PageImages, images_of_regions, side_for
from dsocr_integrations.preview.start_page import write_start_page
from dsocr_integrations.records.documents import Document, Page

if TYPE_CHECKING:
    from PIL.Image import Image

    from dsocr_integrations.sources import Source

_PICTURES = re.compile(
    rb'^<script type="application/json" id="dsocr-pictures-0-(\d{1,9})">(.*)</script>$',
    re.MULTILINE,
)


def write_source_html(
    document: Document, pages: Iterable[Page], path: Path, source: Source
) -> Path:
    """Write the page of one document with pictures from its source; fits `ingest`'s `preview`."""
    from dsocr_integrations.rendering import OpenDocument

    with OpenDocument(source, document.page_count):
        return write_streamed_html(
            [(document, pages)],
            path,
            images=images_of_regions(source),
            max_side=side_for(document.page_count),
        )


def write_folder_html(folder: str | Path | OutputFolder, path: str | Path) -> int:
    """Write one page that leads to every finished document of an output folder.

    Inside the folder it lists the documents, searches them and links to their own pages. Anywhere
    else, or where a document has no page of its own, it holds all of them with their pictures.

    Args:
        folder: Local folder or fsspec URL of an ingest.
        path: The file to write.

    Returns:
        The number of documents shown.
    """
    output = folder if isinstance(folder, OutputFolder) else OutputFolder(folder)
    manifests = sorted(output.manifests(), key=lambda manifest: manifest.source)
    root = output.local_root
    inside = root is not None and Path(path).resolve().is_relative_to(root.resolve())
    if root is not None and inside and all(PREVIEW_FILE in one.files for one in manifests):
        write_start_page(output, manifests, root, Path(path))
        return len(manifests)
    write_html(
        (output.document(manifest.doc_id) for manifest in manifests),
        path,
        images=images_of_folder(output),
        max_side=side_for(sum(manifest.counts.pages for manifest in manifests)),
    )
    return len(manifests)


def images_of_folder(output: OutputFolder) -> PageImages:
    """Page pictures taken from the documents' own preview files."""
    known: dict[str, dict[int, memoryview]] = {}

    def picture(document: Document, page: Page) -> Image | None:
        if document.doc_id not in known:
            known.clear()
            known[document.doc_id] = _pictures(output.file(document.doc_id, PREVIEW_FILE))
        line = known[document.doc_id].get(page.number)
        return _page_picture(line) if line is not None else None

    return picture


def _pictures(file: bytes | None) -> dict[int, memoryview]:
    if file is None:
        return {}
    view = memoryview(file)  # the file of a long document is not copied
    return {int(match[1]): view[slice(*match.span(2))] for match in _PICTURES.finditer(file)}


def _page_picture(line: memoryview) -> Image | None:
    from PIL import Image, UnidentifiedImageError

    try:
        urls = {picture["name"]: picture["url"] for picture in json.loads(bytes(line))}
        data = base64.b64decode(urls["page"].partition(",")[2], validate=True)
        return Image.open(BytesIO(data)).convert("RGB")
    except (ValueError, KeyError, TypeError, binascii.Error, UnidentifiedImageError, OSError):
        # A preview that somebody edited costs its pictures, not the page.
        return None
