"""Identities: what makes a document, a revision and a chunk the same one again."""

from __future__ import annotations

import hashlib
import uuid

NAMESPACE = uuid.UUID("8f0f2f3c-5c43-5d0b-9d5e-2b7b0b6a5f10")
"""Namespace of every UUIDv5 made here. Changing it would orphan every index."""


def document_id(source: str) -> str:
    """UUIDv5 of a source's URI or path relative to the ingest root."""
    return str(uuid.uuid5(NAMESPACE, source))


def revision_of(data: bytes) -> str:
    """SHA-256 of a source's bytes, in hex."""
    return hashlib.sha256(data).hexdigest()


def page_id(doc_id: str, number: int) -> str:
    """UUIDv5 of a page's place, whatever stands on it.

    Args:
        doc_id: The document's id.
        number: 1-based number of the page.
    """
    return str(uuid.uuid5(NAMESPACE, f"{doc_id}|{number}"))


def chunk_id(doc_id: str, page: int, kind: str, ordinal: int, text: str) -> str:
    """UUIDv5 of a chunk.

    Args:
        doc_id: The document's id.
        page: 1-based number of the chunk's first page.
        kind: The chunk's kind.
        ordinal: 0-based place among that page's chunks, so that a change on one page leaves
            the ids of the others alone.
        text: The chunk's text.
    """
    digest = hashlib.sha256(text.encode()).hexdigest()
    return str(uuid.uuid5(NAMESPACE, f"{doc_id}|{page}|{kind}|{ordinal}|{digest}"))


def content_key(*parts: str) -> str:
    """SHA-256 over parts, each preceded by its length so that none can run into the next."""
    digest = hashlib.sha256()
    for part in parts:
        data = part.encode()
        digest.update(len(data).to_bytes(8, "big"))
        digest.update(data)
    return digest.hexdigest()
