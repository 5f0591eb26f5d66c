"""Small PDFs for tests."""

from __future__ import annotations

from pathlib import Path


def make_pdf(
    path: Path,
    pages: int,
    *,
    changed: frozenset[int] = frozenset(),
    size: tuple[float, float] = (300, 400),
) -> Path:
    """A PDF whose pages say their number; `changed` pages say something else besides."""
    import pymupdf

    document = pymupdf.open()
    for number in range(1, pages + 1):
        page = document.new_page(width=size[0], height=size[1])
        page.insert_text((30, 50), f"Page {number}", fontsize=18)
        page.insert_text((30, 90), f"Text of page {number}.")
        if number in changed:
            page.insert_text((30, 120), "Changed.")
    document.save(path, no_new_id=True)
    return path
