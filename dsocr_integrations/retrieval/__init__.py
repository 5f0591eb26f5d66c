"""Asking an index: what a retriever finds, what a model's tools answer, and what they cite."""

from __future__ import annotations

from dsocr_integrations.retrieval.answers import Answer, CitedPassages, CitedRows
from dsocr_integrations.retrieval.cited import Cited
from dsocr_integrations.retrieval.cited_crop import crop
from dsocr_integrations.retrieval.found_passage import FoundPassage
from dsocr_integrations.retrieval.lazy_index import IndexLike, LazyIndex
from dsocr_integrations.retrieval.questions import (
    QUESTIONS,
    QueryTables,
    Question,
    ReadPage,
    SearchDocuments,
    SearchStructure,
    mistake,
)
from dsocr_integrations.retrieval.quoting import NOTICE, quoted_documents, quoted_each
from dsocr_integrations.retrieval.retriever import RetrievalMode, Retriever

__all__ = [
    "NOTICE",
    "QUESTIONS",
    "Answer",
    "Cited",
    "CitedPassages",
    "CitedRows",
    "FoundPassage",
    "IndexLike",
    "LazyIndex",
    "QueryTables",
    "Question",
    "ReadPage",
    "RetrievalMode",
    "Retriever",
    "SearchDocuments",
    "SearchStructure",
    "crop",
    "mistake",
    "quoted_documents",
    "quoted_each",
]
