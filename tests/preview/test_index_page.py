"""The page at the root of an output folder, and `dsocr list`: what is there, and what is missing."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import pytest

from dsocr_integrations.ingestion import forget, ingest, retry_failed
from dsocr_integrations.output import OutputFolder
from dsocr_integrations.preview import index_page
from dsocr_integrations.preview.folder import write_source_html
from dsocr_integrations.preview.index_page import write_index_page
from dsocr_integrations.records.identity import document_id
from dsocr_integrations.runner import Runner
from tests.builders import HOSTILE, make_document, write_document
from tests.corpus.one_run import Corpus
from tests.scripted_engine import ScriptedEngine, write_pdf
from tests.test_cli import dsocr

__all__ = ["dsocr"]

TEXTS = {"2024/q1/report.pdf": ["one", "two"], "a b#c?%20.pdf": ["three"], "broken.pdf": None}


class Links(HTMLParser):
    """The links of a page, and the elements that could run or load something."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.hrefs: list[str] = []
        self.active: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.hrefs += [value or "" for name, value in attrs if name == "href"]
        if tag in {"script", "img", "iframe", "link"} or any(
            name.startswith("on") for name, _ in attrs
        ):
            self.active.append(tag)


@pytest.fixture
def engine() -> ScriptedEngine:
    return ScriptedEngine(failing_pages=(2,))


@pytest.fixture
def root(tmp_path: Path, engine: ScriptedEngine) -> Path:
    for name, texts in TEXTS.items():
        path = tmp_path / "in" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if texts is None:
            path.write_bytes(b"no document")
        else:
            write_pdf(path, texts)
    run(tmp_path, engine)
    return tmp_path


def run(root: Path, engine: ScriptedEngine, **options: object):
    with Runner(engine, cache=root / "cache") as runner:
        return ingest(
            root / "in", root / "out", runner=runner, preview=write_source_html, **options
        )


def page(root: Path) -> str:
    return (root / "out/index.html").read_text()


def test_it_lists_what_was_read_and_what_failed_with_links_that_lead_there(root: Path):
    text = page(root)
    assert "2 documents, 2 pages, 2 with failures" in text
    assert text.index("2024/q1/report.pdf") < text.index("a b#c") < text.index("broken.pdf")
    assert ">1 of 2<" in text
    assert "page 2: " in text
    links = Links(text)
    assert links.active == []
    assert len(links.hrefs) == 8
    for href in links.hrefs:
        assert (root / "out" / unquote(href)).is_file(), href


def test_it_is_written_once_and_only_where_something_has_changed(
    root: Path, engine: ScriptedEngine, monkeypatch: pytest.MonkeyPatch
):
    written = (root / "out/index.html").stat().st_mtime_ns
    text = page(root)
    run(root, engine)
    assert (root / "out/index.html").stat().st_mtime_ns == written
    (root / "out/index.html").unlink()
    run(root, engine)
    assert page(root) == text
    monkeypatch.setattr(OutputFolder, "documents", lambda _: pytest.fail("Looked through."))
    run(root, engine)


def test_it_keeps_up_with_what_is_read_pruned_and_forgotten(root: Path, engine: ScriptedEngine):
    engine.failing_pages = ()
    with Runner(engine, cache=root / "cache") as runner:
        retry_failed(root / "out", runner=runner, preview=write_source_html)
    assert "page 2: " not in page(root)
    (root / "in/2024/q1/report.pdf").unlink()
    run(root, engine, prune=True)
    assert "report.pdf" not in page(root)
    forget("a b#c?%20.pdf", root / "out")
    assert "a b#c" not in page(root)
    assert "no documents" in page(root)


def test_none_is_written_where_several_write_at_once(root: Path, engine: ScriptedEngine):
    (root / "out/index.html").unlink()
    run(root, engine, existing="replace", index_page=False)
    assert not (root / "out/index.html").exists()


def test_a_corpus_has_it_from_its_last_step(tmp_path: Path):
    (tmp_path / "in").mkdir()
    write_pdf(tmp_path / "in/a.pdf", ["one"])
    corpus = Corpus(str(tmp_path / "in"), tmp_path)
    corpus.listed("first")
    corpus.planned("first")
    corpus.read("first", 0)
    place = Path(corpus.output.root, "index.html")
    assert not place.exists()
    corpus.indexed("first")
    assert "a.pdf/document.md" in place.read_text()


def test_what_stands_in_a_document_is_text_on_it(tmp_path: Path):
    source = f"{HOSTILE}.pdf"
    document = make_document(1, source=source, doc_id=document_id(source), title=HOSTILE)
    write_document(document, [], tmp_path)
    write_index_page(OutputFolder(tmp_path))
    text = (tmp_path / "index.html").read_text()
    assert Links(text).active == []
    assert "&lt;script&gt;" in text


def test_of_too_many_none_is_named(root: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(index_page, "MAX_LISTED", 2)
    assert write_index_page(OutputFolder(root / "out")) == 3
    assert "3 documents, too many for one page" in page(root)
    assert "report.pdf" not in page(root)


def test_a_list_on_the_command_line(root: Path, dsocr):
    code, out, err = dsocr("list", root / "out")
    assert (code, err) == (0, "")
    first, second, third = out.splitlines()
    assert re.fullmatch(
        r"2024/q1/report\.pdf: 1 page of 2 read by scripted; page 2 failed \(\w+\): .+", first
    )
    assert second.startswith("a b#c_%20~")
    assert third.startswith("broken.pdf: failed (")
    lines = [json.loads(line) for line in dsocr("list", root / "out", "--json")[1].splitlines()]
    assert [one["source"] for one in lines] == list(TEXTS)
    assert [one["pages"] for one in lines] == [1, 1, 0]
    assert [len(one["failures"]) for one in lines] == [1, 0, 1]
    for one in lines[:2]:
        assert Path(one["path"], "document.md").is_file()
        assert one["doc_id"] == document_id(one["source"])
    failed = dsocr("list", root / "out", "--failed")[1]
    assert failed.splitlines() == [first, third]
    assert dsocr("list", root / "out", "--untrusted") == (0, "", "")


def test_a_list_of_nothing_is_no_success(tmp_path: Path, dsocr):
    code, out, err = dsocr("list", tmp_path)
    assert (code, out) == (1, "")
    assert "holds nothing that was ingested" in err
