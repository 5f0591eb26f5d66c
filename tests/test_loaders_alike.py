"""LangChain's loader and blob parser and LlamaIndex's reader: the same arguments, ids and failures."""

from __future__ import annotations

import asyncio
import io
import pickle
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import fsspec
import pymupdf
import pytest
from langchain_core.document_loaders import Blob
from llama_index.core import SimpleDirectoryReader
from pydantic import SecretStr

from dsocr_integrations.chunking import Chunker
from dsocr_integrations.engines.server import ServerEngine
from dsocr_integrations.errors import (
    ConfigurationError,
    ForbiddenAddressError,
    NoSuchPageError,
    PageReadError,
    SourceNotFoundError,
)
from dsocr_integrations.jupyter import explore
from dsocr_integrations.langchain import DeepSeekOCRBlobParser, DeepSeekOCRLoader
from dsocr_integrations.llama_index import DeepSeekOCRNodeParser, DeepSeekOCRReader
from dsocr_integrations.runner import Runner
from dsocr_integrations.settings import Settings
from tests.scripted_engine import ScriptedEngine, write_pdf

TEXTS = ["The pump runs at night.", "The valve is shut."]
SECRET = "herons wade at dawn"


def runner(*failing: int, **options) -> Runner:
    return Runner(engine=ScriptedEngine(failing), cache=False, **options)


def by_loader(source, *, read_by=None, **options):
    return DeepSeekOCRLoader(source, runner=read_by or runner(), **options).load()


def by_parser(source, *, read_by=None, **options):
    parser = DeepSeekOCRBlobParser(runner=read_by or runner(), **options)
    return parser.parse(Blob.from_path(source))


def by_reader(source, *, read_by=None, **options):
    pages = DeepSeekOCRReader(runner=read_by or runner(), **options).load_data(source)
    return cut(pages)


def cut(pages):
    return DeepSeekOCRNodeParser().get_nodes_from_documents(pages)


DOORS = [by_loader, by_parser, by_reader]


def ids(documents) -> list[str]:
    return [getattr(one, "node_id", None) or one.id for one in documents]


@pytest.fixture
def pdf(tmp_path) -> Path:
    return write_pdf(tmp_path / "plant.pdf", TEXTS)


@pytest.fixture
def locked(tmp_path, pdf) -> Path:
    path = tmp_path / "locked.pdf"
    with pymupdf.open(pdf) as document:
        document.save(path, encryption=pymupdf.PDF_ENCRYPT_AES_256, user_pw=SECRET)
    return path


@pytest.mark.parametrize("door", DOORS)
def test_each_takes_root_pages_password_and_chunker(door, locked):
    counted = []
    chunker = Chunker(count_tokens=lambda text: counted.append(text) or len(text.split()))

    (document,) = door(locked, root=locked.parent, pages="2", password=SECRET, chunker=chunker)

    assert document.metadata["source"] == "locked.pdf"
    assert document.metadata["page_number"] == 2
    assert counted


def ways_of_loading(path: Path) -> Iterator[list[str]]:
    data = path.read_bytes()
    parse = DeepSeekOCRBlobParser(runner=runner()).parse
    read = DeepSeekOCRReader(runner=runner()).load_data
    yield ids(by_loader(path))
    yield ids(by_loader(str(path)))
    yield ids(by_loader(path.as_uri()))
    with path.open("rb") as stream:
        yield ids(by_loader(stream))
    yield ids(parse(Blob.from_path(path)))
    yield ids(parse(Blob.from_data(data, path=str(path))))
    yield ids(parse(Blob.from_data(data, path=path.name)))
    yield ids(cut(read(path)))
    yield ids(cut(read(path, fs=fsspec.filesystem("file"))))
    yield ids(cut(read([path], fs=fsspec.filesystem("file"))))


def test_ids_are_the_same_whichever_way_a_file_is_loaded(pdf, monkeypatch):
    monkeypatch.chdir(pdf.parent)

    assert len(set(map(tuple, ways_of_loading(pdf)))) == 1


def test_what_a_file_system_lacks_is_a_failure_like_any_other(pdf):
    memory = fsspec.filesystem("memory")
    memory.pipe_file("/shelf/plant.pdf", pdf.read_bytes())
    paths = ["/shelf/none.pdf", "/shelf/plant.pdf"]
    with pytest.raises(SourceNotFoundError, match=r"none\.pdf"):
        DeepSeekOCRReader(runner=runner()).load_data(paths, fs=memory)
    reader = DeepSeekOCRReader(runner=runner(), root="memory:///shelf", on_error="skip")

    found = reader.load_data(paths, fs=memory)

    assert {one.metadata["source"] for one in found} == {"plant.pdf"}
    assert [(one.source, one.page) for one in reader.failures] == [("none.pdf", 0)]


