"""How chunks are written to the SQLite index: rows, terms, vectors and fingerprints together.

Everything here runs inside the caller's transaction.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from dsocr_integrations.documents import Chunk
from dsocr_integrations.errors import IndexMismatchError
from dsocr_integrations.index.structures import fingerprints_of
from dsocr_integrations.index.terms import terms

if TYPE_CHECKING:
    from dsocr_integrations.index.embedder import Embedder

StoredVector = tuple[str, bytes]
"""Hash of the embedded text, and the unit vector as little-endian float32."""


def text_hash(chunk: Chunk) -> str:
    """Hash of the text that is embedded for a chunk."""
    return hashlib.sha256(chunk.embedding_text.encode()).hexdigest()


def vectors_of(
    connection: sqlite3.Connection, embedder: Embedder, chunks: Sequence[Chunk]
) -> dict[str, StoredVector]:
    """Vectors that are still to be written, by chunk id.

    A text that the index has a vector of, under whichever chunk, is not embedded again: an
    index holds one embedder's vectors only. The rest are embedded, each text once.

    Args:
        connection: The open index.
        embedder: The index's embedder.
        chunks: Chunks to be written.

    Raises:
        IndexMismatchError: If the embedder gives vectors of another shape.
    """
    wanted: dict[str, str] = {}
    for chunk in chunks:
        digest = text_hash(chunk)
        row = connection.execute(
            "SELECT text_hash FROM vectors JOIN chunks USING (id) WHERE chunk_id = ?",
            (chunk.chunk_id,),
        ).fetchone()
        if row is None or row[0] != digest:
            wanted[chunk.chunk_id] = digest
    known: dict[str, bytes] = {}
    for digest in set(wanted.values()):
        row = connection.execute(
            "SELECT vector FROM vectors WHERE text_hash = ? LIMIT 1", (digest,)
        ).fetchone()
        if row is not None:
            known[digest] = row[0]
    new = {
        wanted[chunk.chunk_id]: chunk.embedding_text
        for chunk in chunks
        if chunk.chunk_id in wanted and wanted[chunk.chunk_id] not in known
    }
    known.update(embedded(embedder, new))
    return {chunk_id: (digest, known[digest]) for chunk_id, digest in wanted.items()}


def embedded(embedder: Embedder, texts: Mapping[str, str]) -> dict[str, bytes]:
    """Embed texts by hash; the vectors come back by hash, of unit length, as float32 bytes.

    Raises:
        IndexMismatchError: If the embedder gives vectors of another shape.
    """
    if not texts:
        return {}
    import numpy as np

    from dsocr_integrations.index.vectors import normalised

    vectors = embedder.embed_documents(list(texts.values()))
    if vectors.shape != (len(texts), embedder.dimension):
        raise IndexMismatchError(
            f"{embedder.name} gave vectors of shape {vectors.shape}.",
            remedy=f"It must give {embedder.dimension} values for each text.",
        )
    blobs = normalised(np.asarray(vectors, dtype=np.float32)).astype("<f4")
    return {digest: blob.tobytes() for digest, blob in zip(texts, blobs, strict=True)}


def drop_chunks(connection: sqlite3.Connection, document_id: str, *, keep: set[str]) -> int:
    """Remove a document's chunks but those to keep; returns how many went."""
    stored = connection.execute(
        "SELECT id, chunk_id FROM chunks WHERE doc_id = ?", (document_id,)
    ).fetchall()
    gone = [(row,) for row, chunk_id in stored if chunk_id not in keep]
    connection.executemany("DELETE FROM fulltext WHERE rowid = ?", gone)
    connection.executemany("DELETE FROM chunks WHERE id = ?", gone)
    return len(gone)


def write_chunk(
    connection: sqlite3.Connection, position: int, chunk: Chunk, vector: StoredVector | None
) -> int:
    """Write one chunk; returns 1 if anything changed, else 0."""
    run = connection.execute
    record = chunk.model_dump_json()
    before = run(
        "SELECT id, position, record FROM chunks WHERE chunk_id = ?", (chunk.chunk_id,)
    ).fetchone()
    changed = before is None or before[1:] != (position, record)
    if changed:
        row = run(
            "INSERT INTO chunks (chunk_id, doc_id, position, source, kind, engine, trusted,"
            " smiles, inchikey, record) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (chunk_id) DO UPDATE SET position = excluded.position,"
            " source = excluded.source, kind = excluded.kind, engine = excluded.engine,"
            " trusted = excluded.trusted, smiles = excluded.smiles,"
            " inchikey = excluded.inchikey, record = excluded.record RETURNING id",
            (
                chunk.chunk_id,
                chunk.doc_id,
                position,
                chunk.source,
                chunk.kind,
                chunk.engine,
                chunk.trusted,
                chunk.smiles,
                chunk.inchikey,
                record,
            ),
        ).fetchone()[0]
        write_terms(connection, row, chunk)
        write_molecule(connection, row, chunk)
    else:
        row = before[0]
    if vector is not None:
        run("INSERT OR REPLACE INTO vectors VALUES (?, ?, ?)", (row, *vector))
    return int(changed or vector is not None)


def write_terms(connection: sqlite3.Connection, row: int, chunk: Chunk) -> None:
    """Write a chunk's search terms and pages anew."""
    run = connection.execute
    # People name the file they mean, so its name is context too.
    name = PurePosixPath(chunk.source).stem.replace("_", " ")
    context = "\n".join(filter(None, (name, chunk.title, *chunk.headings, chunk.caption)))
    run("DELETE FROM fulltext WHERE rowid = ?", (row,))
    run(
        "INSERT INTO fulltext (rowid, context, body) VALUES (?, ?, ?)",
        (row, " ".join(terms(context)), " ".join(terms(chunk.text))),
    )
    run("DELETE FROM chunk_pages WHERE id = ?", (row,))
    pages = sorted({span.page for span in chunk.spans})
    connection.executemany("INSERT INTO chunk_pages VALUES (?, ?)", [(row, page) for page in pages])


def write_molecule(connection: sqlite3.Connection, row: int, chunk: Chunk) -> bool:
    """Write a molecule's fingerprints anew; returns whether there are any.

    Without RDKit there are none, and `repair` adds them later.
    """
    connection.execute("DELETE FROM molecules WHERE id = ?", (row,))
    prints = fingerprints_of(chunk.smiles) if chunk.smiles else None
    if prints is None:
        return False
    connection.execute(
        "INSERT INTO molecules VALUES (?, ?, ?, ?)",
        (row, prints.smiles, prints.morgan, prints.pattern),
    )
    return True
