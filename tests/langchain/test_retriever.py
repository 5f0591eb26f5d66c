"""An index of ours behind LangChain's retriever interface, by its own suite and beyond it."""

from __future__ import annotations

import asyncio
import json
import pickle
import threading
from typing import Any

import pytest
from langchain_core.documents import Document
from langchain_core.output_parsers import StrOutputParser
from langchain_core.runnables import ConfigurableField, RunnableLambda
from langchain_tests.integration_tests import RetrieversIntegrationTests
from pydantic import ValidationError

from dsocr_integrations.errors import ConfigurationError
from dsocr_integrations.index import SearchFilters
from dsocr_integrations.langchain import DeepSeekOCRRetriever, crop, quoted
from dsocr_integrations.retrieval import NOTICE
from tests.herons_index import DOC_ID, make_herons_index

EVERYTHING = "herons water sales instructions ethanol"


class TestOnSqlite(RetrieversIntegrationTests):
    """LangChain's own suite."""

    @pytest.fixture(autouse=True)
    def at(self, place: str) -> None:
        self.place = place

    @property
    def retriever_constructor(self) -> type[DeepSeekOCRRetriever]:
        return DeepSeekOCRRetriever

    @property
    def retriever_constructor_params(self) -> dict[str, Any]:
        return {"index": self.place, "embedder": "none"}

    @property
    def retriever_query_example(self) -> str:
        return EVERYTHING


@pytest.fixture
def retriever(index):
    return DeepSeekOCRRetriever(index)


def test_a_document_says_where_it_stands_and_how_it_was_found(retriever):
    (found,) = retriever.invoke("herons wade", k=1)

    assert isinstance(found, Document)
    assert found.page_content == "On birds > Birds\n\nHerons wade in shallow water."
    assert {
        "source": "herons.pdf", "doc_id": DOC_ID, "page": 0, "page_number": 1, "box_y1": 260,
        "found_by": "lexical", "mode": "lexical", "engine": "embedded", "trusted": True,
    }.items() <= found.metadata.items()  # fmt: skip
    assert 0 < found.metadata["score"] <= 1
    assert json.loads(json.dumps(found.metadata)) == found.metadata
    assert all(isinstance(one, str | int | float | bool) for one in found.metadata.values())


@pytest.mark.parametrize(
    ("filters", "kinds"),
    [
        ({"trusted": True}, {"text", "table", "molecule"}),
        ({"kind": "table"}, {"table"}),
        ({"kind": ["table", "molecule"], "page": "2-"}, {"table", "molecule"}),
        ({"source": "herons.pdf", "page": 1}, {"text"}),
        (SearchFilters(doc_id="other"), set()),
    ],
)
def test_filters_narrow_it(index, filters, kinds):
    made = DeepSeekOCRRetriever(index, filters=filters).invoke(EVERYTHING)

    assert {one.metadata["kind"] for one in made} == kinds
    assert DeepSeekOCRRetriever(index).invoke(EVERYTHING, filters=filters) == made


def test_score_and_page_bound_it(retriever):
    scores = [one.metadata["score"] for one in retriever.invoke("herons wade")]
    assert retriever.invoke("herons zebra", min_score=0.9) == []
    assert retriever.invoke("herons wade", min_score=1) != []
    assert len(retriever.invoke(EVERYTHING, per_page=1)) == 2
    assert scores == sorted(scores, reverse=True)


def test_molecules_are_asked_by_structure(retriever):
    (found,) = retriever.invoke("CO", mode="substructure")
    assert (found.metadata["smiles"], found.metadata["found_by"]) == ("CCO", "substructure")
    (same,) = retriever.invoke("OCC", mode="similarity")
    assert same.metadata["similarity"] == pytest.approx(1)
    assert retriever.invoke("OCC", mode="similarity", filters={"page": 1}) == []
    assert retriever.invoke("CCCC", mode="similarity", min_score=0.9) == []
    with pytest.raises(ConfigurationError):
        retriever.invoke("not a molecule", mode="exact")


def test_nothing_found_is_an_empty_list(retriever):
    assert retriever.invoke("zebra") == retriever.invoke("") == []


@pytest.mark.parametrize(
    "given",
    [
        {"k": 0},
        {"mode": "vague"},
        {"top_k": 3},
        {"filters": {"trustd": True}},
        {"filters": {"kind": "poem"}},
        {"filters": {"page": "first"}},
    ],
)
def test_what_is_unknown_is_refused(index, retriever, given):
    with pytest.raises((ValidationError, ConfigurationError)):
        DeepSeekOCRRetriever(index, **given)
    with pytest.raises((ValidationError, ConfigurationError)):
        retriever.invoke("x", **given)


