"""Chunks: their provenance flattened for vector stores."""

from __future__ import annotations

import json

from dsocr_integrations.chunks import Chunk, ChunkSpan, flat_metadata
from dsocr_integrations.identity import chunk_id


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
