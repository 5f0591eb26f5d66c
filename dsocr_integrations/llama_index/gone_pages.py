"""Pages that a document has no longer, taken out of a pipeline's stores."""

from __future__ import annotations

from collections.abc import Iterable

from llama_index.core.schema import BaseNode
from llama_index.core.storage.docstore import BaseDocumentStore
from llama_index.core.vector_stores.types import BasePydanticVectorStore

from dsocr_integrations.records.identity import page_id


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
        docstore: The pipeline's store of documents.
        vector_store: The pipeline's store of vectors.

    Returns:
        How many pages were deleted.
    """
    lengths = {one.metadata["doc_id"]: one.metadata["total_pages"] for one in documents}
    deleted = 0
    for doc_id, length in lengths.items():
        number = length + 1
        while docstore.get_document_hash(gone := page_id(doc_id, number)) is not None:
            vector_store.delete(gone)
            docstore.delete_document(gone, raise_error=False)
            deleted += 1
            number += 1
    return deleted