def test_blobs_of_a_folder_have_the_ids_that_the_loader_gives_the_folder(pdf):
    assert ids(by_parser(pdf, root=pdf.parent)) == ids(by_loader(pdf.parent))


def test_a_blobs_own_source_and_metadata_are_kept(pdf):
    blob = Blob.from_path(pdf, metadata={"source": "s3://plant/report.pdf", "team": "north"})

    documents = DeepSeekOCRBlobParser(runner=runner()).parse(blob)

    assert {one.metadata["source"] for one in documents} == {"s3://plant/report.pdf"}
    assert {one.metadata["team"] for one in documents} == {"north"}
    assert ids(documents) != ids(by_loader(pdf))


@pytest.mark.parametrize(
    "door",
    [
        *DOORS,
        lambda source, **options: runner().read(source, **options),
        partial(explore, runner=runner()),
    ],
)
def test_pages_that_the_document_does_not_have_are_an_error(door, pdf):
    with pytest.raises(NoSuchPageError, match=r"no page 9; its last one is 2"):
        door(pdf, pages="9")


@pytest.mark.parametrize("door", DOORS)
def test_pages_beyond_the_end_are_no_silent_loss(door, pdf):
    with pytest.raises(NoSuchPageError, match="no page 9"):
        door(pdf, pages="1,9")
    assert len(door(pdf, pages="1,9", on_error="skip")) == 1


def test_a_file_object_is_loaded_twice_from_where_it_stood(pdf):
    stream = io.BytesIO(b"before" + pdf.read_bytes())
    stream.seek(len(b"before"))
    loader = DeepSeekOCRLoader(stream, runner=runner())

    first = loader.load()

    assert len(first) == len(TEXTS)
    assert loader.load() == first


class TestFailures:
    def test_they_are_what_is_missing_in_the_last_reading_of_each_source(self, pdf, tmp_path):
        other = write_pdf(tmp_path / "other.pdf", TEXTS)
        engine = ScriptedEngine((2,))
        loader = DeepSeekOCRLoader(
            [pdf, other], runner=Runner(engine=engine, cache=False), on_error="skip"
        )
        reader = DeepSeekOCRReader(runner=Runner(engine=engine, cache=False), on_error="skip")
        parser = DeepSeekOCRBlobParser(runner=Runner(engine=engine, cache=False), on_error="skip")
        loads = [
            (loader, lambda: [loader.load()]),
            (reader, lambda: [reader.load_data(one) for one in (pdf, other)]),
            (parser, lambda: [parser.parse(Blob.from_path(one)) for one in (pdf, other)]),
        ]
        for door, load in loads:
            for _ in range(2):
                load()
                missing = [(Path(one.source).name, one.page) for one in door.failures]
                assert missing == [("plant.pdf", 2), ("other.pdf", 2)]
        engine.failing_pages = ()
        for door, load in loads:
            load()
            assert door.failures == ()


