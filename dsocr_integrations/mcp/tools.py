"""The tools: search, structures, pages, pictures, the list of documents, and SQL where allowed."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Annotated

from mcp.server.mcpserver.exceptions import ToolError
from mcp.types import CallToolResult, ImageContent
from pydantic import Field

from dsocr_integrations.errors import DsocrError
from dsocr_integrations.index.base import Index
from dsocr_integrations.mcp.answers import (
    DocumentList,
    ListedDocument,
    Passages,
    Rows,
    answer,
    passages_answer,
)
from dsocr_integrations.output import evidence_crops as evidence
from dsocr_integrations.retrieval import (
    Cited,
    CitedPassages,
    QueryTables,
    ReadPage,
    SearchDocuments,
    SearchStructure,
)
from dsocr_integrations.retrieval.questions import (
    Comparison,
    Kind,
    Limit,
    MinScore,
    OnPage,
    PageNumber,
    PerPage,
    SourceName,
    Statement,
    Structure,
    Words,
)

MAX_LISTED = 500
MAX_SIDE = 1_600
"""Longest side of a picture in pixels, so that it stays within what a model takes."""

DocId = Annotated[str, Field(description="A document's id, from a passage or list_documents.")]


class Tools:
    """The tools over an open index; each method is one tool.

    Args:
        index: The index; only read.
        roots: Folders that relative sources may be relative to, beside those the index knows.
    """

    def __init__(self, index: Index, roots: Sequence[str] = ()) -> None:
        self._index = index
        self._roots = roots

    def search(
        self,
        query: Words,
        kind: Kind = None,
        source: SourceName = None,
        page: OnPage = None,
        limit: Limit = 5,
        *,
        min_score: MinScore = 0.0,
        per_page: PerPage = None,
    ) -> Annotated[CallToolResult, Passages]:
        """Search the documents by words and, where the index has vectors, by meaning.

        Every passage comes with its citation: source, revision, page, boxes, engine. Use `crop`
        with its chunk_id to see the place on the page, and `get_page` to read around it.
        """
        with _told():
            asked = SearchDocuments(
                query=query,
                kind=kind,
                source=source,
                page=page,
                limit=limit,
                min_score=min_score,
                per_page=per_page,
            )
            return passages_answer(asked.ask(self._index))

    def search_structure(
        self, smiles: Structure, mode: Comparison = "substructure", limit: Limit = 10
    ) -> Annotated[CallToolResult, Passages]:
        """Find drawn molecules by structure, each with the page and box it was drawn on."""
        with _told():
            asked = SearchStructure(smiles=smiles, mode=mode, limit=limit)
            return passages_answer(asked.ask(self._index))

    def get_page(self, doc_id: DocId, page: PageNumber) -> Annotated[CallToolResult, Passages]:
        """Read all of a page, in reading order."""
        with _told():
            return passages_answer(ReadPage(document=doc_id, page=page).ask(self._index))

    def crop(
        self,
        chunk_id: Annotated[str, Field(description="A passage's chunk_id.")],
        page: Annotated[
            int | None, Field(ge=1, description="Which page of a passage that stands on several.")
        ] = None,
    ) -> Annotated[CallToolResult, Passages]:
        """Show the place that a passage was read from, as a picture with its boxes outlined.

        It is drawn from the source only if that still holds the bytes that were read.
        """
        with _told():
            chunk = self._index.get(chunk_id)
            if chunk is None:
                raise ToolError(f"The index holds no chunk {chunk_id}.")
            roots = (*self._index.roots(), *self._roots)
            picture = evidence.crop(chunk, roots=roots, page=page)
        picture.thumbnail((MAX_SIDE, MAX_SIDE))
        data = io.BytesIO()
        picture.save(data, "PNG")
        image = ImageContent(
            type="image", data=base64.b64encode(data.getvalue()).decode(), mime_type="image/png"
        )
        return passages_answer(CitedPassages((Cited.of_chunk(chunk),)), image)

    def list_documents(
        self,
        limit: Annotated[int, Field(ge=1, le=MAX_LISTED)] = 100,
        offset: Annotated[int, Field(ge=0, description="How many to pass over.")] = 0,
    ) -> Annotated[CallToolResult, DocumentList]:
        """List the documents of the index, ordered by source."""
        with _told():
            documents = self._index.documents()
        shown = [
            ListedDocument(
                doc_id=one.doc_id,
                source=one.source,
                revision=one.revision,
                engine=one.engine,
                engine_fingerprint=one.fingerprint,
                chunks=one.chunks,
            )
            for one in documents[offset : offset + limit]
        ]
        after = offset + len(shown)
        listed = DocumentList(
            documents=shown,
            total=len(documents),
            next_offset=after if after < len(documents) else None,
        )
        lines = [f"{one.source}: doc_id {one.doc_id}, {one.chunks} passages" for one in shown]
        return answer(listed, ["\n".join([f"{len(documents)} documents.", *lines])])

    def sql(
        self, statement: Statement, source: SourceName = None
    ) -> Annotated[CallToolResult, Rows]:
        """Ask the tables and charts of the documents in SQL.

        `tables` lists them (table_name, source, page, caption, columns, types, units, scale);
        each is there under its table_name; `cells` has one row a cell (printed, value, unit).
        """
        with _told():
            found = QueryTables(statement=statement, source=source).ask(self._index)
        structured = Rows(
            columns=list(found.rows.columns),
            types=list(found.rows.types),
            truncated=found.rows.truncated,
            untrusted_rows=[list(row) for row in found.rows.rows],
        )
        return answer(structured, found.texts)


@contextmanager
def _told() -> Iterator[None]:
    """Tell the package's errors to the client as they are; others stay hidden from it."""
    try:
        yield
    except DsocrError as error:
        raise ToolError(str(error)) from error
