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
from dsocr_integrations.index.filtering import SearchFilters
from dsocr_integrations.index.structures import StructureMode
from dsocr_integrations.mcp.answers import (
    DocumentList,
    ListedDocument,
    Passages,
    Rows,
    answer,
    marked,
    passage_of,
    passages_answer,
)
from dsocr_integrations.output import evidence_crops as evidence
from dsocr_integrations.records.chunks import ChunkKind

MAX_HITS = 50
MAX_LISTED = 500
MAX_SIDE = 1_600
"""Longest side of a picture in pixels, so that it stays within what a model takes."""

Limit = Annotated[int, Field(ge=1, le=MAX_HITS, description="Most passages to return.")]
DocId = Annotated[str, Field(description="A document's id, from a passage or list_documents.")]
PageNumber = Annotated[int, Field(ge=1, description="1-based page number.")]


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
        query: Annotated[str, Field(description="Words, numbers, codes or a question.")],
        kind: Annotated[ChunkKind | None, Field(description="Only passages of this kind.")] = None,
        source: Annotated[
            str | None, Field(description="Only this source, as passages name it.")
        ] = None,
        page: Annotated[int | None, Field(ge=1, description="Only this 1-based page.")] = None,
        limit: Limit = 5,
    ) -> Annotated[CallToolResult, Passages]:
        """Search the documents by words and, where the index has vectors, by meaning.

        Every passage comes with its citation: source, revision, page, boxes, engine. Use `crop`
        with its chunk_id to see the place on the page, and `get_page` to read around it.
        """
        with _told():
            filters = SearchFilters(kind=kind, source=source, page=page)
            hits = self._index.search(query, limit, filters)
            found = [
                passage_of(
                    hit.chunk,
                    hit.span,
                    score=round(hit.score, 6),
                    found_by=list(hit.found_by),
                    similarity=hit.similarity,
                )
                for hit in hits
            ]
            reason = hits.reason.message if hits.reason is not None else None
            return passages_answer(Passages(passages=found, mode=self._index.mode, reason=reason))

    def search_structure(
        self,
        smiles: Annotated[
            str, Field(description="SMILES or InChIKey; SMARTS too for a substructure.")
        ],
        mode: Annotated[
            StructureMode,
            Field(description="The same molecule, the most similar, or those that contain it."),
        ] = "substructure",
        limit: Limit = 10,
    ) -> Annotated[CallToolResult, Passages]:
        """Find drawn molecules by structure, each with the page and box it was drawn on."""
        with _told():
            hits = self._index.search_structure(smiles, mode, k=limit)
            found = [passage_of(hit.chunk, similarity=hit.similarity) for hit in hits]
            return passages_answer(Passages(passages=found, reason=hits.reason))

    def get_page(self, doc_id: DocId, page: PageNumber) -> Annotated[CallToolResult, Passages]:
        """Read all of a page, in reading order."""
        with _told():
            chunks = self._index.chunks(SearchFilters(doc_id=doc_id, page=page))
            found = [passage_of(chunk) for chunk in chunks]
        if not found:
            raise ToolError(f"The index holds nothing of page {page} of document {doc_id}.")
        return passages_answer(Passages(passages=found))

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
        return passages_answer(Passages(passages=[passage_of(chunk)]), image)

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
        self,
        statement: Annotated[str, Field(description="One SELECT in DuckDB's dialect.")],
        source: Annotated[str | None, Field(description="Only the tables of this source.")] = None,
    ) -> Annotated[CallToolResult, Rows]:
        """Ask the tables and charts of the documents in SQL.

        `tables` lists them (table_name, source, page, caption, columns, types, units, scale);
        each is there under its table_name; `cells` has one row a cell (printed, value, unit).
        """
        from dsocr_integrations.sql import QueryLimits, run_query, tables_of_index

        with _told():
            tables = tables_of_index(self._index, source)
            found = run_query(statement, tables, QueryLimits(rows=MAX_LISTED))
        rows = [list(row) for row in found.rows]
        structured = Rows(
            columns=list(found.columns),
            types=list(found.types),
            truncated=found.truncated,
            untrusted_rows=rows,
        )
        lines = [" | ".join(found.columns), *(" | ".join(map(str, row)) for row in rows)]
        return answer(structured, [structured.notice, marked("\n".join(lines))])


@contextmanager
def _told() -> Iterator[None]:
    """Tell the package's errors to the client as they are; others stay hidden from it."""
    try:
        yield
    except DsocrError as error:
        raise ToolError(str(error)) from error
