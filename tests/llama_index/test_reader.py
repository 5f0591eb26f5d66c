"""What LlamaIndex's users rely on: ids, excluded keys, extra_info, serialisation, pipelines."""

from __future__ import annotations

import asyncio
import uuid
import warnings

import fsspec
import pytest
from llama_index.core import Settings, SimpleDirectoryReader
from llama_index.core.embeddings.mock_embed_model import MockEmbedding
from llama_index.core.ingestion import DocstoreStrategy, IngestionPipeline
from llama_index.core.node_parser import SentenceSplitter
from llama_index.core.schema import Document, MetadataMode, TextNode
from llama_index.core.storage.docstore import SimpleDocumentStore
from llama_index.core.vector_stores import SimpleVectorStore

from dsocr_integrations.chunking import Chunker
from dsocr_integrations.errors import ConfigurationError, PageReadError
from dsocr_integrations.export import llama_index_record
from dsocr_integrations.langchain import DeepSeekOCRLoader
from dsocr_integrations.llama_index import DeepSeekOCRNodeParser, DeepSeekOCRReader
from dsocr_integrations.passages import chunk_passage
from dsocr_integrations.records.documents import Block
from dsocr_integrations.runner import Runner
from tests.builders import make_document, make_page
from tests.scripted_engine import ScriptedEngine, write_pdf

TEXTS = ["The pump runs at night.", "The valve is shut.", "The tank is full."]


@pytest.fixture
def pdf(tmp_path):
    return write_pdf(tmp_path / "plant.pdf", TEXTS)


def reader(*, failing=(), **fields):
    return DeepSeekOCRReader(runner=Runner(engine=ScriptedEngine(failing), cache=False), **fields)


def nodes_of(documents):
    return DeepSeekOCRNodeParser().get_nodes_from_documents(documents)


def test_nodes_are_the_chunks_of_the_langchain_door(pdf):
    nodes = nodes_of(reader().load_data(pdf))
    chunks = DeepSeekOCRLoader(pdf, runner=Runner(engine=ScriptedEngine(), cache=False)).load()

    assert [node.node_id for node in nodes] == [chunk.id for chunk in chunks]
    for node, chunk in zip(nodes, chunks, strict=True):
        of_a_door = {"page"}
        ours = {k: v for k, v in node.metadata.items() if k not in of_a_door}
        assert ours == {k: v for k, v in chunk.metadata.items() if k not in of_a_door}
    assert all(uuid.UUID(node.node_id).version == 5 for node in nodes)


def test_a_parser_that_leaves_the_chunks_behind_is_told_of_ours(pdf):
    pages = reader().load_data(pdf)

    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("default")
        SentenceSplitter().get_nodes_from_documents(pages)
    assert len([one for one in warned if "DeepSeekOCRNodeParser" in str(one.message)]) == 1

    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        nodes_of(pages)
        SentenceSplitter().get_nodes_from_documents(reader(export="pages").load_data(pdf))


def test_chunks_are_made_as_asked(pdf):
    def metadata(passage):
        return {"team": f"pumps {passage.page}"}

    options = {"count_tokens": len, "max_tokens": 40, "join_tables": True}
    documents = reader(metadata=metadata, **options).load_data(pdf)
    by_chunker = reader(chunker=Chunker(**options), metadata=metadata).load_data(pdf)
    nodes = nodes_of(documents)

    for one in (*documents, *nodes):
        assert one.metadata["team"] == f"pumps {one.metadata['page_number']}"
    assert [node.text for node in nodes] == [node.text for node in nodes_of(by_chunker)]
    assert [one.hash for one in documents] == [one.hash for one in by_chunker]
    with pytest.raises(ConfigurationError, match="max_tokens"):
        reader(chunker=Chunker(), max_tokens=64).load_data(pdf)


