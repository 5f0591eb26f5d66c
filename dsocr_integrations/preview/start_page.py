"""The page of an output folder: its documents, a search in all, and links to their own pages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from dsocr_integrations.output import OutputFolder
from dsocr_integrations.output.records import PREVIEW_FILE, Manifest
from dsocr_integrations.preview.assets import start_page_module
from dsocr_integrations.preview.names import shown_kind, shown_title
from dsocr_integrations.preview.page_file import page_file
from dsocr_integrations.preview.page_view import engine_notice, page_view
from dsocr_integrations.preview.plain_text import clean
from dsocr_integrations.records.cards import shown_source
from dsocr_integrations.records.documents import Block, Document


def write_start_page(
    output: OutputFolder, manifests: Sequence[Manifest], root: Path, path: Path
) -> None:
    """Write the page, one document in memory at a time.

    Args:
        output: The folder, whose documents all have a page of their own.
        manifests: Its documents, in the order of the list.
        root: The folder on this machine.
        path: The file to write, inside the folder.
    """
    up = "../" * (len(path.resolve().relative_to(root.resolve()).parts) - 1)
    with page_file(path, "Documents", start_page_module()) as put:
        listed = []
        for place, manifest in enumerate(manifests):
            document = output.document(manifest.doc_id)
            href = f"{up}{quote(f'{output.place(manifest.doc_id)}/{PREVIEW_FILE}')}"
            listed.append(_entry(manifest, document, href))
            put(f"dsocr-texts-{place}", _texts(document))
        put("dsocr-documents", listed)


def _entry(manifest: Manifest, document: Document, href: str) -> dict[str, Any]:
    kinds = Counter(
        shown_kind(Block(label=figure.kind), figure)
        for page in document.pages
        for figure in page.figures
    )
    tables = sum(block.table is not None for page in document.pages for block in page.blocks)
    return {
        "title": clean(shown_title(document), 300),
        "source": clean(shown_source(document.source), 500),
        "notice": engine_notice(document.engine),
        "pages": len(document.pages),
        "page_count": document.page_count,
        "errors": len(manifest.errors),
        "doubtful": list(manifest.untrusted),
        "holds": {**({"table": tables} if tables else {}), **kinds},
        "href": href,
    }


def _texts(document: Document) -> list[dict[str, Any]]:
    return [
        {"page": page.number, "id": block["id"], "plain": block["plain"]}
        for page in document.pages
        for block in page_view(page)["blocks"]
        if block["plain"]
    ]
