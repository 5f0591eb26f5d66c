"""How documents are written to the PostgreSQL index: rows, words, vectors and fingerprints.

Everything here but `PostgresVectors` runs inside the caller's transaction.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from dsocr_integrations.index.base import IndexedDocument
from dsocr_integrations.index.postgres.connection import Link
from dsocr_integrations.index.postgres.filtering import storable
from dsocr_integrations.index.postgres.lexemes import Stemmer, tsvector
from dsocr_integrations.index.postgres.vector_text import bits_text, stored_bytes, stored_text
from dsocr_integrations.index.rules import context_of, same_but_revision
from dsocr_integrations.index.structures import fingerprints_of
from dsocr_integrations.index.text_vectors import StoredVector, text_hash
from dsocr_integrations.records.chunks import Chunk

_PUT_DOCUMENT = """
INSERT INTO documents VALUES (%s, %s, %s, %s, %s, 0, 0) ON CONFLICT (doc_id) DO UPDATE SET
    source = coalesce(nullif(excluded.source, ''), documents.source),
    revision = excluded.revision, engine = excluded.engine, fingerprint = excluded.fingerprint
"""
_PUT_CHUNK = """
INSERT INTO chunks (chunk_id, doc_id, position, source, kind, engine, trusted, pages, headings,
    smiles, inchikey, text_hash, term_count, terms, record)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s::integer[], %s::text[], %s, %s, %s, %s, %s::tsvector,
    %s::json)
ON CONFLICT (chunk_id) DO UPDATE SET position = excluded.position, source = excluded.source,
    kind = excluded.kind, engine = excluded.engine, trusted = excluded.trusted,
    pages = excluded.pages, headings = excluded.headings, smiles = excluded.smiles,
    inchikey = excluded.inchikey, text_hash = excluded.text_hash,
    term_count = excluded.term_count, terms = excluded.terms, record = excluded.record
RETURNING id
"""
COUNTED = """
SELECT d.doc_id, count(c.id) AS chunk_count, coalesce(sum(c.term_count), 0) AS term_count
FROM documents d LEFT JOIN chunks c USING (doc_id) GROUP BY d.doc_id
"""
"""What `chunk_count` and `term_count` of each document must be."""


class PostgresVectors:
    """The vectors of an open index, as `text_vectors.VectorStore` asks for them."""

    def __init__(self, link: Link) -> None:
        self._link = link

    def hashes_of(self, chunk_ids: Sequence[str]) -> dict[str, str]:
        """Text hashes of the chunks that have a vector, by chunk id."""
        rows = self._link.run(
            "SELECT chunk_id, vectors.text_hash FROM vectors JOIN chunks USING (id)"
            " WHERE chunk_id = ANY (%s)",
            (list(chunk_ids),),
        )
        return dict(rows.fetchall())

    def vectors_by_hash(self, hashes: Collection[str]) -> dict[str, bytes]:
        """Stored vectors by the hash of their text, under whichever chunk."""
        rows = self._link.run(
            "SELECT DISTINCT ON (text_hash) text_hash, embedding::text FROM vectors"
            " WHERE text_hash = ANY (%s)",
            (list(hashes),),
        )
        return {digest: stored_bytes(literal) for digest, literal in rows}


def write_document(link: Link, document: IndexedDocument) -> None:
    """Note a document, its chunks still to be counted; without a source it keeps the one it had."""
    source = storable(document.source)
    reading = (document.revision, document.engine, document.fingerprint)
    link.run(_PUT_DOCUMENT, (document.doc_id, source, *reading))


def drop_chunks(link: Link, document_id: str, *, keep: Iterable[str] = ()) -> int:
    """Remove a document's chunks but those to keep; returns how many went."""
    return link.run(
        "DELETE FROM chunks WHERE doc_id = %s AND chunk_id != ALL (%s::text[])",
        (document_id, list(keep)),
    ).rowcount


