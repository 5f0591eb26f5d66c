"""Passages as lines of JSON, taken by the frameworks as they are; the documentation's examples."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from langchain_core.documents import Document as LangChainDocument
from llama_index.core import MockEmbedding, VectorStoreIndex
from llama_index.core.schema import Document as LlamaIndexDocument
from llama_index.core.schema import TextNode

from dsocr_integrations.chunking import Chunker
from dsocr_integrations.cli import main
from dsocr_integrations.errors import ConfigurationError
from dsocr_integrations.export import (
    BULKY_KEYS,
    export_lines,
    passages_of_folder,
    passages_of_index,
)
from dsocr_integrations.index import open_index
from dsocr_integrations.output import OutputFolder
from tests.builders import ENGINE, FINGERPRINT, make_document, write_document
from tests.guide_examples import printed_by, write_passages

DOCUMENT = make_document(pages=2)
CHUNKS = list(Chunker().chunk(DOCUMENT))


@pytest.fixture
def index(tmp_path: Path):
    with open_index(tmp_path / "index.db") as opened:
        opened.upsert_document(
            DOCUMENT.doc_id, CHUNKS,
            revision=DOCUMENT.revision, engine=ENGINE, fingerprint=FINGERPRINT,
        )  # fmt: skip
        yield opened


def exported(index, form: str) -> list[dict]:
    return [json.loads(line) for line in export_lines(passages_of_index(index), form)]


def test_every_chunk_is_a_line_with_its_id_and_flat_metadata(index):
    lines = exported(index, "plain")
    assert [line["id"] for line in lines] == [chunk.chunk_id for chunk in CHUNKS]
    assert [line["text"] for line in lines] == [chunk.text for chunk in CHUNKS]
    for line in lines:
        assert all(isinstance(value, str | int | float) for value in line["metadata"].values())
    chart = next(line["metadata"] for line in lines if line["metadata"]["kind"] == "chart")
    assert chart["value_source"] == "printed"
    assert json.loads(chart["spans"])[0]["page"] == 1


def test_the_folder_says_the_same_and_how_many_pages_there_are(index, tmp_path):
    write_document(DOCUMENT, CHUNKS, tmp_path / "out")
    folder = OutputFolder(tmp_path / "out")
    lines = [json.loads(line) for line in export_lines(passages_of_folder(folder))]
    assert {line["metadata"].pop("total_pages") for line in lines} == {3}
    assert lines == exported(index, "plain")
    assert not list(passages_of_folder(folder, "other.pdf"))


def test_langchain_takes_a_line_as_a_document(index):
    documents = [LangChainDocument(**line) for line in exported(index, "langchain")]
    assert documents[0].id == CHUNKS[0].chunk_id
    assert documents[-1].metadata["page"] == documents[-1].metadata["page_number"] - 1


@pytest.mark.parametrize("kind", [TextNode, LlamaIndexDocument])
def test_llama_index_takes_a_line_as_a_node_and_makes_its_vector(index, kind):
    nodes = [kind(**line) for line in exported(index, "llama-index")]
    store = VectorStoreIndex(nodes, embed_model=MockEmbedding(8))
    vectors = store.vector_store.data.embedding_dict
    assert set(vectors) == {chunk.chunk_id for chunk in CHUNKS} or kind is LlamaIndexDocument
    assert all(vector is not None and len(vector) == 8 for vector in vectors.values())
    assert "engine_fingerprint" not in nodes[0].get_content("embed")


def test_airflow_takes_text_and_metadata_named_as_its_own_loader_names_them(index):
    line = exported(index, "airflow")[0]
    assert set(line) == {"text", "metadata"}
    assert line["metadata"]["file_name"] == line["metadata"]["file_path"] == "report.pdf"
    assert line["metadata"]["page_number"] == 1
    assert line["metadata"]["chunk_id"] == CHUNKS[0].chunk_id


def test_airflow_is_given_no_metadata_that_grows_with_the_passage(index):
    # Its operator refuses a passage whose metadata fills its chunk size.
    assert not BULKY_KEYS & set(exported(index, "airflow")[0]["metadata"])
    assert set(exported(index, "plain")[0]["metadata"]) >= BULKY_KEYS


def test_an_unknown_shape_is_refused(index):
    with pytest.raises(ConfigurationError, match="llama-index"):
        list(export_lines(passages_of_index(index), "haystack"))


@pytest.fixture
def dsocr(index, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)

    def run(*arguments: object) -> tuple[int, str, str]:
        command = ["dsocr", "export", "--index", "index.db", *map(str, arguments)]
        monkeypatch.setattr(sys, "argv", command)
        with pytest.raises(SystemExit) as exit_:
            main()
        out, err = capsys.readouterr()
        return int(exit_.value.code or 0), out, err

    return run


def test_the_command_writes_lines_or_a_file(dsocr):
    code, out, err = dsocr()
    assert code == 0
    assert len(out.splitlines()) == len(CHUNKS)
    assert err == f"{len(CHUNKS)} passages.\n"
    assert dsocr("--format", "langchain", "-o", "all.jsonl")[1] == ""
    first = Path("all.jsonl").read_text(encoding="utf-8").splitlines()[0]
    context = CHUNKS[0].context
    assert json.loads(first)["page_content"] == f"{context}\n\n{CHUNKS[0].text}".strip()
    assert dsocr("--source", "other.pdf")[1] == ""
    assert dsocr("--format", "haystack")[0] == 2
    assert dsocr("--folder", "out")[0] == 2


@pytest.mark.parametrize(
    ("title", "form"), [("LangChain", "langchain"), ("LlamaIndex", "llama-index")]
)
def test_the_examples_of_the_guide_run(tmp_path, title, form):
    write_passages(tmp_path, form)
    assert "report.pdf" in printed_by(title, tmp_path)


def test_the_example_for_qdrant_runs_and_doubles_nothing(tmp_path):
    ids = write_passages(tmp_path)
    for _ in range(2):
        count, found, source, _ = printed_by("Qdrant", tmp_path).split()
        assert (int(count), source) == (len(ids), "report.pdf")
        assert found in ids


@pytest.mark.system
def test_the_example_for_pgvector_runs_and_doubles_nothing(tmp_path, postgres_url):
    import psycopg

    ids = write_passages(tmp_path)
    for _ in range(2):
        assert "report.pdf" in printed_by("pgvector", tmp_path, DATABASE_URL=postgres_url)
    with psycopg.connect(postgres_url) as database:
        assert database.execute("SELECT count(*) FROM passages").fetchone() == (len(ids),)
