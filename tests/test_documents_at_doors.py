"""The same documents through every door: titles, texts, ids and metadata are the same."""

from __future__ import annotations

import asyncio
import json
import shutil
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from dsocr_integrations.chunking import Chunker
from dsocr_integrations.cli import main
from dsocr_integrations.export import airflow_record
from dsocr_integrations.index import open_index
from dsocr_integrations.ingestion import ingest
from dsocr_integrations.output import OutputFolder
from dsocr_integrations.passages import Passage, chunk_passage
from dsocr_integrations.records.chunks import Chunk
from dsocr_integrations.records.documents import Document, Page
from dsocr_integrations.runner import Runner
from tests.airflow import conftest as airflow_home  # noqa: F401 - before Airflow is imported
from tests.workbooks import XlsxSheet, row, xlsx

DATA = Path(__file__).parent / "data"
TITLES = {
    "birds.html": "Egrets and herons",
    "blank.pdf": None,
    "fees.csv": None,
    "frames.tif": None,
    "hours.xlsx": None,
    "labelled.pdf": "Herons",
    "late.pdf": None,
    "later.pdf": "Annual Report",
    "molecules.pdf": "Annex B: Micropollutants in Raw Water",
    "named.pdf": "Plant handbook",
    "notes.md": "Wading birds",
    "plain.pdf": None,
    "report.pdf": "Marisol Creek Water Works: Operating Report 2025",
    "rotated.pdf": "Egrets",
    "scan_en.png": "Inspection of Pumping Station Lindholm",
    "third.pdf": "Third",
    "words.txt": None,
}


def make_documents(folder: Path) -> list[Path]:
    import pymupdf
    from PIL import Image

    def write(name: str, titles: list[str], **metadata: str) -> pymupdf.Document:
        document = pymupdf.open()
        for number, title in enumerate(titles, 1):
            page = document.new_page(width=595, height=842)
            if title:
                page.insert_text((60, 90), title, fontsize=28, fontname="hebo")
                page.insert_text((60, 150), "Summary", fontsize=16, fontname="hebo")
            for line in range(12):
                text = f"Line {line} of page {number}: the pump runs at night, the valve is shut by day."
                page.insert_text((60, 190 + 16 * line), text, fontsize=11)
        document.set_metadata(metadata)
        return document

    (folder / "notes.md").write_text(
        "# Wading birds\n\nHerons.\n\n| a | b |\n|---|---|\n| 1 | 2 |\n"
    )
    (folder / "words.txt").write_text("Herons wade.\n\fAt dawn.")
    (folder / "fees.csv").write_text("Kind;Fee\nBoat;12,50\nCanoe;7,00\n")
    (folder / "birds.html").write_text("<h1>Egrets and herons</h1><p>They wade.</p>")
    sheets = [XlsxSheet(name, row(1, {"A": name, "B": 7})) for name in ("May", "June")]
    (folder / "hours.xlsx").write_bytes(xlsx(sheets))
    for name in ("report.pdf", "molecules.pdf", "scan_en.png"):
        shutil.copy(DATA / name, folder)
    labelled = write("labelled", ["Herons", ""])
    labelled.set_page_labels([{"startpage": 0, "prefix": "", "style": "r", "firstpagenum": 4}])
    rotated = write("rotated", ["Egrets"])
    rotated[0].set_rotation(90)
    blank = pymupdf.open()
    blank.new_page()
    made = {
        "blank": blank,
        "labelled": labelled,
        "late": write("late", ["", "", "", "Fourth"]),
        "later": write("later", ["", "Annual Report", ""]),
        "named": write("named", ["Something else"], title="Plant handbook"),
        "plain": write("plain", [""]),
        "rotated": rotated,
        "third": write("third", ["", "", "Third", "", ""]),
    }
    for name, document in made.items():
        document.save(folder / f"{name}.pdf", no_new_id=True)
    frames = [Image.new("L", (300, 200), shade) for shade in (255, 250)]
    frames[0].save(folder / "frames.tif", save_all=True, append_images=frames[1:])
    return sorted(folder.iterdir())


@pytest.fixture(scope="module")
def paths(tmp_path_factory) -> list[Path]:
    return make_documents(tmp_path_factory.mktemp("documents"))


