"""What `dsocr search` prints."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from dsocr_integrations.cli.outcomes import ExitCode, tell

if TYPE_CHECKING:
    from dsocr_integrations.index.base import Hit
    from dsocr_integrations.settings import Settings


def search(query: str, settings: Settings, *, count: int, as_json: bool) -> ExitCode:
    """Search the index and print one hit a line (JSON) or a short card a hit."""
    from dsocr_integrations.index import open_index

    path = settings.index or DEFAULT_INDEX
    with open_index(path, embedder=settings.embedder, create=False) as index:
        hits = index.search(query, count)
        if not as_json and index.mode == "lexical":
            tell("Lexical search: no embedder is installed, so words must match.")
        if not hits and not as_json:
            tell(f"Nothing found among {index.stats().chunks} chunks.")
    for hit in hits:
        print(json.dumps(_report(hit), ensure_ascii=False) if as_json else _card(hit))
    return ExitCode.ALL_READ


DEFAULT_INDEX = "dsocr-index"


def _report(hit: Hit) -> dict[str, object]:
    chunk = hit.chunk
    return {
        "source": chunk.source,
        "page": chunk.page,
        "box": list(chunk.spans[0].box),
        "kind": chunk.kind,
        "text": chunk.text,
        "score": round(hit.score, 6),
        "spans": [{"page": span.page, "box": list(span.box)} for span in chunk.spans],
        "smiles": chunk.smiles,
        "engine": chunk.engine,
        "chunk_id": chunk.chunk_id,
        "mode": hit.mode,
    }


def _card(hit: Hit) -> str:
    chunk = hit.chunk
    heading = " > ".join(chunk.place)
    place = f"{chunk.source}, page {chunk.page}, box {list(chunk.spans[0].box)}"
    head = f"[{hit.score:.3f}] {place} ({chunk.kind}, read by {chunk.engine})"
    body = " ".join(chunk.text.split())
    shown = body if len(body) <= SHOWN_CHARACTERS else body[:SHOWN_CHARACTERS] + " …"
    return "\n".join(part for part in (head, heading and f"  {heading}", f"  {shown}", "") if part)


SHOWN_CHARACTERS = 300
