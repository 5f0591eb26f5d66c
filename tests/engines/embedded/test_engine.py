from __future__ import annotations

import pickle

import pymupdf
import pytest
from PIL import Image

from dsocr_integrations.engines.base import Engine, ReadRequest
from dsocr_integrations.engines.embedded import engine as engine_module
from dsocr_integrations.engines.embedded import parts
from dsocr_integrations.engines.embedded.engine import READING_VERSION, EmbeddedEngine
from dsocr_integrations.engines.embedded.mode_pixels import as_seen
from dsocr_integrations.errors import EngineUnavailableError
from dsocr_integrations.modes import BASE, GUNDAM, TINY
from dsocr_integrations.prompts import Prompt, locate_prompt

from .pdf_pages import DATA, drawn, region_of


@pytest.fixture(scope="module")
def ask():
    with EmbeddedEngine().open() as session:

        def read(region, prompt, mode="auto"):
            return session.submit(ReadRequest(region, prompt, mode)).result()

        yield read


def test_is_an_engine_that_travels():
    engine = EmbeddedEngine()
    assert isinstance(engine, Engine)
    assert pickle.loads(pickle.dumps(engine)) == engine  # noqa: S301
    assert engine.reading_version() == f"embedded/{READING_VERSION}"


def test_a_reading_names_the_parts_that_took_part(ask):
    born_digital = ask(region_of(DATA / "report.pdf"), Prompt.MARKDOWN)
    assert [part.split("=")[0] for part in born_digital.parts] == [
        "onnxruntime",
        "pymupdf",
        "pymupdf-layout",
    ]
    scan = ask(region_of(DATA / "scan.pdf"), Prompt.MARKDOWN)
    assert {part.split("=")[0] for part in scan.parts} == {
        "onnxruntime",
        "pymupdf",
        "pymupdf-layout",
        "rapidocr",
    }


def test_tesseract_is_named_with_its_language_packs_and_where_it_is_missing(monkeypatch):
    monkeypatch.setattr(parts, "languages", lambda: ("eng", "rus"))
    monkeypatch.setattr(parts, "program_version", lambda _: "5.3.0")
    assert parts.named({"tesseract"}) == ("tesseract=5.3+eng+rus",)
    assert "tesseract=5.3.0+eng+rus" in EmbeddedEngine().parts_present()
    monkeypatch.setattr(parts, "languages", lambda: ())
    monkeypatch.setattr(parts, "program_version", lambda _: "")
    assert parts.named({"tesseract"}) == ("tesseract=absent",)
    assert EmbeddedEngine().parts_present() == ()


def test_answers_every_official_prompt(ask):
    region = region_of(DATA / "report.pdf")
    markdown = ask(region, Prompt.MARKDOWN)
    assert "<|ref|>title<|/ref|>" in markdown.text
    assert len(markdown.evidence.blocks) == markdown.text.count("<|ref|>")
    assert "<|" not in ask(region, Prompt.FREE).text
    assert "<|ref|>1 Summary<|/ref|>" in ask(region, Prompt.OCR).text
    assert "[[" in ask(region, locate_prompt("peak day")).text
    assert ask(region, locate_prompt("no such thing")).text == ""
    assert ask(region, Prompt.DESCRIBE).failure.kind == "unsupported"
    assert ask(region, "Write a poem.").failure.kind == "unsupported"


def test_a_blank_page_has_an_empty_answer(ask, tmp_path):
    reading = ask(drawn(tmp_path, lambda _: None), Prompt.MARKDOWN)
    assert (reading.text, reading.failure) == ("", None)


def test_a_page_that_fails_is_a_reading_with_a_failure(ask, tmp_path):
    def draw(page: pymupdf.Page) -> None:
        page.insert_text((50, 50), "soon gone")

    region = drawn(tmp_path, draw)
    region.source.path.unlink()
    reading = ask(region_gone(region), Prompt.MARKDOWN)
    assert reading.text == ""
    assert reading.failure.kind == "source"


def region_gone(region):
    from dsocr_integrations.rendering.open_documents import close_document

    close_document(region.source)
    return region


def test_a_missing_package_names_the_remedy(monkeypatch):
    monkeypatch.setattr(engine_module, "_REQUIRED", ("no_such_package",))
    with pytest.raises(EngineUnavailableError, match=r"dsocr-integrations\[embedded\]"):
        EmbeddedEngine().open()


@pytest.mark.parametrize(
    ("mode", "size"), [(TINY, (512, 724)), (BASE, (724, 1024)), (GUNDAM, (1280, 1810))]
)
def test_modes_leave_the_detail_the_model_would_see(mode, size):
    assert as_seen(Image.new("RGB", (1654, 2339), "white"), mode).size == size
