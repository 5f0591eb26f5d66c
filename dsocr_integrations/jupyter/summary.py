"""What a notebook shows of a document where the widget cannot run, and its counts."""

from __future__ import annotations

import html
from collections import Counter
from collections.abc import Iterable
from typing import Any

from dsocr_integrations.preview.page_view import engine_notice
from dsocr_integrations.preview.plain_text import clean
from dsocr_integrations.records.documents import Document

MAX_BLOCKS = 50
MAX_BLOCK_TEXT = 400


def document_stats(document: Document) -> dict[str, Any]:
    """Counts of a document, and who read it; tokens are `None` where no engine counted them."""
    figures = Counter(figure.kind for page in document.pages for figure in page.figures)
    readings = [page.reading for page in document.pages]
    return {
        "engine": document.engine,
        "fingerprint": document.fingerprint,
        "pages": len(document.pages),
        "errors": len(document.errors),
        "flagged": sum(not reading.quality.trusted for reading in readings),
        "blocks": sum(len(page.blocks) for page in document.pages),
        "tables": sum(b.table is not None for page in document.pages for b in page.blocks),
        **{f"{kind}s": figures[kind] for kind in ("chart", "molecule", "picture")},
        "vision_tokens": _known_sum(reading.vision_tokens for reading in readings),
        "output_tokens": _known_sum(reading.output_tokens for reading in readings),
    }


def _known_sum(counts: Iterable[int | None]) -> int | None:
    known = [count for count in counts if count is not None]
    return sum(known) if known else None


def fallback_html(document: Document) -> str:
    """The first blocks as escaped text, bounded, without any script."""
    title = html.escape(clean(document.title or document.source or "Document", 200))
    parts = [f"<p><strong>{title}</strong> – {html.escape(engine_notice(document.engine))}</p>"]
    blocks = [block for page in document.pages for block in page.blocks]
    parts += [
        f"<p>{html.escape(clean(block.text, MAX_BLOCK_TEXT))}</p>" for block in blocks[:MAX_BLOCKS]
    ]
    if len(blocks) > MAX_BLOCKS:
        parts.append(f"<p>{len(blocks) - MAX_BLOCKS} more blocks: run the cell to see them.</p>")
    return "\n".join(parts)
