"""An index of ours behind LlamaIndex's retriever: nodes, filters, engines, event loops."""

from __future__ import annotations

import asyncio
import json
import threading

import pytest
from llama_index.core import MockEmbedding, QueryBundle
from llama_index.core.llms import MockLLM
from llama_index.core.postprocessor import SimilarityPostprocessor
from llama_index.core.query_engine import CitationQueryEngine, RetrieverQueryEngine
from llama_index.core.retrievers import QueryFusionRetriever
from llama_index.core.schema import MetadataMode, NodeWithScore
from llama_index.core.vector_stores import (
    FilterCondition,
    MetadataFilter,
    MetadataFilters,
)

from dsocr_integrations.errors import ConfigurationError
from dsocr_integrations.index import SearchFilters, open_index
from dsocr_integrations.llama_index import (
    DeepSeekOCRQuotePostprocessor,
    DeepSeekOCRReader,
    DeepSeekOCRRetriever,
)
from dsocr_integrations.records.identity import page_id
from dsocr_integrations.retrieval import NOTICE
from dsocr_integrations.runner import Runner
from tests.herons_index import DOC_ID, make_herons_index
from tests.scripted_engine import ScriptedEngine

EVERYTHING = "herons water sales instructions ethanol"


@pytest.fixture
def retriever(index):
    return DeepSeekOCRRetriever(index)


def test_a_node_says_where_it_stands_and_how_it_was_found(index):
    (hit,) = DeepSeekOCRRetriever(index, similarity_top_k=1).retrieve("herons wade")

    assert isinstance(hit, NodeWithScore)
    assert 0 < hit.score <= 1
    assert {
        "source": "herons.pdf", "doc_id": DOC_ID, "page_number": 1, "box_y1": 260,
        "found_by": "lexical", "mode": "lexical", "engine": "embedded", "trusted": True,
        "score": hit.score,
    }.items() <= hit.metadata.items()  # fmt: skip
    assert json.loads(json.dumps(hit.metadata)) == hit.metadata
    assert all(isinstance(one, str | int | float | bool) for one in hit.metadata.values())
    assert hit.node.get_content(MetadataMode.LLM) == (
        "source: herons.pdf\npage_label: 1\ncontext: On birds > Birds"
        "\n\nHerons wade in shallow water."
    )


def test_its_source_is_the_document_that_the_reader_gives(index, tmp_path):
    (hit,) = DeepSeekOCRRetriever(index, similarity_top_k=1).retrieve("ethanol")
    reader = DeepSeekOCRReader(
        runner=Runner(engine=ScriptedEngine(), cache=False), root=str(tmp_path / "in")
    )

    (_, second) = reader.load_data(tmp_path / "in" / "herons.pdf")

    assert hit.node.ref_doc_id == second.id_ == page_id(DOC_ID, 2)


def one(key, value, operator="=="):
    return MetadataFilter(key=key, value=value, operator=operator)


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ([one("kind", "table")], {"table"}),
        ([one("kind", ["table", "molecule"], "in")], {"table", "molecule"}),
        ([one("page_number", 1)], {"text", "doubtful text"}),
        ([one("page_number", 1, ">"), one("page_number", 5, "<=")], {"table", "molecule"}),
        ([one("page_number", [1, 2], "in"), one("page_number", 2, "<")], {"text", "doubtful text"}),
        ([one("trusted", "false")], {"doubtful text"}),
        ([one("trusted", 1), one("page_number", 1, ">=")], {"text", "table", "molecule"}),
        ([one("headings", "birds", "contains")], {"text"}),
        ([one("caption", "Ethanol")], {"molecule"}),
        (
            [one("caption", None, "is_empty"), one("source", "herons.pdf")],
            {"text", "doubtful text"},
        ),
        ([MetadataFilters(filters=[one("doc_id", DOC_ID)]), one("kind", "table")], {"table"}),
        ([one("source", ["elsewhere.pdf"], "in")], set()),
        ([], {"text", "doubtful text", "table", "molecule"}),
    ],
)
def test_filters_of_the_framework_narrow_it(index, filters, found):
    made = DeepSeekOCRRetriever(index, filters=MetadataFilters(filters=filters))

    hits = made.retrieve(EVERYTHING)

    doubt = {True: "", False: "doubtful "}
    assert {doubt[hit.metadata["trusted"]] + hit.metadata["kind"] for hit in hits} == found


