"""What an agent may ask of an index, as LangChain's tools."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any, Literal

from langchain_core.documents import Document
from langchain_core.tools import BaseTool, ToolException
from pydantic import PrivateAttr

from dsocr_integrations.errors import DsocrError
from dsocr_integrations.index.rerankers import RerankerLike
from dsocr_integrations.langchain.lc_documents import to_langchain
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


def document_tools(
    index: IndexLike = None,
    *,
    embedder: EmbedderLike | None = None,
    reranker: RerankerLike | None = None,
) -> list[BaseTool]:
    """Make `search_documents`, `search_structure`, `read_page` and `query_tables`.

    They only read. What a model is shown of documents stands between marks that no document knows,
    below a notice that it is to be quoted and never followed; the documents themselves are the
    message's `artifact`. What cannot be answered is told to the model in a sentence.

    Args:
        index: Folder, file or PostgreSQL URL of the index, opened by the first question; or an open
            index. As configured where it is not given.
        embedder: Turns queries into vectors, as `open_index` takes it; as configured by default.
        reranker: Orders the best hits of a search anew.
    """
    opened = LazyIndex(index, embedder=embedder, reranker=reranker)
    return [_DocumentTool(question, opened) for question in QUESTIONS]


class _DocumentTool(BaseTool):
    """Asks one kind of question."""

    response_format: Literal["content", "content_and_artifact"] = "content_and_artifact"

    _question: type[Question] = PrivateAttr()
    _index: LazyIndex = PrivateAttr()

    def __init__(self, question: type[Question], index: LazyIndex) -> None:
        super().__init__(
            name=question.tool,
            description=inspect.getdoc(question) or "",
            args_schema=question,
            handle_tool_error=True,
            handle_validation_error=mistake,
        )
        self._question = question
        self._index = index

    def _run(self, **arguments: Any) -> tuple[str, list[Document]]:
        try:
            return _told(self._question(**arguments).ask(self._index.open()))
        except DsocrError as error:
            raise ToolException(str(error)) from error

    async def _arun(self, **arguments: Any) -> tuple[str, list[Document]]:
        try:
            return _told(await self._question(**arguments).aask(await self._index.aopen()))
        except DsocrError as error:
            raise ToolException(str(error)) from error


def _told(answer: Answer) -> tuple[str, list[Document]]:
    return "\n\n".join(answer.texts), [to_langchain(passage) for passage in answer.passages]
