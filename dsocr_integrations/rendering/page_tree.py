"""PDF files whose page tree is broken although their pages are there."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pymupdf

_MAX_OBJECTS = 2_000_000


def count_pages(document: pymupdf.Document) -> int:
    """Count the pages, after mending a page tree that contradicts the file's objects.

    A count of nothing, or of more pages than the file has objects, is not believed: the page
    objects themselves are put in the tree, in the order they stand in the file. The mended tree
    lives in memory only.
    """
    count = _stated_count(document)
    if not document.is_pdf or 0 < count <= document.xref_length():
        return count
    _mend(document)
    return _stated_count(document)


def _stated_count(document: pymupdf.Document) -> int:
    try:
        return int(document.page_count)
    except Exception:  # noqa: BLE001 - PyMuPDF raises nearly anything for damaged files
        return 0


def _mend(document: pymupdf.Document) -> None:
    try:
        kind, tree = document.xref_get_key(document.pdf_catalog(), "Pages")
        if kind != "xref":
            return
        root = int(tree.split()[0])
        pages = [
            number
            for number in range(1, min(document.xref_length(), _MAX_OBJECTS))
            if document.xref_get_key(number, "Type") == ("name", "/Page")
        ]
        document.xref_set_key(root, "Count", str(len(pages)))
        document.xref_set_key(root, "Kids", f"[{' '.join(f'{page} 0 R' for page in pages)}]")
    except Exception:  # noqa: BLE001 - PyMuPDF raises nearly anything for damaged files
        # Nothing to mend with: the caller sees a document without pages.
        return
