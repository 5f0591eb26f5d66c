"""A passage as LangChain's `Document`."""

from __future__ import annotations

from dataclasses import replace

from langchain_core.documents import Document

from dsocr_integrations.export import langchain_record
from dsocr_integrations.passages import Passage


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
