"""What LangChain's users rely on: laziness, flat stable metadata, ids, honest failures."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest
from langchain_core.document_loaders import Blob
from langchain_core.embeddings import DeterministicFakeEmbedding
from langchain_core.indexing import InMemoryRecordManager, index
from langchain_core.vectorstores import InMemoryVectorStore

from dsocr_integrations.chunking import Chunker
from dsocr_integrations.errors import (
    ConfigurationError,
    PageReadError,
    SourceError,
    SourceNotFoundError,
)
from dsocr_integrations.langchain import DeepSeekOCRBlobParser, DeepSeekOCRLoader
from dsocr_integrations.runner import Runner
from tests.scripted_engine import ScriptedEngine, ScriptedSession, write_pdf

TEXTS = ["The pump runs at night.", "The valve is shut.", "The tank is full."]


@pytest.fixture
def pdf(tmp_path):
    return write_pdf(tmp_path / "plant.pdf", TEXTS)


def loader(source, *, failing=(), **options):
    runner = Runner(engine=ScriptedEngine(failing), cache=False)
    return DeepSeekOCRLoader(source, runner=runner, **options)


def test_chunks_carry_what_pdf_loaders_carry(pdf):
    documents = loader(pdf, root=pdf.parent).load()

    assert [d.metadata["page"] for d in documents] == [0, 1, 2]
    assert {d.metadata["total_pages"] for d in documents} == {3}
    assert [d.metadata["page_label"] for d in documents] == ["1", "2", "3"]
    assert {d.metadata["source"] for d in documents} == {"plant.pdf"}
    assert "The valve is shut." in documents[1].page_content
    assert documents[1].metadata["engine"] == "scripted"


def test_the_content_begins_with_what_is_to_be_known_beside_it():
    report = Path(__file__).parents[1] / "data" / "report.pdf"
    with Runner("embedded", cache=False) as runner:
        documents, plain = (
            DeepSeekOCRLoader(report, runner=runner, context=context).load()
            for context in (True, False)
        )
    table = next(d for d in documents if d.metadata["kind"] == "table")
    said = f"{table.metadata['headings']}\n{table.metadata['caption']}\n\n|"
    assert table.page_content.startswith(said)
    for one, other in zip(documents, plain, strict=True):
        context = one.metadata.get("context", "")
        before = f"{context}\n\n" if context else ""
        assert one.page_content == before + other.page_content
        assert one.id == other.id
        assert "context" not in other.metadata
        heading = one.metadata.get("headings", "").rpartition(" > ")[2]
        if heading and other.page_content.startswith(f"{heading}\n"):
            assert not context.endswith(heading)


def test_chunks_are_made_as_asked(pdf):
    options = {"count_tokens": len, "max_tokens": 40, "join_tables": True}
    texts = [one.page_content for one in loader(pdf, **options).load()]

    assert texts == [one.page_content for one in loader(pdf, chunker=Chunker(**options)).load()]
    assert max(map(len, texts)) <= 40
    for given in ({"max_tokens": 64}, {"join_tables": False}, {"count_tokens": len}):
        with pytest.raises(ConfigurationError, match=next(iter(given))):
            loader(pdf, chunker=Chunker(), **given)


@pytest.mark.parametrize("export", ["chunks", "pages", "document"])
def test_metadata_can_be_added(pdf, export):
    documents = loader(pdf, export=export, metadata=lambda one: {"team": f"p{one.page}"}).load()

    assert [d.metadata["team"] for d in documents] == [
        f"p{d.metadata['page'] + 1}" for d in documents
    ]
    blob = Blob.from_path(pdf)
    parser = DeepSeekOCRBlobParser(
        runner=Runner(engine=ScriptedEngine(), cache=False), metadata=lambda _: {"team": "x"}
    )
    assert {d.metadata["team"] for d in parser.lazy_parse(blob)} == {"x"}


def test_metadata_is_flat_and_the_same_every_time(pdf):
    first, second = (loader(pdf).load() for _ in range(2))

    assert first == second
    for document in first:
        assert all(isinstance(v, str | int | float | bool) for v in document.metadata.values())
        assert json.loads(document.metadata["spans"])[0]["page"] == document.metadata["page"] + 1


@pytest.mark.parametrize(("export", "count"), [("chunks", 3), ("pages", 3), ("document", 1)])
def test_every_export_has_unique_stable_ids(pdf, export, count):
    documents = loader(pdf, export=export).load()

    assert len({d.id for d in documents}) == count == len(documents)
    assert [d.id for d in loader(pdf, export=export).load()] == [d.id for d in documents]


def test_document_export_parts_pages_by_comments(pdf):
    (document,) = loader(pdf, export="document").load()

    assert "<!-- page 2 -->" in document.page_content
    assert document.metadata["kind"] == "document"


def test_pages_are_read_as_they_are_asked_for(tmp_path):
    pdf = write_pdf(tmp_path / "long.pdf", [f"Sheet {n}" for n in range(60)])
    engine = ScriptedEngine()
    documents = DeepSeekOCRLoader(pdf, runner=Runner(engine=engine, cache=False)).lazy_load()

    next(documents)

    assert len(engine.asked) < 30


def test_async_gives_the_same_documents(pdf):
    assert asyncio.run(loader(pdf).aload()) == loader(pdf).load()


class ForALoop(ScriptedEngine):
    """Reads a page only after the event loop has answered."""

    def __init__(self, loop):
        super().__init__()
        self.loop = loop

    def open(self):
        return ForALoopSession(self)


class ForALoopSession(ScriptedSession):
    def submit(self, request):
        answer = asyncio.run_coroutine_threadsafe(asyncio.sleep(0), self.engine.loop)
        answer.result(timeout=60)
        return super().submit(request)


def test_async_leaves_the_event_loop_free(pdf):
    async def load():
        engine = ForALoop(asyncio.get_running_loop())
        documents = DeepSeekOCRLoader(pdf, runner=Runner(engine=engine, cache=False))
        return [document async for document in documents.alazy_load()]

    assert len(asyncio.run(load())) == 3


def test_selected_pages_keep_their_numbers(pdf):
    assert [d.metadata["page"] for d in loader(pdf, pages="2-3").load()] == [1, 2]


def test_lists_and_folders(tmp_path):
    write_pdf(tmp_path / "a.pdf", ["Alpha"])
    write_pdf(tmp_path / "b.pdf", ["Beta"])

    from_folder = loader(tmp_path).load()
    from_list = loader([tmp_path / "b.pdf", str(tmp_path / "a.pdf")], root=tmp_path).load()

    assert [d.metadata["source"] for d in from_folder] == ["a.pdf", "b.pdf"]
    assert {d.id for d in from_list} == {d.id for d in from_folder}


def test_bytes_are_a_source(pdf):
    documents = loader(pdf.read_bytes()).load()

    assert "The pump runs at night." in documents[0].page_content


def test_a_bad_page_raises_by_default(pdf):
    with pytest.raises(PageReadError, match="Page 2"):
        loader(pdf, failing=(2,)).load()


def test_a_skipped_page_is_logged_and_listed_and_never_in_the_text(pdf, caplog):
    skipping = loader(pdf, failing=(2,), on_error="skip")

    documents = skipping.load()

    assert [d.metadata["page"] for d in documents] == [0, 2]
    assert [(f.page, f.kind) for f in skipping.failures] == [(2, "engine")]
    assert "page 2" in caplog.text
    assert not any("too hard" in d.page_content for d in documents)


def test_async_skips_alike(pdf):
    skipping = loader(pdf, failing=(1,), on_error="skip")

    documents = asyncio.run(skipping.aload())

    assert [d.metadata["page"] for d in documents] == [1, 2]
    assert [f.page for f in skipping.failures] == [1]


def test_a_missing_file_raises_and_can_be_skipped(pdf):
    missing = pdf.with_name("missing.pdf")
    with pytest.raises(SourceNotFoundError):
        loader(missing).load()
    skipping = loader([missing, pdf], on_error="skip")

    assert len(skipping.load()) == 3
    assert skipping.failures[0].source.endswith("missing.pdf")
    assert skipping.failures[0].page == 0


def test_unknown_arguments_and_choices_are_refused(pdf):
    with pytest.raises(TypeError, match="exprot"):
        DeepSeekOCRLoader(pdf, exprot="pages")
    with pytest.raises(ConfigurationError, match="paragraphs"):
        loader(pdf, export="paragraphs")


def test_indexing_twice_adds_nothing_and_a_changed_page_only_itself(tmp_path):
    pdf = write_pdf(tmp_path / "plant.pdf", TEXTS)
    store = InMemoryVectorStore(DeterministicFakeEmbedding(size=8))
    records = InMemoryRecordManager(namespace="test")
    records.create_schema()

    def run():
        return index(
            loader(pdf, root=tmp_path),
            records,
            store,
            cleanup="scoped_full",
            source_id_key="source",
            key_encoder="blake2b",
        )

    assert run()["num_added"] == 3
    assert run() == {"num_added": 0, "num_updated": 0, "num_skipped": 3, "num_deleted": 0}


def test_own_ids_make_adding_twice_idempotent(pdf):
    store = InMemoryVectorStore(DeterministicFakeEmbedding(size=8))
    documents = loader(pdf).load()

    store.add_documents(documents)
    store.add_documents(documents)

    assert len(store.store) == 3


class TestBlobParser:
    def parser(self, **options):
        return DeepSeekOCRBlobParser(runner=Runner(engine=ScriptedEngine(), cache=False), **options)

    def test_a_file_blob_gives_what_the_loader_gives(self, pdf):
        assert self.parser().parse(Blob.from_path(pdf)) == loader(pdf).load()

    def test_bytes_keep_the_name_they_came_with(self, pdf):
        blob = Blob.from_data(pdf.read_bytes(), path="s3://plant/report.pdf")

        documents = self.parser().parse(blob)

        assert {d.metadata["source"] for d in documents} == {"s3://plant/report.pdf"}

    def test_a_bad_blob_raises_or_is_listed(self):
        blob = Blob.from_data(b"\x00\x01 not a document", path="junk.bin")
        with pytest.raises(SourceError):
            self.parser().parse(blob)
        skipping = self.parser(on_error="skip")

        assert skipping.parse(blob) == []
        assert skipping.failures[0].source == "junk.bin"
