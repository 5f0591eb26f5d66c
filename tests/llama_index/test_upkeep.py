"""Ingestion pipelines over a file that changes: what is embedded, and that nothing stale is left."""

from __future__ import annotations

import pytest
from llama_index.core import Document, SimpleDirectoryReader, VectorStoreIndex
from llama_index.core.embeddings.mock_embed_model import MockEmbedding
from llama_index.core.ingestion import DocstoreStrategy, IngestionPipeline
from llama_index.core.node_parser import SentenceSplitter
from llama_index.core.storage.docstore import SimpleDocumentStore
from llama_index.core.vector_stores import SimpleVectorStore

from dsocr_integrations.llama_index import (
    DeepSeekOCRNodeParser,
    DeepSeekOCRReader,
    delete_gone_pages,
    delete_source,
)
from dsocr_integrations.runner import Runner
from tests.changed_files import (
    CHANGES,
    LENGTH,
    OLD,
    runner,
    texts_of,
    with_a_page_changed,
    write,
)
from tests.scripted_engine import ScriptedEngine, ScriptedSession, write_pdf

PARSER = (DeepSeekOCRNodeParser(),)
SPLITTER = (SentenceSplitter(chunk_size=256, chunk_overlap=0),)
CUTS = [PARSER, SPLITTER, ()]
STRATEGIES = [DocstoreStrategy.UPSERTS, DocstoreStrategy.UPSERTS_AND_DELETE]


class Upkeep:
    """A pipeline over one folder, run again and again."""

    def __init__(self, folder, strategy, cut):
        self.folder = folder
        self.strategy = strategy
        self.pipeline = IngestionPipeline(
            transformations=[*cut, MockEmbedding(embed_dim=4)],
            docstore=SimpleDocumentStore(),
            vector_store=SimpleVectorStore(),
            docstore_strategy=strategy,
        )
        self.read_by = runner
        self.options = {}

    def documents(self):
        return DeepSeekOCRReader(runner=self.read_by(), **self.options).load_data(self.folder)

    def run(self):
        documents = self.documents()
        nodes = self.pipeline.run(documents=documents)
        if self.strategy is DocstoreStrategy.UPSERTS:
            delete_gone_pages(documents, self.pipeline.docstore, self.pipeline.vector_store)
        return len(nodes)

    def kept(self):
        data = self.pipeline.vector_store.data
        return sorted((data.metadata_dict[key]["page_number"]) for key in data.embedding_dict)

    def stored_texts(self):
        return [one.get_content() for one in self.pipeline.docstore.docs.values()]


@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize("cut", CUTS, ids=["parser", "splitter", "whole"])
def test_a_changed_page_is_embedded_alone(tmp_path, strategy, cut):
    write(tmp_path, texts_of())
    upkeep = Upkeep(tmp_path, strategy, cut)
    assert upkeep.run() == LENGTH
    assert upkeep.run() == 0

    write(tmp_path, with_a_page_changed(texts_of()))

    assert upkeep.run() == 1
    assert upkeep.kept() == list(range(1, LENGTH + 1))
    assert not any(OLD in text for text in upkeep.stored_texts())


@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize("change", CHANGES)
def test_what_is_kept_is_what_a_new_run_would_give(tmp_path, strategy, change):
    write(tmp_path, texts_of())
    upkeep = Upkeep(tmp_path, strategy, PARSER)
    upkeep.run()

    write(tmp_path, change(texts_of()))
    # Every page says how many pages there are.
    assert upkeep.run() == (1 if change is with_a_page_changed else len(change(texts_of())))

    fresh = PARSER[0](upkeep.documents())
    # The id of a chunk says its text.
    data = upkeep.pipeline.vector_store.data
    assert data.embedding_dict.keys() == {node.node_id for node in fresh}
    assert [data.metadata_dict[node.node_id]["total_pages"] for node in fresh] == [
        node.metadata["total_pages"] for node in fresh
    ]


def test_a_document_that_is_gone_is_taken_out_with_all_its_pages(tmp_path):
    path = write(tmp_path, texts_of(9))
    stay = write_pdf(tmp_path / "stays.pdf", ["It stays."])
    upkeep = Upkeep(tmp_path, DocstoreStrategy.UPSERTS, PARSER)
    # A page of its midst is not known.
    upkeep.read_by = lambda: Runner(engine=ScriptedEngine((4,)), cache=False)
    upkeep.options = {"on_error": "skip"}
    assert upkeep.run() == 9
    docstore, vector_store = upkeep.pipeline.docstore, upkeep.pipeline.vector_store

    assert delete_source(path.name, docstore, vector_store) == 8
    assert upkeep.kept() == [1]
    assert [one.metadata["source"] for one in docstore.docs.values()] == [stay.name]
    assert delete_source(path.name, docstore, vector_store) == 0