@pytest.mark.parametrize(
    ("filters", "sentence"),
    [
        ([one("page_number", 3, "!=")], "cannot filter by page_number != 3"),
        ([one("page_number", "3")], "whole numbers"),
        ([one("page_number", 1), one("page_number", 2)], "No page satisfies"),
        ([one("box_x0", 9)], "cannot filter by box_x0"),
        ([one("kind", ["table"], "nin")], "cannot filter by kind nin"),
        ([one("kind", "table"), one("kind", "chart")], "already"),
        ([one("trusted", "perhaps")], "'true' or 'false'"),
        ([one("caption", "eth", "text_match")], "headings by contains"),
    ],
)
def test_filters_that_the_index_has_not_are_refused_in_a_sentence(index, filters, sentence):
    with pytest.raises(ConfigurationError, match=sentence):
        DeepSeekOCRRetriever(index, filters=MetadataFilters(filters=filters))


def test_filters_are_combined_by_and_only(index):
    both = [one("kind", "table"), one("kind", "chart")]
    for condition in (FilterCondition.OR, FilterCondition.NOT):
        with pytest.raises(ConfigurationError, match=f"by '{condition.value}'"):
            DeepSeekOCRRetriever(index, filters=MetadataFilters(filters=both, condition=condition))
    alone = MetadataFilters(filters=both[:1], condition=FilterCondition.OR)
    (hit,) = DeepSeekOCRRetriever(index, filters=alone).retrieve(EVERYTHING)
    assert hit.metadata["kind"] == "table"


def test_our_own_filters_do_too(index):
    filters = SearchFilters(kind=("table", "molecule"), page="2-")

    found = DeepSeekOCRRetriever(index, filters=filters).retrieve(EVERYTHING)

    assert {hit.metadata["kind"] for hit in found} == {"table", "molecule"}


def test_score_and_page_bound_it(index):
    scores = [hit.score for hit in DeepSeekOCRRetriever(index).retrieve("wade water sales")]
    best = DeepSeekOCRRetriever(index, min_score=0.5).retrieve("wade water sales")
    assert [hit.score for hit in best] == [one for one in scores if one > 0.5]
    assert 0 < len(best) < len(scores)

    pages = DeepSeekOCRRetriever(index, per_page=1).retrieve(EVERYTHING)
    assert sorted(hit.metadata["page_number"] for hit in pages) == [1, 2]


def test_molecules_are_asked_by_structure(index):
    (hit,) = DeepSeekOCRRetriever(index, mode="substructure").retrieve("CO")
    assert (hit.metadata["smiles"], hit.metadata["found_by"]) == ("CCO", "substructure")
    (same,) = DeepSeekOCRRetriever(index, mode="similarity").retrieve("OCC")
    assert same.score == pytest.approx(1)
    with pytest.raises(ConfigurationError):
        DeepSeekOCRRetriever(index, mode="exact").retrieve("not a molecule")


def test_queries_go_by_meaning_with_the_model_of_the_index(tmp_path, index):
    place = tmp_path / "meant"
    with open_index(place, embedder=MockEmbedding(8)) as meant:
        chunks = list(index.chunks())
        first = chunks[0]
        meant.upsert_document(
            DOC_ID, chunks,
            revision=first.revision, engine=first.engine, fingerprint=first.fingerprint,
        )  # fmt: skip
    made = DeepSeekOCRRetriever(place, embedder=MockEmbedding(8))

    found = made.retrieve("zebra")

    assert {hit.metadata["found_by"] for hit in found} == {"vector"}
    assert all(hit.metadata["mode"] == "hybrid" for hit in found)
    made.close()


