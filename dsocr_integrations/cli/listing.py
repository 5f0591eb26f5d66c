"""What `dsocr list` prints."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from dsocr_integrations.cli.outcomes import ExitCode, on_one_line

if TYPE_CHECKING:
    from dsocr_integrations.cli.access import Access
    from dsocr_integrations.output.listing import ListedDocument


def list_documents(
    place: str, access: Access, *, failed: bool, untrusted: bool, as_json: bool
) -> ExitCode:
    """Print the documents of an output folder, one a line, as each is found.

    Args:
        place: The folder, or its fsspec URL.
        access: Options of its store.
        failed: Only those with something that could not be read.
        untrusted: Only those with pages that are not to be trusted; with `failed`, either.
        as_json: Print JSON.
    """
    from dsocr_integrations.output import OutputFolder

    folder = OutputFolder(place, storage_options=access.options)
    is_empty = True
    for one in folder.documents():
        is_empty = False
        is_asked = (failed and one.errors) or (untrusted and one.untrusted)
        if is_asked or not (failed or untrusted):
            print(
                json.dumps(_report(one, folder.root), ensure_ascii=False) if as_json else _line(one)
            )
    if is_empty:
        folder.expect_content()
    return ExitCode.ALL_READ


def _report(one: ListedDocument, root: str) -> dict[str, Any]:
    return {
        "source": one.source,
        "title": one.title,
        "path": f"{root}/{one.folder}",
        "doc_id": one.doc_id,
        "engine": one.engine,
        "pages": one.pages,
        "page_count": one.page_count,
        "tables": one.tables,
        "figures": one.figures,
        "trusted": one.engine is not None and not one.untrusted,
        "untrusted": list(one.untrusted),
        "failures": [
            {"page": error.number or None, "kind": error.kind, "message": error.message}
            for error in one.errors
        ],
    }


def _line(one: ListedDocument) -> str:
    facts = [_pages(one)] if one.engine is not None else []
    if one.untrusted:
        facts.append(f"doubtful: {', '.join(map(str, one.untrusted))}")
    for error in one.errors:
        place = f"page {error.number} failed" if error.number else "failed"
        facts.append(f"{place} ({error.kind}): {error.message}")
    return on_one_line(f"{one.folder}: {'; '.join(facts)}")


def _pages(one: ListedDocument) -> str:
    read = f"{one.pages} page{'s' * (one.pages != 1)}"
    of = "" if one.pages == one.page_count else f" of {one.page_count}"
    return f"{read}{of} read by {one.engine}"
