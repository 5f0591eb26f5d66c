"""Writers that are killed at any moment, and what must hold of the index afterwards.

`python -m tests.index.killed_writers PLACE LOG SEED` upserts documents of a small pool, over and
over and each time with another number of chunks, until it is killed. What it was told to be
written it notes in the log.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from dsocr_integrations.index import Index, open_index
from dsocr_integrations.index.unit_vectors import normalised
from dsocr_integrations.records.chunks import Chunk, ChunkSpan
from dsocr_integrations.records.identity import chunk_id, document_id

DOCUMENTS = 6
MOST_CHUNKS = 30
CLOSE = 1e-5


class LengthEmbedder:
    """Two numbers a text: enough for a vector to be there, missing or another's."""

    name = "length"
    dimension = 2

    def embed_documents(self, texts: Sequence[str]) -> np.ndarray:
        return np.stack([self.embed_query(text) for text in texts])

    def embed_query(self, text: str) -> np.ndarray:
        return np.array([3, sum(text.encode()) % 10], dtype=np.float32)


def open_place(place: str) -> Index:
    return open_index(place, embedder=LengthEmbedder(), vector_cache=False)


def version_of(document: str, version: str, count: int) -> list[Chunk]:
    """A version of a document: every chunk says which, and how many there are."""
    doc_id = document_id(document)
    span = ChunkSpan(page=1, box=(0, 0, 999, 999), page_width=595, page_height=842)
    return [
        Chunk(
            chunk_id=chunk_id(doc_id, 1, "text", at, f"{version}"),
            doc_id=doc_id,
            revision=version,
            source=document,
            ordinal=at,
            text=f"Chunk {at} of version {version}.",
            caption=json.dumps([version, count]),
            spans=(span,),
            engine="test",
            fingerprint="test",
        )
        for at in range(count)
    ]


def write_until_killed(place: str, log: str, seed: int) -> None:
    chosen = random.Random(seed)
    with open_place(place) as index, Path(log).open("a", encoding="utf-8") as told:
        number = 0
        while True:
            document = f"{chosen.randrange(DOCUMENTS)}.pdf"
            version = f"{seed}-{number}"
            chunks = version_of(document, version, chosen.randint(1, MOST_CHUNKS))
            index.upsert_document(
                chunks[0].doc_id, chunks, revision=version, engine="test", fingerprint="test"
            )
            told.write(f"{document}\n")
            told.flush()
            if not number:
                sys.stdout.write("began\n")
                sys.stdout.flush()
            number += 1


def start(
    place: str, log: Path, seed: int, stdout: int = subprocess.DEVNULL
) -> subprocess.Popen[bytes]:
    """Start a writer; it says on standard output when its first document is written."""
    return subprocess.Popen(
        [sys.executable, "-m", "tests.index.killed_writers", place, str(log), str(seed)],
        cwd=Path(__file__).parents[2],
        env=os.environ | {"OMP_NUM_THREADS": "1"},
        stdout=stdout,
    )


@dataclass(frozen=True)
class Damage:
    """What went wrong; all of it must be nothing.

    Attributes:
        lost: Documents that were written and are not there.
        duplicated: Chunks that are there twice, or twice in one place.
        torn: Documents with chunks of two versions, or too few of one, or without vectors.
        problems: What `verify` says.
    """

    lost: int
    duplicated: int
    torn: int
    problems: tuple[str, ...]


UNHARMED = Damage(0, 0, 0, ())


def damage(place: str, log: Path) -> Damage:
    written = set(log.read_text(encoding="utf-8").split()) if log.exists() else set()
    with open_place(place) as index:
        chunks = list(index.chunks())
        documents = index.documents()
        ids = Counter(chunk.chunk_id for chunk in chunks)
        places = Counter((chunk.doc_id, chunk.ordinal) for chunk in chunks)
        torn = sum(
            is_torn([chunk for chunk in chunks if chunk.doc_id == one.doc_id], one.revision)
            for one in documents
        )
        stats = index.stats()
        torn += stats.vectors != stats.chunks
        duplicated = sum(count - 1 for found in (ids, places) for count in found.values())
        lost = len(written - {one.source for one in documents})
        return Damage(lost, duplicated, torn, index.verify())


def is_torn(chunks: Sequence[Chunk], revision: str) -> bool:
    versions = {chunk.caption for chunk in chunks}
    return len(versions) != 1 or json.loads(versions.pop() or "") != [revision, len(chunks)]


def misjudged(index: Index, query: str) -> int:
    """Hits of a search whose similarity is not that of their own text."""
    embedder = LengthEmbedder()
    asked = normalised(embedder.embed_query(query)[None, :])[0]
    wrong = 0
    for hit in index.search(query, 10):
        own = normalised(embedder.embed_documents([hit.chunk.embedding_text]))[0]
        wrong += hit.similarity is not None and abs(hit.similarity - float(own @ asked)) > CLOSE
    return wrong


if __name__ == "__main__":
    write_until_killed(sys.argv[1], sys.argv[2], int(sys.argv[3]))
