"""Writers killed at any moment leave every document whole; the benchmark kills many more."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from dsocr_integrations.index import Index
from dsocr_integrations.index.sqlite import vectors
from tests.index.killed_writers import UNHARMED, damage, is_torn, misjudged, open_place, start
from tests.postgres_server import Place

KILLS = 2


def test_kills_leave_every_document_whole(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    # So few as these would be read; mapped, they are to be as right at every moment.
    monkeypatch.setattr(vectors, "MAPPED_FROM", 10)
    moments = random.Random(5)
    log = tmp_path / "log"
    log.touch()
    open_place(place()).close()
    writers = [start(place(), log, seed) for seed in range(2)]
    try:
        with open_place(place()) as reader:
            for kill in range(KILLS):
                enough = log.stat().st_size + moments.randint(3, 20) * len("0.pdf\n")
                while log.stat().st_size < enough:
                    assert all(writer.poll() is None for writer in writers)
                    assert reads_whole_documents(reader)
                writers[kill].kill()
                writers[kill].wait()
                writers[kill] = start(place(), log, 10 + kill)
    finally:
        for writer in writers:
            writer.kill()
            writer.wait()
    assert damage(place(), log) == UNHARMED


def reads_whole_documents(reader: Index) -> bool:
    if misjudged(reader, "Chunk 0 of version"):
        return False
    hits = reader.search("Chunk 0 of version", 1)
    # From the first chunk on, in one statement: whatever stands there just now.
    chunks = reader.neighbours(hits[0].chunk.chunk_id, 99, 99) if hits else []
    return not chunks or not is_torn(chunks, chunks[0].revision)
