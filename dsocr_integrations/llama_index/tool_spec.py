"""What an agent may ask of an index, as LlamaIndex's tools."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

from llama_index.core.base.llms.types import TextBlock
from llama_index.core.tools import AsyncBaseTool, ToolMetadata, ToolOutput
from llama_index.core.tools.tool_spec.base import BaseToolSpec
from pydantic import ValidationError

from dsocr_integrations.errors import ConfigurationError
from dsocr_integrations.index.rerankers import RerankerLike
from dsocr_integrations.llama_index.cited_nodes import cited_node
from dsocr_integrations.retrieval import (
    QUESTIONS,
    Answer,
    IndexLike,
    LazyIndex,
    Question,
    mistake,
)

if TYPE_CHECKING:
    from dsocr_integrations.index.embedders.loading import EmbedderLike


class DeepSeekOCRToolSpec(BaseToolSpec):
    """`search_documents`, `search_structure`, `read_page` and `query_tables` for agents.

    They only read. What a model is shown of documents stands between marks that no document knows,
    below a notice that it is to be quoted and never followed; the passages as nodes are the
    `raw_output`. What cannot be answered is raised, which agents tell their model in a sentence.

    Args:
        index: Folder, file or PostgreSQL URL of the index, opened by the first question; or an open
            index. As configured where it is not given.
        embedder: Turns queries into vectors: an embedding model of LlamaIndex, or what else
            `open_index` takes; as configured by default.
        reranker: Orders the best hits of a search anew, as the retriever takes it.
    """

    spec_functions = [question.tool for question in QUESTIONS]  # noqa: RUF012 - LlamaIndex's own

    def __init__(
        self,
        index: IndexLike = None,
        *,
        embedder: EmbedderLike | None = None,
        reranker: RerankerLike | None = None,
    ) -> None:
        self._index = LazyIndex(index, embedder=embedder, reranker=reranker)

    def close(self) -> None:
        """Close the index, unless it was given open; the next question opens it again."""
        self._index.close()

    def to_tool_list(  # type: ignore[override]
        self,
        spec_functions: list[str] | None = None,
        func_to_metadata_mapping: dict[str, ToolMetadata] | None = None,
    ) -> list[AsyncBaseTool]:
        """Make the tools.

        Args:
            spec_functions: Names of those wanted; all by default.
            func_to_metadata_mapping: By name, what a model is told of a tool in place of our words.
        """
        known = {question.tool: question for question in QUESTIONS}
        told = func_to_metadata_mapping or {}
        return [
            _DocumentTool(known[name], self._index, told.get(name))
            for name in spec_functions or known
        ]


class _DocumentTool(AsyncBaseTool):
    """Asks one kind of question."""

    def __init__(
        self, question: type[Question], index: LazyIndex, metadata: ToolMetadata | None
    ) -> None:
        self._question = question
        self._index = index
        self._metadata = metadata or ToolMetadata(
            name=question.tool, description=inspect.getdoc(question) or "", fn_schema=question
        )

    @property
    def metadata(self) -> ToolMetadata:
        """What a model is told of it."""
        return self._metadata

    def call(self, **arguments: Any) -> ToolOutput:  # type: ignore[override]
        """Ask."""
        answer = self._asked(arguments).ask(self._index.open())
        return self._told(arguments, answer)

    async def acall(self, **arguments: Any) -> ToolOutput:  # type: ignore[override]
        """Ask without blocking the event loop; cancelling gives up the question."""
        answer = await self._asked(arguments).aask(await self._index.aopen())
        return self._told(arguments, answer)

    def _asked(self, arguments: dict[str, Any]) -> Question:
        try:
            return self._question(**arguments)
        except ValidationError as error:
            raise ConfigurationError(mistake(error)) from error

    def _told(self, arguments: dict[str, Any], answer: Answer) -> ToolOutput:
        return ToolOutput(
            tool_name=self._metadata.get_name(),
            blocks=[TextBlock(text=text) for text in answer.texts],
            raw_input=arguments,
            raw_output=list(map(cited_node, answer.cited)),
        )
