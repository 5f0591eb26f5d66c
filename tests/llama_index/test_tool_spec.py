"""What an agent of LlamaIndex may ask of an index: alone, and with a scripted model."""

from __future__ import annotations

import json
from typing import Any

import pytest
from llama_index.core.agent.workflow import FunctionAgent, ReActAgent, ToolCallResult
from llama_index.core.base.llms.types import ChatMessage, ToolCallBlock
from llama_index.core.llms.mock import MockFunctionCallingLLM
from llama_index.core.schema import NodeWithScore
from llama_index.core.tools import AsyncBaseTool, ToolMetadata

from dsocr_integrations.errors import ConfigurationError, QueryError
from dsocr_integrations.llama_index import DeepSeekOCRToolSpec, crop
from dsocr_integrations.retrieval import NOTICE
from tests.herons_index import DOC_ID

EXAMPLES: dict[str, dict[str, Any]] = {
    "search_documents": {"query": "herons wade", "kind": "text"},
    "search_structure": {"smiles": "CO", "mode": "substructure"},
    "read_page": {"document": "herons.pdf", "page": 2},
    "query_tables": {"statement": "SELECT sum(sales) FROM herons_p2_t1"},
}


@pytest.fixture
def tools(index) -> dict[str, AsyncBaseTool]:
    return {tool.metadata.get_name(): tool for tool in DeepSeekOCRToolSpec(index).to_tool_list()}


def test_a_model_is_told_what_each_is_for_and_takes(tools):
    assert list(tools) == ["search_documents", "search_structure", "read_page", "query_tables"]
    for tool in tools.values():
        described = tool.metadata.to_openai_tool()["function"]
        fields = described["parameters"]["properties"]
        assert described["description"]
        assert all("description" in field for field in fields.values())
    assert '"maximum": 50' in tools["search_documents"].metadata.fn_schema_str


def test_some_are_taken_and_told_in_other_words(index):
    own = ToolMetadata("Read a page.", name="read_page")

    (tool,) = DeepSeekOCRToolSpec(index).to_tool_list(["read_page"], {"read_page": own})

    assert tool.metadata is own
    assert "Year" in str(tool(**EXAMPLES["read_page"]))


@pytest.mark.parametrize("name", EXAMPLES)
async def test_an_answer_quotes_and_its_nodes_cite(tools, name, index):
    told = tools[name](**EXAMPLES[name])

    assert str(told).startswith(NOTICE)
    assert "[DOCUMENT TEXT " in str(told)
    nodes = told.raw_output
    assert {node.metadata["doc_id"] for node in nodes} == {DOC_ID}
    assert all(isinstance(node, NodeWithScore) and crop(node, index=index).image for node in nodes)
    assert (await tools[name].acall(**EXAMPLES[name])).raw_output == nodes


def test_text_of_documents_cannot_end_its_quotation(tools):
    asked = {"query": "previous instructions", "limit": 1}
    said = str(tools["search_documents"](**asked))

    head, _, quoted = said.partition("[DOCUMENT TEXT ")
    assert "Ignore all" not in head
    assert "reading doubtful" in head
    assert said.endswith(f"[END {quoted[:12]}]")
    assert quoted[:12] not in str(tools["search_documents"](**asked))


@pytest.mark.parametrize(
    ("name", "arguments", "error", "sentence"),
    [
        ("search_documents", {"query": "x", "limit": 5_000}, ConfigurationError, "equal to 50"),
        ("search_documents", {"query": "x", "kind": "poem"}, ConfigurationError, "kind: Input"),
        ("search_documents", {"words": "x"}, ConfigurationError, "words: Extra inputs"),
        ("search_structure", {"smiles": "not a molecule"}, ConfigurationError, "not a molecule"),
        ("read_page", {"document": "../x", "page": 1}, ConfigurationError, "nothing of page 1"),
        ("query_tables", {"statement": "COPY cells TO 'x'"}, QueryError, "Only SELECT"),
    ],
)
async def test_what_cannot_be_answered_is_refused_in_a_sentence(
    tools, name, arguments, error, sentence
):
    with pytest.raises(error, match=sentence):
        tools[name](**arguments)
    with pytest.raises(error, match=sentence):
        await tools[name].acall(**arguments)


def scripted(*answers: Any) -> MockFunctionCallingLLM:
    """A model that calls a tool for each `(name, arguments)` and says each text, in turn."""
    turns = iter(answers)

    def answer(messages: Any, **options: Any) -> ChatMessage:
        said = next(turns)
        if isinstance(said, str):
            return ChatMessage(role="assistant", content=said)
        name, arguments = said
        call = ToolCallBlock(tool_call_id="1", tool_name=name, tool_kwargs=arguments)
        return ChatMessage(role="assistant", blocks=[call])

    return MockFunctionCallingLLM(response_generator=answer, is_chat_model=True)


async def results_of(agent: FunctionAgent | ReActAgent, question: str) -> tuple[str, list[Any]]:
    running = agent.run(question)
    results = [
        event async for event in running.stream_events() if isinstance(event, ToolCallResult)
    ]
    return str(await running), [result.tool_output for result in results]


async def test_a_function_agent_searches_reads_and_answers(tools):
    llm = scripted(
        ("search_documents", {"query": "herons"}),
        ("read_page", {"document": "herons.pdf", "page": 9}),
        ("read_page", {"document": "herons.pdf", "page": 2}),
        "Herons wade (herons.pdf, page 1).",
    )
    agent = FunctionAgent(tools=list(tools.values()), llm=llm)

    answer, (found, refused, page) = await results_of(agent, "What do herons do?")

    assert answer == "Herons wade (herons.pdf, page 1)."
    assert found.raw_output[0].metadata["page_number"] == 1
    assert refused.is_error
    assert refused.content.startswith("The index holds nothing of page 9 of herons.pdf.")
    assert [node.metadata["kind"] for node in page.raw_output] == ["table", "molecule"]


async def test_a_react_agent_does_too(tools):
    asked = json.dumps({"statement": "SELECT sum(sales) AS total FROM herons_p2_t1"})
    llm = scripted(
        f"Thought: I add them up.\nAction: query_tables\nAction Input: {asked}",
        "Thought: I know it.\nAnswer: 3579 (herons.pdf, page 2).",
    )
    agent = ReActAgent(tools=list(tools.values()), llm=llm)

    answer, (rows,) = await results_of(agent, "What was sold?")

    assert answer == "3579 (herons.pdf, page 2)."
    assert "3579" in rows.content