class TestPickling:
    """`SimpleDirectoryReader(num_workers=2)` pickles its readers, and others do the same."""

    def test_engine_cache_and_settings_are_kept(self, pdf, tmp_path):
        settings = Settings(dpi=99, page_furniture=True)
        made = Runner(
            engine=ScriptedEngine(version="7"), cache=tmp_path / "kept", settings=settings
        )
        for door, load in (
            (DeepSeekOCRLoader(pdf, runner=made, pages="2"), lambda one: one.load()),
            (DeepSeekOCRReader(runner=made, pages="2"), lambda one: one.load_data(pdf)),
            (
                DeepSeekOCRBlobParser(runner=made, pages="2"),
                lambda one: one.parse(Blob.from_path(pdf)),
            ),
        ):
            again = pickle.loads(pickle.dumps(door))  # noqa: S301 - its own
            read_by = again._reader.runner if again._reader else again._runner
            assert read_by.fingerprint == made.fingerprint
            assert read_by.configuration == made.configuration
            assert read_by.cache.root == made.cache.root
            assert load(again) == load(door)

    def test_workers_of_a_directory_reader_read_with_the_same_engine(self, pdf, tmp_path):
        write_pdf(tmp_path / "other.pdf", TEXTS)
        found = SimpleDirectoryReader(
            input_dir=tmp_path, file_extractor={".pdf": DeepSeekOCRReader(runner=runner())}
        ).load_data(num_workers=2)

        assert [one.metadata["engine"] for one in found] == ["scripted"] * 4

    def test_a_password_is_refused_and_stands_in_no_pickle(self, pdf, monkeypatch):
        for door in (
            DeepSeekOCRLoader(pdf, runner=runner(), password=SECRET),
            DeepSeekOCRReader(runner=runner(), password=SECRET),
            DeepSeekOCRBlobParser(runner=runner(), password=SECRET),
            DeepSeekOCRReader(runner=runner(password=SECRET)),
            runner(password=SECRET),
            Runner(engine=f"http://reader:{SECRET.replace(' ', '')}@127.0.0.1:9/v1"),
            Runner(engine=ServerEngine("http://127.0.0.1:9/v1", api_key=SecretStr(SECRET))),
            DeepSeekOCRLoader(pdf, runner=runner(), storage_options={"key": SECRET}),
        ):
            with pytest.raises(ConfigurationError, match="not pickled"):
                pickle.dumps(door)

    def test_a_password_of_the_environment_is_taken_from_that_of_the_reader(
        self, locked, monkeypatch
    ):
        monkeypatch.setenv("DSOCR_PASSWORD", SECRET)
        pickled = pickle.dumps(DeepSeekOCRLoader(locked, runner=runner()))

        assert SECRET.encode() not in pickled
        assert len(pickle.loads(pickled).load()) == len(TEXTS)  # noqa: S301 - its own

    def test_what_cannot_be_pickled_is_named(self, pdf):
        with pytest.raises(ConfigurationError, match=r"Runner cannot be pickled.*progress"):
            pickle.dumps(DeepSeekOCRReader(runner=runner(progress=lambda progress: None)))
        chunker = Chunker(count_tokens=lambda text: len(text.split()))
        with pytest.raises(ConfigurationError, match=r"DeepSeekOCRReader .*chunker"):
            pickle.dumps(DeepSeekOCRReader(runner=runner(), chunker=chunker))


class TestUrls:
    @pytest.fixture
    def address(self, pdf) -> Iterator[str]:
        class Guarded(SimpleHTTPRequestHandler):
            def do_GET(self):
                if self.headers.get("X-Key") == SECRET:
                    super().do_GET()
                else:
                    self.send_error(403)

            def log_message(self, *arguments):
                """Say nothing."""

        handler = partial(Guarded, directory=str(pdf.parent))
        with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
            thread = threading.Thread(target=server.serve_forever, daemon=True)
            thread.start()
            yield f"http://127.0.0.1:{server.server_address[1]}/plant.pdf"
            server.shutdown()
            thread.join()

    @pytest.mark.parametrize("door", DOORS)
    def test_headers_are_sent_and_private_addresses_refused(self, door, address):
        allowed = {"allow_private_addresses": True}
        headers = {"storage_options": {"headers": {"X-Key": SECRET}}}

        with pytest.raises(ForbiddenAddressError):
            door(address, **headers)
        with pytest.raises(Exception, match="403"):
            door(address, **allowed)
        found = door(address, **headers, **allowed)

        assert {one.metadata["source"] for one in found} == {address}

    def test_runner_and_widget_take_them_too(self, address):
        headers = {"storage_options": {"headers": {"X-Key": SECRET}}}
        made = runner(allow_private_addresses=True)

        assert made.read(address, **headers).page_count == 2
        assert explore(address, runner=made, **headers).document.page_count == 2


def test_a_bad_page_of_a_selection_still_raises(pdf):
    with pytest.raises(PageReadError, match="Page 2"):
        by_loader(pdf, read_by=runner(2), pages="2")


def test_async_methods_give_what_the_others_give(pdf):
    loader = DeepSeekOCRLoader(pdf, runner=runner())
    reader = DeepSeekOCRReader(runner=runner())

    async def load():
        streamed = [one async for one in reader.alazy_load_data(pdf)]
        awaited = await reader.alazy_load_data(pdf)
        taken = [one async for one in awaited]
        return await loader.aload(), streamed, taken, list(awaited), await reader.aload_data(pdf)

    loaded, *read = asyncio.run(load())

    assert loaded == loader.load()
    assert all(one == reader.load_data(pdf) for one in read)