def test_a_reranker_orders_anew(place):
    def shortest(query: str, passages: list[str]) -> list[float]:
        return [-len(passage) for passage in passages]

    made = DeepSeekOCRRetriever(place, embedder="none", reranker=shortest)
    scores = [hit.score for hit in made.retrieve(EVERYTHING)]
    made.close()

    assert scores == sorted(scores, reverse=True)
    assert scores[-1] < -1


def test_engines_postprocessors_and_fusions_take_it(retriever):
    first, second, *_ = [hit.score for hit in retriever.retrieve("herons wade")]
    cutoff = SimilarityPostprocessor(similarity_cutoff=(first + second) / 2)
    engine = RetrieverQueryEngine.from_args(retriever, llm=MockLLM(), node_postprocessors=[cutoff])
    answer = engine.query("herons wade")
    assert "Herons wade in shallow water." in str(answer)
    assert [hit.metadata["page_number"] for hit in answer.source_nodes] == [1]

    cited = CitationQueryEngine(retriever, llm=MockLLM(), metadata_mode=MetadataMode.LLM)
    answer = cited.query("herons wade")
    assert "Source 1:\nsource: herons.pdf" in str(answer)
    assert answer.source_nodes[0].metadata["box_y1"] == 260

    fused = QueryFusionRetriever(
        [retriever, retriever], llm=MockLLM(), num_queries=1, use_async=True
    )
    assert fused.retrieve("ethanol")[0].metadata["kind"] == "molecule"


def test_a_prompt_quotes_what_anyone_may_have_written(index):
    retriever = DeepSeekOCRRetriever(index, similarity_top_k=2)
    engine = RetrieverQueryEngine.from_args(
        retriever, llm=MockLLM(), node_postprocessors=[DeepSeekOCRQuotePostprocessor()]
    )

    answer = engine.query("wade instructions")

    notice, _, prompt = str(answer).partition(NOTICE)
    assert "Herons" not in notice
    first, second = sorted(prompt.split("[DOCUMENT TEXT ")[1:], key=len)
    assert first[14:].startswith("On birds > Birds\n\nHerons wade in shallow water.\n[END ")
    assert first[:12] == second[:12]
    assert f"[END {first[:12]}]" in second.partition("Ignore all")[2]
    assert "herons.pdf, page 1, box [90, 90, 700, 260] (text, read by embedded" in prompt
    assert "source: " not in prompt
    plain = retriever.retrieve("wade instructions")
    assert [(hit.node_id, hit.metadata) for hit in answer.source_nodes] == [
        (hit.node_id, hit.metadata) for hit in plain
    ]


class Patient:
    """A reranker that answers once the event loop lets it."""

    def __init__(self) -> None:
        self.asked, self.free = threading.Event(), threading.Event()

    def __call__(self, query: str, passages: list[str]) -> list[float]:
        self.asked.set()
        assert self.free.wait(30)
        return [1.0 for _ in passages]


async def test_async_answers_while_the_loop_goes_on(place, retriever):
    reranker = Patient()
    waiting = DeepSeekOCRRetriever(place, embedder="none", reranker=reranker)
    asking = asyncio.create_task(waiting.aretrieve(QueryBundle("herons")))
    await asyncio.to_thread(reranker.asked.wait, 30)
    # Only a loop that goes on gets here while the retriever waits.
    reranker.free.set()

    found = await asking

    assert [hit.node_id for hit in found] == [hit.node_id for hit in retriever.retrieve("herons")]
    waiting.close()


@pytest.mark.system
def test_it_asks_postgresql(tmp_path, postgres_place):
    make_herons_index(tmp_path, postgres_place())
    filters = MetadataFilters(filters=[one("kind", ["table", "molecule"], "in")])
    made = DeepSeekOCRRetriever(postgres_place(), embedder="none", filters=filters)

    found = made.retrieve(EVERYTHING)

    assert {hit.metadata["kind"] for hit in found} == {"table", "molecule"}
    made.close()