@pytest.mark.parametrize("export", ["pages", "document"])
def test_other_documents_are_those_of_the_langchain_door_under_the_ids_of_their_places(pdf, export):
    ours = reader(export=export).load_data(pdf)
    theirs = DeepSeekOCRLoader(
        pdf, export=export, runner=Runner(engine=ScriptedEngine(), cache=False)
    ).load()

    assert [d.text for d in ours] == [d.page_content for d in theirs]
    for one, other in zip(ours, theirs, strict=True):
        assert one.metadata == {k: v for k, v in other.metadata.items() if k != "page"}
    write_pdf(pdf, [f"Now {text}" for text in TEXTS])
    assert [d.id_ for d in reader(export=export).load_data(pdf)] == [d.id_ for d in ours]


@pytest.mark.parametrize("cut", [list, nodes_of])
def test_only_context_is_embedded_and_shown(pdf, cut):
    document = cut(reader(root=str(pdf.parent)).load_data(pdf))[0]

    embedded = document.get_content(MetadataMode.EMBED)
    shown = document.get_content(MetadataMode.LLM)
    assert "engine" not in embedded
    assert "chunks_hash" not in embedded + shown
    assert "box_x0" not in shown
    assert "source: plant.pdf" in shown
    assert "source" not in embedded


def test_a_model_is_shown_no_heading_twice():
    blocks = (
        Block(label="title", boxes=((9, 9, 900, 40),), text="# Ports"),
        Block(label="sub_title", boxes=((9, 50, 900, 80),), text="## Dues"),
        Block(label="text", boxes=((9, 90, 900, 200),), text="Paid in cash."),
    )
    page = make_page(blocks=blocks, figures=())
    (chunk,) = Chunker().chunk(
        make_document(title="Harbours").model_copy(update={"pages": (page,)})
    )

    node = TextNode(**llama_index_record(chunk_passage(chunk)))

    text = "Ports\n\nDues\n\nPaid in cash."
    shown = f"source: report.pdf\npage_label: 1\ncontext: Harbours\n\n{text}"
    assert node.get_content(MetadataMode.LLM) == shown
    embedded = f"title: Harbours\nheadings: Ports > Dues\n\n{text}"
    assert node.get_content(MetadataMode.EMBED) == embedded


def test_nodes_take_over_what_was_added_to_their_page_and_nothing_of_its_own(pdf):
    (page, *_) = SimpleDirectoryReader(
        input_files=[pdf], file_extractor={".pdf": reader()}, raise_on_error=True
    ).load_data()

    (node,) = nodes_of([page])

    assert node.metadata["file_name"] == "plant.pdf"
    assert node.metadata["kind"] == "text"
    assert "chunks_hash" not in node.metadata
    assert "file_name" not in node.get_content(MetadataMode.EMBED)
    assert node.ref_doc_id == page.id_
    assert node.source_node.metadata == {}


def test_documents_of_others_are_split_among_the_pages(pdf, tmp_path):
    notes = tmp_path / "notes.txt"
    notes.write_text("The tank was cleaned in May. " * 400)
    mixed = SimpleDirectoryReader(
        input_files=[notes, pdf], file_extractor={".pdf": reader()}, raise_on_error=True
    ).load_data()
    splitter = SentenceSplitter(chunk_size=256, chunk_overlap=0)

    nodes = DeepSeekOCRNodeParser(splitter=splitter).get_nodes_from_documents(mixed)

    cut, ours = nodes[:-3], nodes[-3:]
    assert [one.get_content() for one in cut] == [one.get_content() for one in splitter(mixed[:1])]
    assert {one.ref_doc_id for one in cut} == {mixed[0].id_}
    assert {one.metadata["file_name"] for one in cut} == {"notes.txt"}
    assert cut[1].prev_node.node_id == cut[0].node_id
    assert ours == DeepSeekOCRNodeParser().get_nodes_from_documents(mixed[1:])


@pytest.mark.parametrize("chosen", [SentenceSplitter(chunk_size=300), DeepSeekOCRNodeParser()])
def test_others_are_split_as_the_settings_say(monkeypatch, chosen):
    monkeypatch.setattr(Settings, "_node_parser", chosen)
    usual = chosen if isinstance(chosen, SentenceSplitter) else SentenceSplitter()
    text = "The tank was cleaned in May. " * 400

    nodes = nodes_of([Document(text=text)])

    assert [one.get_content() for one in nodes] == usual.split_text(text)


