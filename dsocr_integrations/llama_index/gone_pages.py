"""Pages and documents that are gone, taken out of a pipeline's stores."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from itertools import count

from llama_index.core.schema import BaseNode
from llama_index.core.storage.docstore import BaseDocumentStore
from llama_index.core.vector_stores.types import BasePydanticVectorStore

from dsocr_integrations.records.identity import document_id, page_id

_MISSING_IN_A_ROW = 100
"""Pages that may lie between two that are kept, as they were not asked for or could not be read."""


def delete_gone_pages(
    documents: Iterable[BaseNode],
    docstore: BaseDocumentStore,
    vector_store: BasePydanticVectorStore,
) -> int:
    """Delete the pages beyond the end of documents that have become shorter.

    A pipeline with `DocstoreStrategy.UPSERTS` replaces pages and deletes none. Call this after
    each run.

    Args:
        documents: Pages, as `DeepSeekOCRReader` gives them; one of each document will do.
            Documents of other readers among them are left alone.
        docstore: The pipeline's store of documents.
        vector_store: The pipeline's store of vectors.

    Returns:
        How many pages were deleted.
    """
    ours = (one.metadata for one in documents if {"doc_id", "total_pages"} <= one.metadata.keys())
    lengths = {page["doc_id"]: page["total_pages"] for page in ours}
    known = set(docstore.get_all_document_hashes().values())
    gone = [one for doc_id, end in lengths.items() for one in _kept_after(end, doc_id, known)]
    _delete(gone, docstore, vector_store)
    return len(gone)


def delete_source(
    source: str, docstore: BaseDocumentStore, vector_store: BasePydanticVectorStore
) -> int:
    """Delete the pages of a document that is gone.

    Args:
        source: The document, as its metadata says it.
        docstore: The pipeline's store of documents.
        vector_store: The pipeline's store of vectors.

    Returns:
        How many pages were deleted.
    """
    known = set(docstore.get_all_document_hashes().values())
    gone = _kept_after(0, document_id(source), known)
    _delete(gone, docstore, vector_store)
    return len(gone)


def _kept_after(end: int, doc_id: str, known: Collection[str]) -> list[str]:
    """The pages of a document behind its first `end` ones that are among those known."""
    found: list[str] = []
    for number in count(end + 1):
        if number - end > _MISSING_IN_A_ROW:
            return found
        if (page := page_id(doc_id, number)) in known:
            found.append(page)
            end = number
    return found


def _delete(
    pages: Iterable[str], docstore: BaseDocumentStore, vector_store: BasePydanticVectorStore
) -> None:
    for page in pages:
        vector_store.delete(page)
        docstore.delete_document(page, raise_error=False)
