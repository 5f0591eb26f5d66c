"""Chunks: their provenance flattened for vector stores."""

from __future__ import annotations

import json
import re

from dsocr_integrations.records.chunks import Chunk, ChunkSpan, flat_metadata
from dsocr_integrations.records.identity import chunk_id


def test_flat_metadata_holds_json_scalars_only():
    chunk = Chunk(
        chunk_id=chunk_id("d", 3, "text", 0, "words"),
        doc_id="d",
        revision="r",
        source="a.pdf",
        ordinal=0,
        text="words",
        headings=("A", "B"),
        spans=(
            ChunkSpan(page=3, box=(1, 2, 3, 4), page_width=595, page_height=842),
            ChunkSpan(page=4, box=(5, 6, 7, 8), page_width=595, page_height=842),
        ),
        engine="embedded",
        fingerprint="f",
    )
    metadata = flat_metadata(chunk)
    assert all(isinstance(value, str | int | float | bool) for value in metadata.values())
    assert json.loads(str(metadata["spans"])) == [
        {"page": 3, "box": [1, 2, 3, 4]},
        {"page": 4, "box": [5, 6, 7, 8]},
    ]
    assert metadata["headings"] == "A > B"


def two_headings_and_two_paragraphs(spans: int = 4) -> Chunk:
    return Chunk(
        chunk_id=chunk_id("d", 3, "text", 0, "words"),
        doc_id="d",
        revision="r",
        source="a.pdf",
        ordinal=0,
        text="2 Water\n\n2.1 Demand\n\nThe demand of water fell.\n\nThe peak day was a peak in August.",
        headings=("Report", "2 Water", "2.1 Demand"),
        spans=tuple(
            ChunkSpan(page=3, box=(0, line, 9, line + 1), page_width=595, page_height=842)
            for line in range(spans)
        ),
        engine="embedded",
        fingerprint="f",
    )


def ranges(chunk: Chunk, *words: str) -> list[tuple[int, int]]:
    return [match.span() for word in words for match in re.finditer(word, chunk.text)]


def test_place_is_where_most_of_the_words_stand():
    chunk = two_headings_and_two_paragraphs()
    assert chunk.span_of(ranges(chunk, "peak", "August")) == chunk.spans[3]
    assert chunk.span_of(ranges(chunk, "fell")) == chunk.spans[2]
    assert chunk.span_of(ranges(chunk, "2.1")) == chunk.spans[1]


def test_place_is_below_the_headings_where_nothing_says_more():
    chunk = two_headings_and_two_paragraphs()
    assert chunk.span_of() == chunk.spans[2]
    assert chunk.span_of(ranges(chunk, "[Ww]ater")) == chunk.spans[2]
    flowing = two_headings_and_two_paragraphs(spans=5)
    assert flowing.span_of(ranges(flowing, "August")) == flowing.spans[2]
    lone = two_headings_and_two_paragraphs(spans=1)
    assert lone.span_of(ranges(lone, "August")) == lone.spans[0]
