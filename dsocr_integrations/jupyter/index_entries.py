"""What the viewer lists of an index: documents, passages around the words found, and molecules."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from dsocr_integrations.index.base import Hit, IndexedDocument
from dsocr_integrations.index.structure_search import StructureHit
from dsocr_integrations.output.records import Manifest
from dsocr_integrations.preview.inline_text import Run
from dsocr_integrations.preview.names import given_title
from dsocr_integrations.preview.page_view import engine_notice
from dsocr_integrations.preview.plain_text import clean
from dsocr_integrations.records.cards import counted, shown_source
from dsocr_integrations.records.chunks import Chunk, ChunkSpan

BEFORE, AFTER = 60, 160
"""Characters of an excerpt on either side of where what was found begins."""

MARKED_FROM = 4
"""Letters from which on a word of the query is marked in a caption: shorter ones stand anywhere."""

# An excerpt may hold one mark of a pair without the other.
_MARKS = re.compile(r"</?(?:su[bp]|[bius]|em|strong)>|\*\*|^#{1,6} ", re.MULTILINE)


def document_entry(one: IndexedDocument, manifest: Manifest | None) -> dict[str, Any]:
    """A document, with what its output folder says of it.

    Returns:
        As all entries here, what the viewer lists: `title`, `page`, `kind`, `doubtful`, `runs`.
    """
    source = shown_source(one.source)
    title = given_title(manifest.title) if manifest else ""
    holds = [counted(one.chunks, "chunk")]
    if manifest:
        counts = manifest.counts
        holds = [
            counted(counts.pages, "page"),
            counted(counts.tables, "table"),
            counted(counts.figures, "figure"),
            counted(counts.errors, "failure"),
        ]
    facts = [source if title else "", *holds, engine_notice(one.engine)]
    return {
        "title": clean(title or source, 300),
        "page": 0,
        "kind": "",
        "doubtful": bool(manifest and manifest.untrusted),
        "runs": [{"text": clean(" · ".join(filter(None, facts)), 300)}],
    }


def hit_entries(hits: Sequence[Hit], query: str) -> Iterator[dict[str, Any]]:
    """Hits, each with what stands around the first of what was found, its words marked."""
    # Highlights are of chunks' texts alone; captions are found by the same words.
    words = {word.lower() for hit in hits for word in found_words(hit)}
    words |= {word for word in re.findall(r"\w+", query.lower()) if len(word) >= MARKED_FROM}
    for hit in hits:
        yield _entry(hit.chunk, hit.span, _excerpt(hit, words))


def molecule_entry(hit: StructureHit) -> dict[str, Any]:
    """A molecule that was found by its structure."""
    chunk = hit.chunk
    return _entry(chunk, chunk.spans[0], _molecule(chunk, hit.similarity))


def found_words(hit: Hit) -> tuple[str, ...]:
    """The words that were found, each once."""
    return tuple(dict.fromkeys(hit.chunk.text[a:b] for a, b in hit.highlights))


def _entry(chunk: Chunk, span: ChunkSpan, runs: Iterable[Run]) -> dict[str, Any]:
    return {
        "title": clean(chunk.title or shown_source(chunk.source), 300),
        "page": span.page,
        "kind": chunk.kind,
        "doubtful": not chunk.trusted,
        "runs": [run for run in runs if run["text"]],
    }


def _molecule(chunk: Chunk, similarity: float | None) -> Iterator[Run]:
    yield {"text": clean(chunk.smiles or "", 300), "style": "code"}
    likeness = "" if similarity is None else f"{similarity:.0%} alike"
    caption = chunk.caption or ""
    yield {"text": clean("".join(f" · {said}" for said in (likeness, caption) if said), 300)}


def _excerpt(hit: Hit, words: Iterable[str]) -> Iterator[Run]:
    chunk = hit.chunk
    if chunk.kind == "molecule":
        yield from _molecule(chunk, None)
        return
    if chunk.table is not None and chunk.caption:
        yield from _marked(clean(chunk.caption, 200).rstrip(" .:"), words)
        yield {"text": " — "}
    start, end = _window(chunk, hit.highlights[0][0] if hit.highlights else 0)
    yield {"text": "… " if start and chunk.table is None else ""}
    at = start
    for begin, stop in hit.highlights:
        if at <= begin and stop <= end:
            yield {"text": _on_one_line(chunk.text[at:begin])}
            yield {"text": _on_one_line(chunk.text[begin:stop]), "style": "mark"}
            at = stop
    yield {"text": _on_one_line(chunk.text[at:end])}
    yield {"text": " …" if end < len(chunk.text) and chunk.table is None else ""}


def _marked(text: str, words: Iterable[str]) -> Iterator[Run]:
    """A text with each of some words marked, which are in lower case."""
    wanted = frozenset(words)
    for piece in re.split(r"(\w+)", text):
        yield {"text": piece, "style": "mark"} if piece.lower() in wanted else {"text": piece}


def _window(chunk: Chunk, at: int) -> tuple[int, int]:
    """What to show of a text: whole words around a place, or of a table the row with it."""
    text = chunk.text
    if chunk.table is not None:
        start, end = text.rfind("\n", 0, at) + 1, text.find("\n", at)
        row = text[start : end if end >= 0 else len(text)]
        inside = row.strip("| ")
        start += row.find(inside)
        return start, start + len(inside)
    start, end = max(0, at - BEFORE), min(len(text), at + AFTER)
    if start:
        start = next((m.end() for m in re.finditer(r"\s", text[start:at])), 0) + start
    if end < len(text):
        end = max((text.rfind(blank, at, end) for blank in " \n"), default=-1) + 1 or end
    return start, end


def _on_one_line(text: str) -> str:
    """Text without line breaks, the lines of a table and marks of its style."""
    line = re.sub(r"\s*\|\s*", " · ", _MARKS.sub("", clean(text)))
    return re.sub(r"\s+", " ", line)