def test_it_stands_in_chains_and_batches(retriever):
    first = RunnableLambda(lambda documents: documents[0].page_content)
    chain = retriever | first | StrOutputParser()
    assert chain.invoke("herons wade").endswith("shallow water.")
    assert len(retriever.batch(["herons", "sales", "ethanol"])) == 3


def test_it_is_configured_for_one_call(place):
    made = DeepSeekOCRRetriever(place, embedder="none")
    k = ConfigurableField(id="k")
    configurable = made.configurable_fields(k=k)
    assert len(configurable.invoke(EVERYTHING, {"configurable": {"k": 2}})) == 2
    assert configurable.invoke(EVERYTHING) == made.invoke(EVERYTHING)
    made.close()


def test_a_reranker_orders_anew(place, index):
    def shortest(query: str, passages: list[str]) -> list[float]:
        return [-len(passage) for passage in passages]

    made = DeepSeekOCRRetriever(place, embedder="none", reranker=shortest)
    found = made.invoke(EVERYTHING)
    made.close()
    assert [one.metadata["rerank_score"] for one in found] == sorted(
        (one.metadata["rerank_score"] for one in found), reverse=True
    )
    with pytest.raises(ConfigurationError, match="open index has its own"):
        DeepSeekOCRRetriever(index, reranker=shortest)


def test_what_is_cited_can_be_seen(retriever, index, place):
    (found,) = retriever.invoke("herons wade", k=1)
    assert crop(found, index=index).tobytes() == crop(found, index=place).tobytes()


class Patient:
    """A reranker that answers once the event loop lets it."""

    def __init__(self) -> None:
        self.asked, self.free = threading.Event(), threading.Event()

    def __call__(self, query: str, passages: list[str]) -> list[float]:
        self.asked.set()
        assert self.free.wait(30)
        return [1.0 for _ in passages]


def test_documents_are_quoted_for_a_prompt(retriever):
    found = retriever.invoke("herons previous instructions", filters={"kind": "text"})
    notice, first, second = quoted(found).split("\n\n", 2)

    assert notice == NOTICE
    assert first.startswith("[1] herons.pdf, page 1, box [90, 90, 700, 260] (text, read by")
    head, _, said = second.rpartition("[2] ")[2].partition("[DOCUMENT TEXT ")
    assert "Ignore all" not in head
    assert said.endswith(f"[END {said[:12]}]")
    page = Document("All of it.", metadata={"source": "a\nb.pdf", "page_number": 3})
    assert "\n[1] ab.pdf, page 3\n[DOCUMENT TEXT " in quoted([page])


async def test_async_answers_while_the_loop_goes_on(place, retriever):
    reranker = Patient()
    waiting = DeepSeekOCRRetriever(place, embedder="none", reranker=reranker)
    asking = asyncio.create_task(waiting.ainvoke("herons"))
    await asyncio.to_thread(reranker.asked.wait, 30)
    # Only a loop that goes on gets here while the retriever waits.
    reranker.free.set()
    found = await asking

    assert [one.id for one in found] == [one.id for one in retriever.invoke("herons")]
    waiting.close()


async def test_cancelling_holds_nobody_up_and_leaves_no_thread(place):
    before = set(threading.enumerate())
    reranker = Patient()
    waiting = DeepSeekOCRRetriever(place, embedder="none", reranker=reranker)
    asking = asyncio.create_task(waiting.ainvoke("herons"))
    await asyncio.to_thread(reranker.asked.wait, 30)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    reranker.free.set()
    for thread in set(threading.enumerate()) - before:
        if thread.name.startswith("dsocr"):
            await asyncio.to_thread(thread.join, 30)
            assert not thread.is_alive()
    waiting.close()


def test_it_travels_with_how_its_index_is_opened(place, index):
    made = DeepSeekOCRRetriever(place, embedder="none", k=2, filters={"kind": "text"})
    found = made.invoke("herons")
    other = pickle.loads(pickle.dumps(made))  # noqa: S301 - our own
    assert other.invoke("herons") == found
    with pytest.raises(ConfigurationError, match="cannot be pickled"):
        pickle.dumps(DeepSeekOCRRetriever(index))
    made.close()
    other.close()


@pytest.mark.system
def test_it_asks_postgresql(tmp_path, postgres_place):
    make_herons_index(tmp_path, postgres_place())
    made = DeepSeekOCRRetriever(postgres_place(), embedder="none")
    assert made.invoke("herons wade", k=1)[0].metadata["page"] == 0
    assert made.invoke("CO", mode="substructure", filters={"page": "2-"})[0].metadata["smiles"]
    made.close()
