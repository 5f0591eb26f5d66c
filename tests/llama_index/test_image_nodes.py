"""Figures as LlamaIndex's image nodes: the same nodes, with a picture of what they say."""

from __future__ import annotations

import asyncio
import pickle
from pathlib import Path

import pytest
from llama_index.core import MockEmbedding, VectorStoreIndex
from llama_index.core.ingestion import DocstoreStrategy, IngestionPipeline
from llama_index.core.schema import ImageNode, MetadataMode
from llama_index.core.storage.docstore import SimpleDocumentStore
from llama_index.core.vector_stores import SimpleVectorStore
from PIL import Image

from dsocr_integrations.llama_index import DeepSeekOCRNodeParser, DeepSeekOCRReader

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
