"""Chunks to vectors: each text embedded once, by the hash of what is embedded."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

from dsocr_integrations.index.embedders.base import checked
from dsocr_integrations.records.chunks import Chunk

if TYPE_CHECKING:
    from dsocr_integrations.index.embedders import Embedder

StoredVector = tuple[str, bytes]
"""Hash of the embedded text, and the unit vector as little-endian float32."""

BATCH = 64
"""Texts embedded at a time while an index is mended or embedded anew."""


class VectorStore(Protocol):
    """What is asked of an index before texts are embedded for it."""

    def hashes_of(self, chunk_ids: Sequence[str]) -> dict[str, str]:
        """Text hashes of the chunks that have a vector, by chunk id."""
        ...

    def vectors_by_hash(self, hashes: Collection[str]) -> dict[str, bytes]:
        """Stored vectors by the hash of their text, under whichever chunk."""
        ...


def text_hash(chunk: Chunk) -> str:
    """Hash of the text that is embedded for a chunk."""
    return hashlib.sha256(chunk.embedding_text.encode()).hexdigest()


def vectors_of(
    store: VectorStore, embedder: Embedder, chunks: Sequence[Chunk]
) -> dict[str, StoredVector]:
    """Vectors that are still to be written, by chunk id.

    A text that the index has a vector of, under whichever chunk, is not embedded again: an
    index holds one embedder's vectors only. The rest are embedded, each text once.

    Args:
        store: The open index.
        embedder: The index's embedder.
        chunks: Chunks to be written.

    Raises:
        IndexMismatchError: If the embedder gives vectors of another shape.
    """
    have = store.hashes_of([chunk.chunk_id for chunk in chunks])
    digests = {chunk.chunk_id: text_hash(chunk) for chunk in chunks}
    wanted = {key: digest for key, digest in digests.items() if have.get(key) != digest}
    known = store.vectors_by_hash(set(wanted.values()))
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
        IndexMismatchError: If the embedder gives vectors of another shape, or values that are
            no numbers.
    """
    if not texts:
        return {}
    from dsocr_integrations.index.unit_vectors import normalised

    vectors = checked(embedder, embedder.embed_documents(list(texts.values())), len(texts))
    blobs = normalised(vectors).astype("<f4")
    return {digest: blob.tobytes() for digest, blob in zip(texts, blobs, strict=True)}
