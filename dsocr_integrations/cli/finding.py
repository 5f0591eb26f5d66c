"""What `dsocr search` prints."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from dsocr_integrations.cli.outcomes import ExitCode, on_one_line, say, tell
from dsocr_integrations.disk_room import place_named
from dsocr_integrations.errors import ConfigurationError
from dsocr_integrations.settings import DEFAULT_INDEX

if TYPE_CHECKING:
    from dsocr_integrations.index.base import Hit
    from dsocr_integrations.index.structure_search import StructureHit, StructureHits
    from dsocr_integrations.retrieval import Cited
    from dsocr_integrations.settings import Settings


def search(
    query: str,
    settings: Settings,
    *,
    count: int,
    min_score: float,
    per_page: int | None,
    reranker: str | None,
    as_json: bool,
) -> ExitCode:
    """Search the index and print one hit a line (JSON) or a short card a hit."""
    from dsocr_integrations.index import open_index
    from dsocr_integrations.index.scoring import DOUBTFUL
    from dsocr_integrations.retrieval import Cited

    path = settings.index or DEFAULT_INDEX
    with open_index(path, embedder=settings.embedder, reranker=reranker, create=False) as index:
        hits = index.search(query, count, min_score=min_score, per_page=per_page)
        if not as_json and index.mode == "lexical":
            tell("Lexical search: no embedder is installed, so words must match.")
        if hits.reason is not None:
            tell(f"Nothing found. {hits.reason.message}")
    best = max((hit.score for hit in hits), default=1.0)
    if not as_json and best < DOUBTFUL:
        tell(f"The best score is {best:.2f}: the index may not hold what was asked for.")
    for hit in hits:
        say(_line(Cited.of_hit(hit)) if as_json else _card(hit))
    return ExitCode.ALL_READ


def structures(
    query: str, mode: Any, settings: Settings, *, count: int, as_json: bool, export: Path | None
) -> ExitCode:
    """Search the molecules of the index, print them, and write them to a file if asked."""
    from dsocr_integrations.index import open_index
    from dsocr_integrations.retrieval import Cited

    if export is not None and export.suffix.lower() not in {".sdf", ".csv"}:
        raise ConfigurationError(
            f"Molecules cannot be written to {export.name}.", remedy="Name a .sdf or .csv file."
        )
    text = query
    if "\n" not in query and query.endswith((".mol", ".sdf")) and Path(query).is_file():
        text = Path(query).read_text(encoding="utf-8", errors="replace").partition("$$$$")[0]
    path = settings.index or DEFAULT_INDEX
    with open_index(path, embedder="none", create=False) as index:
        found = index.search_structure(text, mode, k=count)
    if found.reason is not None:
        tell(f"Nothing found. {found.reason}")
    elif not found.complete:
        tell(f"Time ran out: not all of {found.candidates} candidates were verified.")
    for hit in found:
        say(_line(Cited.of_structure(hit)) if as_json else _molecule(hit))
    if export is not None:
        _write(found, export)
    return ExitCode.ALL_READ


def _write(found: StructureHits, path: Path) -> None:
    from dsocr_integrations.index import to_csv, to_sdf

    text = to_sdf(found) if path.suffix.lower() == ".sdf" else to_csv(found)
    with place_named(path):
        path.write_text(text, encoding="utf-8")
    tell(f"Wrote {path}")


def _line(cited: Cited) -> str:
    from dsocr_integrations.retrieval import FoundPassage

    return FoundPassage.of(cited).model_dump_json()


def _molecule(hit: StructureHit) -> str:
    chunk = hit.chunk
    similar = "" if hit.similarity is None else f"[{hit.similarity:.3f}] "
    place = f"{chunk.source}, page {hit.page}, box {list(hit.box)}"
    caption = " ".join((chunk.caption or "").split())
    return "\n".join(
        on_one_line(part)
        for part in (f"{similar}{hit.smiles}", f"  {place}", caption and f"  {caption}")
        if part
    )


def _card(hit: Hit) -> str:
    chunk = hit.chunk
    heading = " > ".join(chunk.place)
    place = f"{chunk.source}, page {hit.span.page}, box {list(hit.span.box)}"
    head = f"[{hit.score:.3f}] {place} ({chunk.kind}, read by {chunk.engine})"
    body = " ".join(chunk.text.split())
    shown = body if len(body) <= SHOWN_CHARACTERS else body[:SHOWN_CHARACTERS] + " …"
    parts = (head, heading and f"  {heading}", f"  {shown}")
    return "\n".join(on_one_line(part) for part in parts if part)


SHOWN_CHARACTERS = 300