def write_chunks(
    link: Link,
    stemmer: Stemmer,
    document_id: str,
    chunks: Sequence[Chunk],
    vectors: Mapping[str, StoredVector],
) -> int:
    """Write a document's chunks.

    Returns:
        How many of them, or of their vectors, changed in more than the document's revision.
    """
    stored = {
        chunk_id: (row, (position, record))
        for chunk_id, row, position, record in link.run(
            "SELECT chunk_id, id, position, record::text FROM chunks WHERE doc_id = %s",
            (document_id,),
        )
    }
    rows = {chunk_id: row for chunk_id, (row, _) in stored.items()}
    fresh: list[tuple[int, Chunk, str]] = []
    newer: list[tuple[object, ...]] = []
    for position, chunk in enumerate(chunks):
        record = chunk.model_dump_json()
        row, before = stored.get(chunk.chunk_id, (0, None))
        if before == (position, record):
            continue
        if before and before[0] == position and same_but_revision(before[1], chunk):
            # The commonest change by far: another page of the document is different.
            newer.append((record, row))
        else:
            fresh.append((position, chunk, record))
    link.many("UPDATE chunks SET record = %s::json WHERE id = %s", newer)
    values = [_values(stemmer, position, chunk, record) for position, chunk, record in fresh]
    for (_, chunk, _), (row,) in zip(fresh, link.many(_PUT_CHUNK, values), strict=True):
        rows[chunk.chunk_id] = row
    changed = [(rows[chunk.chunk_id], chunk) for _, chunk, _ in fresh]
    write_molecules(link, changed)
    write_vectors(link, [(rows[chunk_id], *vector) for chunk_id, vector in vectors.items()])
    count_chunks(link, document_id)
    return len({row for row, _ in changed} | {rows[chunk_id] for chunk_id in vectors})


def count_chunks(link: Link, document_id: str) -> None:
    """Note how many chunks and words a document has, which BM25 goes by."""
    link.run(
        "UPDATE documents SET (chunk_count, term_count) ="
        " (SELECT count(*), coalesce(sum(term_count), 0) FROM chunks WHERE doc_id = %(doc)s)"
        " WHERE doc_id = %(doc)s",
        {"doc": document_id},
    )


def search_words(stemmer: Stemmer, chunk: Chunk) -> tuple[int, str]:
    """How many words a chunk and its context have, and all of them as a `tsvector` literal."""
    context = stemmer.of_text(context_of(chunk))
    body = stemmer.of_text(chunk.text)
    return len(context) + len(body), tsvector(context, body)


def write_molecules(link: Link, chunks: Iterable[tuple[int, Chunk]]) -> int:
    """Write the fingerprints of molecules anew; returns how many there are.

    Without RDKit there are none, and `repair` adds them later.
    """
    chunks = list(chunks)
    link.run("DELETE FROM molecules WHERE id = ANY (%s)", ([row for row, _ in chunks],))
    values: list[tuple[object, ...]] = [
        (row, prints.smiles, bits_text(prints.morgan), bits_text(prints.pattern))
        for row, chunk in chunks
        if chunk.smiles and (prints := fingerprints_of(chunk.smiles)) is not None
    ]
    link.many("INSERT INTO molecules VALUES (%s, %s, %s::bit(2048), %s::bit(2048))", values)
    return len(values)


def write_vectors(link: Link, vectors: Iterable[tuple[int, str, bytes]]) -> None:
    """Write `(row, text hash, vector)` in place of the vectors of these rows."""
    link.many(
        "INSERT INTO vectors VALUES (%s, %s, %s::vector) ON CONFLICT (id) DO UPDATE SET"
        " text_hash = excluded.text_hash, embedding = excluded.embedding",
        [(row, digest, stored_text(blob)) for row, digest, blob in vectors],
    )


def _values(stemmer: Stemmer, position: int, chunk: Chunk, record: str) -> tuple[object, ...]:
    above = filter(None, (chunk.title, *chunk.headings))
    return (
        chunk.chunk_id,
        chunk.doc_id,
        position,
        storable(chunk.source),
        chunk.kind,
        chunk.engine,
        chunk.trusted,
        sorted({span.page for span in chunk.spans}),
        [storable(heading.casefold()) for heading in above],
        chunk.smiles and storable(chunk.smiles),
        chunk.inchikey and storable(chunk.inchikey),
        text_hash(chunk),
        *search_words(stemmer, chunk),
        record,
    )
