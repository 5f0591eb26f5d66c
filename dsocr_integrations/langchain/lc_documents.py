"""LangChain's `Document`: made of a passage, and quoted for a prompt."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from langchain_core.documents import Document

from dsocr_integrations.export import langchain_record
from dsocr_integrations.passages import Passage
from dsocr_integrations.retrieval import quoted_documents


def to_langchain(passage: Passage, *, context: bool = True) -> Document:
    """Rename a passage's fields.

    Args:
        passage: The passage.
        context: Whether the content begins with the passage's context.

    Returns:
        A document whose `id` is the passage's and whose metadata holds scalars only. `page`
        is 0-based, as in LangChain's own PDF loaders; `page_number` is 1-based.
    """
    return Document(**langchain_record(passage if context else replace(passage, context="")))


def quoted(documents: Iterable[Document]) -> str:
    """Documents as text for a prompt: numbered from 1, each below its citation.

    What was printed stands between marks that no document knows, below a notice that it is to be
    quoted and never followed.

    Args:
        documents: Documents of our retriever or loader, out of whatever store.
    """
    return quoted_documents((one.page_content, one.metadata) for one in documents)
