"""What a model may ask of an index: read only, and bounded.

A question is a record: its name and docstring are what a model is told of it, its fields what it
may say. The doors make their frameworks' tools of them.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from functools import partial
from typing import Annotated, ClassVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from dsocr_integrations.errors import ConfigurationError
from dsocr_integrations.index.base import Index
from dsocr_integrations.index.filtering import SearchFilters
from dsocr_integrations.index.structures import StructureMode
from dsocr_integrations.records.chunks import ChunkKind
from dsocr_integrations.records.documents import Box
from dsocr_integrations.retrieval.answers import Answer, CitedPassages, CitedRows
from dsocr_integrations.retrieval.cited import Cited
from dsocr_integrations.runner.event_loops import called_without_blocking
from dsocr_integrations.sql import Query, QueryLimits, SqlTable, tables_of_index

MAX_HITS = 50
MAX_ROWS = 500
TABLE_KINDS: tuple[ChunkKind, ...] = ("table", "chart")

Words = Annotated[str, Field(description="Words, numbers, codes or a question.")]
Kind = Annotated[ChunkKind | None, Field(description="Only passages of this kind.")]
SourceName = Annotated[str | None, Field(description="Only this source, as passages name it.")]
OnPage = Annotated[int | None, Field(ge=1, description="Only this 1-based page.")]
Limit = Annotated[int, Field(ge=1, le=MAX_HITS, description="Most passages to return.")]
MinScore = Annotated[
    float,
    Field(
        ge=0,
        le=1,
        description="Least score of a passage, which says how much of the query it holds; 0.35"
        " leaves out most of what does not answer.",
    ),
]
PerPage = Annotated[int | None, Field(ge=1, description="Most passages of one page.")]
Structure = Annotated[str, Field(description="SMILES or InChIKey; SMARTS too for a substructure.")]
Comparison = Annotated[
    StructureMode,
    Field(description="The same molecule, the most similar, or those that contain it."),
]
DocumentName = Annotated[
    str, Field(description="The document's source or doc_id, as passages name it.")
]
PageNumber = Annotated[int, Field(ge=1, description="1-based page number.")]
Statement = Annotated[str, Field(description="One SELECT in DuckDB's dialect.")]


class Question(BaseModel, ABC):
    """A question to an index.

    Attributes:
        tool: The name of the tool that asks it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    tool: ClassVar[str]

    @abstractmethod
    def ask(self, index: Index) -> Answer:
        """The answer.

        Raises:
            DsocrError: If there is none; in one sentence.
        """

    async def aask(self, index: Index) -> Answer:
        """As `ask`, without blocking the event loop; who cancels is not held up."""
        return await called_without_blocking(partial(self.ask, index))


class SearchDocuments(Question):
    """Search the documents by words and, where the index has vectors, by meaning.

    Every passage comes with its citation: source, page, box, and who read it. Cite source and page
    of what you use, and say so where a passage is marked as doubtful. Use read_page to read around
    a passage.
    """

    tool = "search_documents"

    query: Words
    kind: Kind = None
    source: SourceName = None
    page: OnPage = None
    limit: Limit = 5
    min_score: MinScore = 0.0
    per_page: PerPage = None

    def ask(self, index: Index) -> CitedPassages:
        """Search by words and meaning."""
        filters = SearchFilters(kind=self.kind, source=self.source, page=self.page)
        hits = index.search(
            self.query, self.limit, filters, min_score=self.min_score, per_page=self.per_page
        )
        reason = hits.reason.message if hits.reason is not None else None
        return CitedPassages(tuple(map(Cited.of_hit, hits)), index.mode, reason)


class SearchStructure(Question):
    """Find drawn molecules by structure, each with the page and box it was drawn on."""

    tool = "search_structure"

    smiles: Structure
    mode: Comparison = "substructure"
    limit: Limit = 10

    def ask(self, index: Index) -> CitedPassages:
        """Compare structures."""
        hits = index.search_structure(self.smiles, self.mode, k=self.limit)
        return CitedPassages(tuple(map(Cited.of_structure, hits)), reason=hits.reason)


class ReadPage(Question):
    """Read all of a page of a document, in reading order."""

    tool = "read_page"

    document: DocumentName
    page: PageNumber

    def ask(self, index: Index) -> CitedPassages:
        """Read the page.

        Raises:
            ConfigurationError: If the index holds nothing of it.
        """
        named = [
            SearchFilters(doc_id=self.document, page=self.page),
            SearchFilters(source=self.document, page=self.page),
        ]
        for filters in named:
            if chunks := tuple(map(Cited.of_chunk, index.chunks(filters))):
                return CitedPassages(chunks)
        raise ConfigurationError(
            f"The index holds nothing of page {self.page} of {self.document}.",
            remedy="Name the document as passages do, by its source or doc_id.",
        )


class QueryTables(Question):
    """Ask the tables and charts of the documents in SQL.

    `tables` lists them (table_name, source, page, caption, columns, types, units, scale); each is
    there under its table_name; `cells` has one row a cell (printed, value, unit). Begin with
    SELECT table_name, source, page, caption, columns FROM tables.
    """

    tool = "query_tables"

    statement: Statement
    source: SourceName = None

    def ask(self, index: Index) -> CitedRows:
        """Run the statement."""
        return _rows(index, self._query(index))

    async def aask(self, index: Index) -> CitedRows:
        """As `ask`, without blocking the event loop; cancelling ends the statement."""
        query = self._query(index)
        return await called_without_blocking(partial(_rows, index, query), query.give_up)

    def _query(self, index: Index) -> Query:
        tables = tables_of_index(index, self.source)
        return Query(self.statement, tables, QueryLimits(rows=MAX_ROWS))


QUESTIONS: tuple[type[Question], ...] = (SearchDocuments, SearchStructure, ReadPage, QueryTables)


def mistake(error: ValidationError) -> str:
    """What a model is told of arguments that a question does not take."""
    return "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors())


def _rows(index: Index, query: Query) -> CitedRows:
    rows = query.run()
    cited = {table.name: _cited_table(index, table) for table in rows.tables}
    return CitedRows(rows, {name: one for name, one in cited.items() if one is not None})


def _cited_table(index: Index, table: SqlTable) -> Cited | None:
    """The first chunk of a table, with the place of the whole of it on its first page."""
    placed = table.placed
    on_page = SearchFilters(source=placed.source, page=placed.page, kind=TABLE_KINDS)
    for chunk in index.chunks(on_page):
        span = chunk.spans[0]
        for whole in placed.boxes[:1]:
            if span.page == placed.page and _within(span.box, whole):
                return Cited(chunk, span.model_copy(update={"box": whole}))
    return None


def _within(box: Box, whole: Box) -> bool:
    return whole[0] <= box[0] and whole[1] <= box[1] and box[2] <= whole[2] and box[3] <= whole[3]
