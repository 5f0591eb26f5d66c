"""Checking a PostgreSQL index, mending it, embedding it anew, and wiping what was deleted."""

from __future__ import annotations

from dsocr_integrations.index.base import IndexedDocument
from dsocr_integrations.index.embedders import Embedder, EmbedderFacts
from dsocr_integrations.index.postgres import schema
from dsocr_integrations.index.postgres.connection import Link
from dsocr_integrations.index.postgres.lexemes import Stemmer
from dsocr_integrations.index.postgres.vector_text import stored_text
from dsocr_integrations.index.postgres.writing import (
    COUNTED,
    search_words,
    write_document,
    write_molecules,
    write_vectors,
)
from dsocr_integrations.index.text_vectors import BATCH, embedded, text_hash
from dsocr_integrations.molecules import rdkit_installed
from dsocr_integrations.records.chunks import Chunk

_NO_WORDS = "term_count > 0 AND length(terms) = 0"
_NO_VECTOR = (
    "NOT EXISTS (SELECT FROM vectors WHERE vectors.id = chunks.id"
    " AND vectors.text_hash = chunks.text_hash)"
)
_NO_MOLECULE = (
    "inchikey IS NOT NULL AND NOT EXISTS (SELECT FROM molecules WHERE molecules.id = chunks.id)"
)
_NO_DOCUMENT = "NOT EXISTS (SELECT FROM documents WHERE documents.doc_id = chunks.doc_id)"
_NO_CHUNK = "NOT EXISTS (SELECT FROM chunks WHERE chunks.id = {table}.id)"
_MISCOUNTED = f"""
({COUNTED}) AS counted JOIN documents USING (doc_id)
WHERE (documents.chunk_count, documents.term_count) != (counted.chunk_count, counted.term_count)
"""
_WITH_GAPS = """
(SELECT doc_id FROM chunks GROUP BY doc_id HAVING count(*) != max(position) + 1) AS gaps
"""


def problems(link: Link) -> tuple[str, ...]:
    """Check that every part agrees; a sentence a problem. Runs inside a snapshot."""
    checks = {
        "chunks are missing from the full text": f"chunks WHERE {_NO_WORDS}",
        "vectors have no chunk": f"vectors WHERE {_NO_CHUNK.format(table='vectors')}",
        "fingerprints have no chunk": f"molecules WHERE {_NO_CHUNK.format(table='molecules')}",
        "chunks have no document": f"chunks WHERE {_NO_DOCUMENT}",
        "documents are noted with another number of chunks or words": _MISCOUNTED,
        "documents lack some of their chunks and must be ingested again": _WITH_GAPS,
        "database indexes are unusable": (
            "pg_index JOIN pg_class ON pg_class.oid = indexrelid"
            " WHERE NOT indisvalid AND relnamespace = current_schema()::text::regnamespace"
        ),
    }
    if schema.embedder_of(link) is not None:
        checks["chunks have no vector"] = f"chunks WHERE {_NO_VECTOR}"
    if rdkit_installed():
        checks["molecules have no fingerprint"] = f"chunks WHERE {_NO_MOLECULE}"
    found = [
        f"{count} {problem}."
        for problem, rows in checks.items()
        if (count := link.value(f"SELECT count(*) FROM {rows}"))  # noqa: S608 - tables and conditions are ours
    ]
    if _lacks_graph(link):
        found.append("The graph over the vectors is missing: every search compares them all.")
    return tuple(found)


def mend(link: Link, stemmer: Stemmer) -> tuple[str, ...]:
    """Mend what `problems` names but missing vectors, from the chunks' own records.

    Runs inside the caller's transaction, which holds the settings alone. Lost chunks cannot be
    mended.
    """
    done: list[str] = []

    def note(count: int, what: str) -> None:
        if count:
            done.append(f"{count} {what}.")

    for table, name in (("vectors", "vectors"), ("molecules", "fingerprints")):
        gone = link.run(f"DELETE FROM {table} WHERE {_NO_CHUNK.format(table=table)}")  # noqa: S608 - tables are ours
        note(gone.rowcount, f"{name} without a chunk were removed")
    orphans = {chunk.doc_id: chunk for _, chunk in _chunks(link, _NO_DOCUMENT)}
    for chunk in orphans.values():
        reading = (chunk.revision, chunk.engine, chunk.fingerprint)
        write_document(link, IndexedDocument(chunk.doc_id, chunk.source, *reading, 0))
    note(len(orphans), "documents were noted again from their chunks")
    untold = _chunks(link, _NO_WORDS)
    link.many(
        "UPDATE chunks SET term_count = %s, terms = %s::tsvector WHERE id = %s",
        [(*search_words(stemmer, chunk), row) for row, chunk in untold],
    )
    note(len(untold), "chunks were put into the full text")
    counted = link.run(
        "UPDATE documents SET chunk_count = counted.chunk_count, term_count = counted.term_count"  # noqa: S608 - one of our own statements
        f" FROM ({COUNTED}) AS counted WHERE counted.doc_id = documents.doc_id AND"
        " (documents.chunk_count, documents.term_count)"
        " != (counted.chunk_count, counted.term_count)"
    )
    note(max(0, counted.rowcount - len(orphans)), "documents had their chunks counted again")
    note(write_molecules(link, _chunks(link, _NO_MOLECULE)), "molecules were given fingerprints")
    built = schema.embedder_of(link)
    if built is not None and _lacks_graph(link):
        schema.make_graph(link, built.dimension)
        done.append("The graph over the vectors was made again.")
    return tuple(done)


