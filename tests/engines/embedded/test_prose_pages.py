"""Pages of plain prose are told by their text alone, and read as the layout network reads them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from dsocr_integrations import Runner
from dsocr_integrations.chunking import Chunker
from dsocr_integrations.engines.embedded.engine import EmbeddedEngine
from dsocr_integrations.records.documents import Document
from dsocr_integrations.records.readings import PageReading
from tests.engines.embedded.people_pages.beside_prose import BESIDE, draw_beside, draw_turned
from tests.engines.embedded.people_pages.prose_kinds import KINDS, draw_kind
from tests.engines.embedded.people_pages.prose_pages import draw_browser_page, draw_prose

PLAIN = {
    "plain 6": draw_prose(6),
    "plain 22": draw_prose(22),
    "a list": draw_prose(48),
    "a browser's": draw_browser_page(2),
    **{kind: draw_kind(kind, 2) for kind in KINDS},
}


@pytest.fixture(scope="module")
def by_text():
    with Runner(EmbeddedEngine(), cache=False) as runner:
        yield runner


@pytest.fixture(scope="module")
def by_network():
    with Runner(EmbeddedEngine(layout="network"), cache=False) as runner:
        yield runner


@pytest.fixture
def kept(tmp_path: Path):
    def keep(pdf: bytes) -> str:
        (tmp_path / "page.pdf").write_bytes(pdf)
        return str(tmp_path / "page.pdf")

    return keep


def ways(document: Document) -> list[str]:
    return [page.reading.layout for page in document.pages]


def chunks(document: Document) -> list[tuple[str, str, str]]:
    return [(chunk.chunk_id, chunk.kind, chunk.text) for chunk in Chunker().chunk(document)]


@pytest.mark.parametrize("pdf", PLAIN.values(), ids=PLAIN)
def test_both_ways_agree_on_plain_prose(by_text, by_network, kept, pdf):
    path = kept(pdf)
    short, long = by_text.read(path), by_network.read(path)
    assert (ways(short), ways(long)) == (["text"], ["network"])
    assert short.markdown == long.markdown
    assert short.title == long.title
    assert chunks(short) == chunks(long)
    (page,), (other,) = short.pages, long.pages
    assert page.reading.quality == other.reading.quality
    assert page.reading.quality.trusted
    assert page.figures == other.figures == ()
    assert [block.label for block in page.blocks] == [block.label for block in other.blocks]
    for one, two in zip(page.blocks, other.blocks, strict=True):
        for box, beside in zip(one.boxes, two.boxes, strict=True):
            assert max(abs(a - b) for a, b in zip(box, beside, strict=True)) <= 1


@pytest.mark.parametrize("kind", BESIDE)
def test_what_is_more_than_prose_is_seen_by_the_network(by_text, kept, kind):
    assert ways(by_text.read(kept(draw_beside(kind, 2)))) == ["network"]


def test_a_line_along_the_margin_is_seen_by_the_network(by_text, kept):
    assert ways(by_text.read(kept(draw_turned(24)))) == ["network"]


def test_the_record_says_which_way_a_page_went(by_text, kept):
    page = by_text.read(kept(draw_prose(22))).pages[0]
    assert page.model_dump(mode="json")["reading"]["layout"] == "text"
    assert "onnxruntime" not in page.reading.fingerprint


def test_a_record_of_a_former_version_opens():
    former = PageReading(engine="embedded", fingerprint="embedded/3").model_dump(mode="json")
    del former["layout"]
    assert PageReading.model_validate(former).layout == ""


def test_the_layout_asked_for_is_part_of_what_a_reading_is_kept_under():
    asked = EmbeddedEngine(layout="network").parts_present()
    assert set(asked) - set(EmbeddedEngine().parts_present()) == {"layout=network"}


def test_the_network_is_not_opened_for_prose(kept):
    script = (
        "import sys\n"
        "from dsocr_integrations import Runner\n"
        "from dsocr_integrations.engines.embedded import page_layout\n"
        "with Runner('embedded', cache=False) as runner:\n"
        "    runner.read(sys.argv[1])\n"
        "print(page_layout._model.cache_info().currsize)\n"
    )
    command = [sys.executable, "-c", script, kept(draw_prose(22))]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["0"]
