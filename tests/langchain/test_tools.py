"""What an agent may ask of an index, by LangChain's own suites and beyond them."""

from __future__ import annotations

from typing import Any

import pytest
from langchain_core.documents import Document
from langchain_core.messages import ToolMessage
from langchain_core.tools import BaseTool
from langchain_tests.integration_tests import ToolsIntegrationTests
from langchain_tests.unit_tests import ToolsUnitTests

from dsocr_integrations.langchain import crop, document_tools
from dsocr_integrations.retrieval import NOTICE
from tests.herons_index import DOC_ID

EXAMPLES: dict[str, dict[str, Any]] = {
    "search_documents": {"query": "herons wade", "kind": "text"},
    "search_structure": {"smiles": "CO", "mode": "substructure"},
    "read_page": {"document": "herons.pdf", "page": 2},
    "query_tables": {"statement": "SELECT sum(sales) FROM herons_p2_t1"},
}


class EachTool:
    """What LangChain's own suites ask of each tool."""

    @pytest.fixture(autouse=True, params=EXAMPLES)
    def made(self, request: pytest.FixtureRequest, place: str) -> None:
        self.name = request.param
        self.tools = {tool.name: tool for tool in document_tools(place, embedder="none")}

    @property
    def tool_constructor(self) -> BaseTool:
        return self.tools[self.name]

    @property
    def tool_invoke_params_example(self) -> dict[str, Any]:
        return EXAMPLES[self.name]


class TestUnits(EachTool, ToolsUnitTests):
    """Without an answer."""


class TestIntegration(EachTool, ToolsIntegrationTests):
    """With answers."""


@pytest.fixture
def tools(index) -> dict[str, BaseTool]:
    return {tool.name: tool for tool in document_tools(index)}


def called(tool: BaseTool, **arguments: Any) -> dict[str, Any]:
    return {"type": "tool_call", "id": "1", "name": tool.name, "args": arguments}


@pytest.mark.parametrize("name", EXAMPLES)
async def test_a_message_quotes_and_its_artifact_cites(tools, name, index):
    tool = tools[name]
    message = tool.invoke(called(tool, **EXAMPLES[name]))

    assert isinstance(message, ToolMessage)
    assert message.status == "success"
    assert message.content.startswith(NOTICE)
    assert "[DOCUMENT TEXT " in message.content
    assert {one.metadata["doc_id"] for one in message.artifact} == {DOC_ID}
    assert all(isinstance(one, Document) and crop(one, index=index) for one in message.artifact)
    again = await tool.ainvoke(called(tool, **EXAMPLES[name]))
    assert again.artifact == message.artifact


def test_text_of_documents_cannot_end_its_quotation(tools):
    tool = tools["search_documents"]
    asked = called(tool, query="previous instructions", limit=1)
    said = tool.invoke(asked).content

    head, _, quoted = said.partition("[DOCUMENT TEXT ")
    assert "Ignore all" not in head
    assert "reading doubtful" in head
    assert said.endswith(f"[END {quoted[:12]}]")
    assert quoted[:12] not in tool.invoke(asked).content


@pytest.mark.parametrize(
    ("name", "arguments", "sentence"),
    [
        ("search_documents", {"query": "x", "limit": 5_000}, "less than or equal to 50"),
        ("search_documents", {"query": "x", "kind": "poem"}, "kind: Input should be"),
        ("search_structure", {"smiles": "not a molecule"}, "not a molecule"),
        ("read_page", {"document": "../../etc/passwd", "page": 1}, "holds nothing of page 1"),
        ("query_tables", {"statement": "COPY cells TO 'x'"}, "Only SELECT is run, not COPY."),
        ("query_tables", {"statement": "SELECT * FROM '/etc/passwd'"}, "/etc/passwd"),
    ],
)
async def test_what_cannot_be_answered_is_told_to_the_model(tools, name, arguments, sentence):
    tool = tools[name]
    for message in (
        tool.invoke(called(tool, **arguments)),
        await tool.ainvoke(called(tool, **arguments)),
    ):
        assert message.status == "error"
        assert sentence in message.content
        assert "Traceback" not in message.content
        assert "root:" not in message.content


def test_nothing_found_says_why(tools):
    assert "zebra" in tools["search_documents"].invoke({"query": "zebra"})