@pytest.fixture(scope="module")
def cache(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("pages")


@pytest.fixture
def runner(cache):
    with Runner("embedded", cache=cache) as runner:
        yield runner


@pytest.fixture
def documents(runner, paths) -> list[Document]:
    return [runner.read(path) for path in paths]


@pytest.fixture
def passages(documents) -> list[Passage]:
    return [
        chunk_passage(chunk, document.page_count)
        for document in documents
        for chunk in Chunker().chunk(document)
    ]


@pytest.fixture
def command(monkeypatch, capsys, cache, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DSOCR_ENGINE", "embedded")
    monkeypatch.setenv("DSOCR_CACHE", str(cache))

    def run(*arguments: object) -> str:
        monkeypatch.setattr(sys, "argv", ["dsocr", *map(str, arguments)])
        with pytest.raises(SystemExit) as exit_:
            main()
        assert not exit_.value.code
        return capsys.readouterr().out

    return run


def without_crops(document: Document) -> Document:
    """A document as it is where no pictures of its figures are kept."""
    return document.model_copy(update={"pages": tuple(map(_without_crops, document.pages))})


def _without_crops(page: Page) -> Page:
    gone = {"crop": None, "crop_sha256": None}
    figures = tuple(figure.model_copy(update=gone) for figure in page.figures)
    # The picture stands in the text too.
    text = "" if page.figures else page.markdown
    return page.model_copy(update={"figures": figures, "markdown": text})


def kept_passages(chunks: Iterable[Chunk], pages: dict[str, int]) -> list[Passage]:
    """Chunks that are kept beside pictures of their figures, as passages without these."""
    bare = (chunk.model_copy(update={"figure": None}) for chunk in chunks)
    return [chunk_passage(chunk, pages[chunk.doc_id]) for chunk in bare]


def test_titles_follow_one_rule(documents):
    assert {Path(one.source).name: one.title for one in documents} == TITLES


def test_documents_are_the_same_at_every_door(runner, paths, documents, command, tmp_path):
    from dsocr_integrations.jupyter import explore

    async def read() -> list[Document]:
        return [await runner.aread(path) for path in paths]

    async def pages() -> list[tuple[Page, ...]]:
        return [tuple([page async for page in runner.apages(path)]) for path in paths]

    assert list(runner.read_many(paths)) == documents
    assert asyncio.run(read()) == documents
    assert asyncio.run(pages()) == [document.pages for document in documents]
    assert [tuple(runner.pages(path)) for path in paths] == [one.pages for one in documents]
    assert [explore(path, runner=runner).document for path in paths] == documents
    for path, document in zip(paths, documents, strict=True):
        said = command("read", path, "--format", "json", "--quiet")
        assert Document.model_validate_json(said) == document
    ingest(paths, tmp_path / "out", runner=runner)
    folder = OutputFolder(tmp_path / "out")
    for document in documents:
        assert without_crops(folder.document(document.doc_id)) == without_crops(document)
        assert folder.manifest(document.doc_id).title == document.title


def test_passages_are_the_same_at_every_loader(runner, paths, passages):
    from langchain_core.document_loaders import Blob

    from dsocr_integrations.langchain import DeepSeekOCRBlobParser, DeepSeekOCRLoader
    from dsocr_integrations.llama_index import DeepSeekOCRNodeParser, DeepSeekOCRReader

    loader = DeepSeekOCRLoader(paths, runner=runner)
    parser = DeepSeekOCRBlobParser(runner=runner)
    reader = DeepSeekOCRReader(runner=runner)
    blobs = [one for path in paths for one in parser.lazy_parse(Blob.from_path(path))]

    async def load() -> list[Any]:
        return [document async for document in loader.alazy_load()]

    for documents in (loader.load(), asyncio.run(load()), blobs):
        assert [_of_langchain(one) for one in documents] == passages
    for read in (reader.load_data(paths), asyncio.run(reader.aload_data(paths))):
        nodes = DeepSeekOCRNodeParser().get_nodes_from_documents(read)
        assert [_of_llama_index(one) for one in nodes] == passages


def _of_langchain(document: Any) -> Passage:
    metadata = dict(document.metadata)
    page, context = metadata.pop("page") + 1, metadata.pop("context", "")
    assert document.page_content.startswith(context)
    text = document.page_content.removeprefix(f"{context}\n\n" if context else "")
    return Passage(document.id, text, page, metadata, context)


def _of_llama_index(node: Any) -> Passage:
    metadata = dict(node.metadata)
    context = metadata.pop("context", "")
    return Passage(node.id_, node.text, metadata["page_number"], metadata, context)


def test_passages_are_the_same_where_they_are_kept(
    runner, paths, documents, passages, command, tmp_path
):
    from dsocr_integrations.airflow import DeepSeekOCROperator

    pages = {document.doc_id: document.page_count for document in documents}
    for path, document in zip(paths, documents, strict=True):
        said = command("read", path, "--format", "chunks", "--quiet")
        chunks = [Chunk.model_validate_json(line) for line in said.splitlines()]
        assert chunks == list(Chunker().chunk(document))
    with open_index(tmp_path / "index") as index:
        report = ingest(paths, tmp_path / "out", runner=runner, index=index)
        in_index = kept_passages(index.chunks(), pages)
    folder = OutputFolder(tmp_path / "out")
    written = [chunk for doc_id in report.doc_ids for chunk in folder.chunks(doc_id)]
    assert kept_passages(written, pages) == passages
    assert sorted(in_index, key=_place) == sorted(passages, key=_place)

    pushed: dict[str, Any] = {}
    instance = type(
        "Instance",
        (),
        {"try_number": 1, "xcom_push": lambda _, key, value: pushed.update({key: value})},
    )()
    operator = DeepSeekOCROperator(
        task_id="read",
        sources=list(map(str, paths)),
        output_uri=str(tmp_path / "airflow"),
        return_documents=True,
        max_inline_bytes=10_000_000,
    )
    manifest = operator.execute({"ti": instance})
    assert manifest["doc_ids"] == [document.doc_id for document in documents]
    for record in pushed["documents"]:
        record["metadata"].pop("figure", None)
    assert pushed["documents"] == json.loads(json.dumps([airflow_record(one) for one in passages]))


def _place(passage: Passage) -> str:
    return passage.id