def test_pages_of_other_readers_are_no_business_of_ours(tmp_path):
    write(tmp_path, texts_of(9))
    upkeep = Upkeep(tmp_path, DocstoreStrategy.UPSERTS, PARSER)
    upkeep.run()
    write(tmp_path, texts_of(7))
    mixed = [Document(text="A note.", id_="note"), *upkeep.documents()]
    upkeep.pipeline.run(documents=mixed)
    docstore, vector_store = upkeep.pipeline.docstore, upkeep.pipeline.vector_store

    assert delete_gone_pages(mixed, docstore, vector_store) == 2
    assert "note" in docstore.docs


def test_an_index_is_refreshed_by_its_pages(tmp_path):
    write(tmp_path, texts_of(9))
    upkeep = Upkeep(tmp_path, DocstoreStrategy.UPSERTS, PARSER)
    index = VectorStoreIndex.from_documents(
        upkeep.documents(), transformations=PARSER, embed_model=MockEmbedding(embed_dim=4)
    )

    write(tmp_path, with_a_page_changed(texts_of(9)))

    assert sum(index.refresh_ref_docs(upkeep.documents())) == 1
    assert not any(OLD in one.get_content() for one in index.docstore.docs.values())


def test_a_directory_reader_without_dates_does_no_more(tmp_path):
    write(tmp_path, texts_of(9))
    upkeep = Upkeep(tmp_path, DocstoreStrategy.UPSERTS, PARSER)

    def documents():
        return SimpleDirectoryReader(
            tmp_path,
            file_extractor={".pdf": DeepSeekOCRReader(runner=runner())},
            file_metadata=lambda path: {"file_path": path},
            raise_on_error=True,
        ).load_data()

    upkeep.documents = documents
    assert upkeep.run() == 9
    write(tmp_path, with_a_page_changed(texts_of(9)))
    assert upkeep.run() == 1


def test_an_index_of_split_chunks_goes_over_in_one_run(tmp_path):
    write(tmp_path, texts_of(9))
    upkeep = Upkeep(tmp_path, DocstoreStrategy.UPSERTS_AND_DELETE, PARSER)
    former = [
        Document(text=node.text, id_=node.node_id, metadata={"revision": "r", **node.metadata})
        for node in PARSER[0](upkeep.documents())
    ]
    before = Upkeep(tmp_path, DocstoreStrategy.UPSERTS, SPLITTER).pipeline
    before.docstore, before.vector_store = upkeep.pipeline.docstore, upkeep.pipeline.vector_store
    before.run(documents=former)

    assert upkeep.run() == 9
    assert upkeep.kept() == list(range(1, 10))
    assert upkeep.run() == 0


def test_a_page_that_has_lost_its_text_loses_its_chunks(tmp_path):
    write(tmp_path, texts_of(9))
    upkeep = Upkeep(tmp_path, DocstoreStrategy.UPSERTS, PARSER)
    upkeep.run()
    upkeep.read_by = lambda: Runner(engine=AnsweringEngine(""), cache=False)

    assert upkeep.run() == 0
    assert upkeep.kept() == []


def test_boxes_that_moved_are_taken_over_though_the_text_is_the_same(tmp_path):
    write(tmp_path, texts_of(9))
    upkeep = Upkeep(tmp_path, DocstoreStrategy.UPSERTS, PARSER)
    for top in (120, 160):
        answer = f"<|ref|>text<|/ref|><|det|>[[80, {top}, 900, 400]]<|/det|>\nThe pump.\n"
        upkeep.read_by = lambda answer=answer: Runner(engine=AnsweringEngine(answer), cache=False)
        assert upkeep.run() == 9

    kept = upkeep.pipeline.vector_store.data.metadata_dict.values()
    assert {one["box_y0"] for one in kept} == {160}


class AnsweringEngine(ScriptedEngine):
    """Gives the same answer for every page."""

    def __init__(self, answer):
        super().__init__()
        self.answer = answer

    def open(self):
        return AnsweringSession(self)


class AnsweringSession(ScriptedSession):
    def _answer(self, request):
        from dsocr_integrations.engines.base import Reading

        return Reading(self.engine.answer)
