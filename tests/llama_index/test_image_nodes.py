"""Figures as LlamaIndex's image nodes: the same nodes, with a picture of what they say."""

from __future__ import annotations

import asyncio
import pickle
from pathlib import Path
from typing import Any

import pytest
from llama_index.core import MockEmbedding, VectorStoreIndex
from llama_index.core.ingestion import DocstoreStrategy, IngestionPipeline
from llama_index.core.llms import ChatMessage, MockFunctionCallingLLM
from llama_index.core.response_synthesizers import get_response_synthesizer
from llama_index.core.schema import ImageNode, MetadataMode, NodeWithScore, TextNode
from llama_index.core.storage.docstore import SimpleDocumentStore
from llama_index.core.vector_stores import SimpleVectorStore
from PIL import Image

from dsocr_integrations.errors import ConfigurationError
from dsocr_integrations.llama_index import (
    DeepSeekOCRNodeParser,
    DeepSeekOCRReader,
    DeepSeekOCRRetriever,
    crop,
)

REPORT = Path(__file__).parents[1] / "data" / "report.pdf"


def reader(**fields):
    return DeepSeekOCRReader(engine="embedded", root=REPORT.parent, pages="1", **fields)


def nodes_of(documents):
    return DeepSeekOCRNodeParser().get_nodes_from_documents(documents)


@pytest.fixture(scope="module")
def pages():
    return reader(images=True).load_data(REPORT)


def test_a_chart_carries_its_picture_and_is_else_the_same_node(pages):
    plain = nodes_of(reader().load_data(REPORT))
    nodes = nodes_of(pages)

    assert [(n.node_id, n.text, n.metadata) for n in nodes] == [
        (n.node_id, n.text, n.metadata) for n in plain
    ]
    (chart,) = [node for node in nodes if isinstance(node, ImageNode)]
    assert chart.metadata["kind"] == "chart"
    assert "8.9" in chart.get_content(MetadataMode.LLM)
    assert (chart.image_mimetype, chart.image_path) == ("image/png", None)
    with Image.open(chart.resolve_image()) as picture:
        (_, most), (_, bars) = sorted(picture.convert("RGB").getcolors(1 << 24))[:-3:-1]
        assert most == (255, 255, 255)
        assert bars[2] > 2 * bars[0]


def test_pictures_are_the_same_bytes_each_time_and_go_with_the_page(pages):
    again = asyncio.run(reader(images=True).aload_data(REPORT))
    travelled = pickle.loads(pickle.dumps(pages))  # noqa: S301 - ours

    assert nodes_of(again) == nodes_of(pages) == nodes_of(travelled)


def test_an_index_finds_a_picture_by_its_words(pages):
    index = VectorStoreIndex(nodes_of(pages), embed_model=MockEmbedding(4))

    found = [hit.node for hit in index.as_retriever(similarity_top_k=99).retrieve("Q3")]

    (chart,) = [node for node in found if isinstance(node, ImageNode)]
    assert Image.open(chart.resolve_image()).format == "PNG"


def test_a_pipeline_takes_a_known_page_again_for_its_pictures_and_then_no_more(pages):
    pipeline = IngestionPipeline(
        transformations=[DeepSeekOCRNodeParser(), MockEmbedding(4)],
        docstore=SimpleDocumentStore(),
        vector_store=SimpleVectorStore(),
        docstore_strategy=DocstoreStrategy.UPSERTS,
    )
    pipeline.run(documents=reader().load_data(REPORT))

    runs = [pipeline.run(documents=pages) for _ in range(2)]

    assert [len(nodes) for nodes in runs] == [len(nodes_of(pages)), 0]


def test_what_a_hit_cites_is_an_image_node_of_a_stable_id(index, place):
    (hit,) = DeepSeekOCRRetriever(index, similarity_top_k=1).retrieve("herons wade")

    cited = crop(hit, index=index)

    assert isinstance(cited, ImageNode)
    assert (cited.text, cited.metadata) == (hit.text, hit.metadata)
    assert cited.node_id not in {hit.node_id, crop(hit, index=index, page=1).node_id}
    assert cited.parent_node.node_id == hit.node_id
    assert cited.ref_doc_id == hit.node.ref_doc_id
    assert crop(hit.node, index=place) == cited
    with Image.open(cited.resolve_image()) as picture:
        assert 300 < picture.width < 600
    (block,) = [one for one in cited.get_content_blocks() if one.block_type == "image"]
    assert block.image_mimetype == "image/png"


def test_nodes_of_a_reader_and_copies_of_engines_are_shown_too(pages):
    chart = next(node for node in nodes_of(pages) if isinstance(node, ImageNode))
    copied = TextNode(text=chart.text, metadata=chart.metadata)

    shown = crop(copied, roots=[REPORT.parent])

    assert shown.node_id == crop(chart, roots=[REPORT.parent]).node_id
    with Image.open(shown.resolve_image()) as picture:
        assert picture.width > 400
    with pytest.raises(ConfigurationError, match="does not say where it was read"):
        crop(TextNode(text="A note."))


def test_a_model_that_sees_is_given_the_picture_beside_its_citation(index):
    given: list[list[Any]] = []

    def answer(messages: Any, **options: Any) -> ChatMessage:
        given.append([block for message in messages for block in message.blocks])
        return ChatMessage("They wade.")

    llm = MockFunctionCallingLLM(response_generator=answer, is_chat_model=True)
    hits = DeepSeekOCRRetriever(index, similarity_top_k=1).retrieve("herons wade")
    seen = [NodeWithScore(node=crop(hit, index=index), score=hit.score) for hit in hits]

    told = get_response_synthesizer(llm=llm, multimodal=True).synthesize("What do they do?", seen)

    assert str(told) == "They wade."
    assert [block.block_type for block in given[-1]] == ["text", "text", "image", "text"]
    assert "source: herons.pdf" in given[-1][1].text