def embed_missing(link: Link, embedder: Embedder) -> int:
    """Embed the chunks that have no vector; returns their number.

    Texts are embedded outside any transaction, and put in a batch at a time.
    """
    count = 0
    while chunks := _chunks(link, _NO_VECTOR, BATCH):
        texts = {text_hash(chunk): chunk.embedding_text for _, chunk in chunks}
        vectors = embedded(embedder, texts)
        with link.writing():
            link.lock_settings()
            # A chunk may have changed or gone meanwhile; the next round sees to it.
            still = {
                row
                for (row,) in link.run(
                    "SELECT id FROM chunks WHERE id = ANY (%s) AND text_hash = ANY (%s) FOR UPDATE",
                    ([row for row, _ in chunks], list(vectors)),
                )
            }
            kept = [(row, text_hash(chunk)) for row, chunk in chunks if row in still]
            write_vectors(link, [(row, digest, vectors[digest]) for row, digest in kept])
        count += len(kept)
    return count


def embed_anew(link: Link, embedder: Embedder | None) -> None:
    """Put vectors of another embedder in place of all that are stored; `None` removes them.

    The new ones are gathered in a table of their own, so that an interrupted run goes on where
    it stopped, and readers see the old ones until all are there.
    """
    if embedder is None:
        with link.writing():
            link.lock_settings(alone=True)
            schema.forget_embedder(link)
        return
    link.run(
        "CREATE TABLE IF NOT EXISTS vectors_to_come (embedder text, text_hash text,"
        " embedding vector NOT NULL, PRIMARY KEY (embedder, text_hash))"
    )
    to_come = (
        "NOT EXISTS (SELECT FROM vectors_to_come AS next WHERE next.embedder = %s"
        " AND next.text_hash = chunks.text_hash)"
    )
    complete = False
    while not complete:
        while chunks := _chunks(link, to_come, BATCH, embedder.name):
            texts = {text_hash(chunk): chunk.embedding_text for _, chunk in chunks}
            link.many(
                "INSERT INTO vectors_to_come VALUES (%s, %s, %s::vector) ON CONFLICT DO NOTHING",
                [
                    (embedder.name, digest, stored_text(blob))
                    for digest, blob in embedded(embedder, texts).items()
                ],
            )
        with link.writing():
            link.lock_settings(alone=True)
            # Another process may have written meanwhile: its texts come with the next round.
            complete = not _chunks(link, to_come, 1, embedder.name)
            if complete:
                _exchange(link, embedder)


def _exchange(link: Link, embedder: Embedder) -> None:
    schema.forget_embedder(link)
    link.run(
        "INSERT INTO vectors SELECT chunks.id, text_hash, next.embedding"
        " FROM chunks JOIN vectors_to_come AS next USING (text_hash) WHERE next.embedder = %s",
        (embedder.name,),
    )
    link.run("DROP TABLE vectors_to_come")
    schema.remember_embedder(link, EmbedderFacts.of(embedder))


def wipe(link: Link) -> None:
    """Rewrite the tables, so that nothing deleted is left in their files or statistics."""
    tables = ["documents", "chunks", "vectors", "molecules"]
    # What an interrupted `embed_anew` left behind may hold deleted texts' vectors too.
    if link.value("SELECT to_regclass('vectors_to_come')") is not None:
        link.run(
            "DELETE FROM vectors_to_come AS next WHERE NOT EXISTS"
            " (SELECT FROM chunks WHERE chunks.text_hash = next.text_hash)"
        )
        tables.append("vectors_to_come")
    for table in tables:
        link.run(f"VACUUM (FULL, ANALYZE) {table}")


def _lacks_graph(link: Link) -> bool:
    built = schema.embedder_of(link)
    if built is None or built.dimension > schema.MAX_INDEXED_DIMENSION:
        return False
    return link.value("SELECT to_regclass('vectors_by_nearness')") is None


def _chunks(
    link: Link, condition: str, count: int | None = None, *values: object
) -> list[tuple[int, Chunk]]:
    rows = link.run(
        f"SELECT id, record::text FROM chunks WHERE {condition} ORDER BY id LIMIT %s",  # noqa: S608 - conditions are ours
        (*values, count),
    )
    return [(row, Chunk.model_validate_json(record)) for row, record in rows]