def test_nodes_of_another_splitter_are_handed_on(pdf):
    node = TextNode(text="A note. " * 2000)

    assert nodes_of([node]) == [node]


@pytest.mark.parametrize(
    "lose",
    [
        lambda page: Document.from_json(page.to_json()),
        lambda page: SentenceSplitter()([page])[0],
    ],
)
def test_a_page_that_has_lost_its_chunks_is_refused(pdf, lose):
    (page, *_) = reader().load_data(pdf)

    with pytest.raises(ValueError, match="Read it again"):
        nodes_of([lose(page)])


def test_a_pipeline_can_tell_by_what_others_are_split():
    parser = DeepSeekOCRNodeParser(splitter=SentenceSplitter(chunk_size=300))

    assert parser.to_dict()["splitter"]["chunk_size"] == 300


def test_extra_info_is_copied_for_each_document(pdf):
    extra = {"project": "north"}

    documents = reader().load_data(pdf, extra_info=extra)
    documents[0].metadata["project"] = "changed"

    assert documents[1].metadata["project"] == "north"
    assert extra == {"project": "north"}


def test_it_is_lazy(tmp_path):
    pdf = write_pdf(tmp_path / "long.pdf", [f"Sheet {n}" for n in range(60)])
    engine = ScriptedEngine()
    lazy = DeepSeekOCRReader(runner=Runner(engine=engine, cache=False)).lazy_load_data(pdf)

    next(iter(lazy))

    assert len(engine.asked) < 30


def test_async_gives_the_same(pdf):
    assert asyncio.run(reader().aload_data(pdf)) == reader().load_data(pdf)


def test_it_serialises_without_secrets_and_comes_back():
    original = DeepSeekOCRReader(export="pages", mode="large", pages="1-3", password="hush-hush")

    data = original.to_json()
    restored = DeepSeekOCRReader.from_json(data)

    assert "hush-hush" not in data
    assert restored.export == "pages"
    assert restored.pages == "1-3"
    assert restored.class_name() == "DeepSeekOCRReader"


def test_unknown_fields_are_refused():
    with pytest.raises(ValueError, match="exprot"):
        DeepSeekOCRReader(exprot="pages")


def test_simple_directory_reader_uses_it_by_extension(pdf):
    found = SimpleDirectoryReader(
        input_dir=pdf.parent, file_extractor={".pdf": reader()}, raise_on_error=True
    ).load_data()

    assert [d.metadata["page_number"] for d in found] == [1, 2, 3]
    assert found[0].metadata["file_name"] == "plant.pdf"


def test_a_file_system_is_honoured(pdf):
    memory = fsspec.filesystem("memory")
    memory.pipe_file("/shelf/plant.pdf", pdf.read_bytes())

    documents = reader().load_data("/shelf/plant.pdf", fs=memory)

    assert {d.metadata["source"] for d in documents} == {"memory:///shelf/plant.pdf"}
    assert "The pump runs at night." in documents[0].text


def test_a_bad_page_raises_or_is_listed(pdf):
    with pytest.raises(PageReadError, match="Page 2"):
        reader(failing=(2,)).load_data(pdf)
    skipping = reader(failing=(2,), on_error="skip")

    assert [d.metadata["page_number"] for d in skipping.load_data(pdf)] == [1, 3]
    assert [f.page for f in skipping.failures] == [2]


def test_an_ingestion_pipeline_skips_what_it_knows(pdf):
    pipeline = IngestionPipeline(
        transformations=[
            SentenceSplitter(chunk_size=256, chunk_overlap=0),
            MockEmbedding(embed_dim=4),
        ],
        vector_store=SimpleVectorStore(),
        docstore=SimpleDocumentStore(),
        docstore_strategy=DocstoreStrategy.UPSERTS,
    )

    first = pipeline.run(documents=reader().load_data(pdf))
    second = pipeline.run(documents=reader().load_data(pdf))

    assert (len(first), len(second)) == (3, 0)
