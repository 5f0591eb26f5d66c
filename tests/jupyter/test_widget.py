"""The widget's Python side: traits, questions and answers, fallbacks. No browser."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest
import traitlets
from PIL import Image

from dsocr_integrations.errors import ConfigurationError
from dsocr_integrations.jupyter import OcrExplorer
from dsocr_integrations.records.documents import Block
from dsocr_integrations.tables import to_csv
from tests.builders import HOSTILE, make_document, make_page


def white(_document, _page):
    return Image.new("RGB", (60, 80), "white")


@pytest.fixture
def explorer():
    widget = OcrExplorer(make_document(), images=white)
    widget.sent = []
    widget.send = lambda content, buffers=None: widget.sent.append((content, buffers))
    return widget


def ask(widget: OcrExplorer, content: object) -> list:
    widget._answer(widget, content, [])
    return widget.sent


def test_starts_on_the_first_page_and_names_the_engine(explorer: OcrExplorer):
    assert explorer.page == 1
    view = explorer.document_view
    assert view["notice"] == "read by the embedded CPU engine, not DeepSeek-OCR"
    assert explorer.stats["pages"] == 3
    assert explorer.stats["errors"] == 1
    assert explorer.stats["tables"] == 3
    assert explorer.stats["molecules"] == 1
    assert explorer.stats["engine"] == "embedded"


def test_text_travels_only_when_asked_for(explorer: OcrExplorer):
    assert "Words of" not in json.dumps(explorer.get_state(["document_view", "stats"]))


def test_a_page_is_answered_with_its_picture(explorer: OcrExplorer):
    ((answer, buffers),) = ask(explorer, {"id": "q1", "kind": "page", "page": 1, "document": 0})
    assert answer["id"] == "q1"
    assert answer["view"]["number"] == 1
    picture = answer["pictures"][0]
    assert (picture["name"], picture["type"]) == ("page", "image/webp")
    assert buffers[picture["buffer"]][:4] == b"RIFF"
    json.dumps(answer)


@pytest.mark.parametrize(
    "question",
    [
        {"kind": "page", "page": 99},
        {"kind": "page", "page": True},
        {"kind": "page", "page": "1"},
        {"kind": "page"},
        {"kind": "file", "path": "/etc/passwd"},
        {},
    ],
)
def test_every_other_question_is_answered_with_an_error(explorer: OcrExplorer, question: dict):
    ((answer, _),) = ask(explorer, {"id": "q1", **question})
    assert answer == {"id": "q1", "error": "There is no such page."}


def test_a_message_without_an_id_is_no_question(explorer: OcrExplorer):
    assert ask(explorer, "page") == []
    assert ask(explorer, {"kind": "page", "page": 1}) == []


def test_a_failing_picture_is_told_without_its_message():
    def fail(_document, _page):
        raise OSError("/secret/path")

    widget = OcrExplorer(make_document(), images=fail)
    widget.sent = []
    widget.send = lambda content, buffers=None: widget.sent.append((content, buffers))
    ((answer, _),) = ask(widget, {"id": "q", "kind": "page", "page": 1})
    assert answer["error"] == "The picture failed with OSError."


def test_search_finds_on_every_page(explorer: OcrExplorer):
    matches = explorer.search("WORDS  of")
    assert [match["page"] for match in matches] == [1, 2, 3]
    assert explorer.search("1,234")[0]["id"] == "p1-b2"
    assert explorer.search("CC(=O)Oc1")[0]["page"] == 1
    assert explorer.search(".*") == []
    assert explorer.search(" ") == []


def test_selecting_turns_the_page_and_tells_listeners(explorer: OcrExplorer):
    seen: list[Block | None] = []
    explorer.on_select(seen.append)
    explorer.select("p2-b0")
    assert explorer.page == 2
    assert explorer.selected_block.text == "# Heading of page 2"
    explorer.select("")
    assert [block and block.label for block in seen] == ["title", None]
    for wrong in ("p99-b0", "x", "../etc"):
        with pytest.raises(ConfigurationError):
            explorer.select(wrong)


def test_a_page_that_was_not_read_cannot_be_shown(explorer: OcrExplorer):
    with pytest.raises(traitlets.TraitError, match="not read"):
        explorer.page = 4


def test_loose_pages_and_nothing_at_all():
    assert OcrExplorer([make_page(4)], images=white).page == 4
    assert OcrExplorer(make_page(4), images=white).page == 4
    assert OcrExplorer([], images=white).page == 0
    for wrong in (5, None, "a.pdf", [5]):
        with pytest.raises(ConfigurationError, match="Call explore"):
            OcrExplorer(wrong)


def test_fallback_is_escaped_and_bounded(explorer: OcrExplorer):
    data = explorer._repr_mimebundle_()[0]
    assert "<script>" not in data["text/html"]
    assert "&lt;script&gt;" in data["text/html"]
    assert "not DeepSeek-OCR" in data["text/html"]
    many = OcrExplorer([make_page(blocks=(Block(label="text", text="x" * 1000),) * 200)])
    assert len(many._repr_mimebundle_()[0]["text/html"]) < 30_000


def test_saves_what_it_shows(explorer: OcrExplorer, tmp_path: Path):
    text = explorer.to_html(tmp_path / "page.html").read_text()
    assert HOSTILE not in text
    assert "data:image/webp;base64," in text


def test_unknown_blocks_are_refused(explorer: OcrExplorer):
    explorer.select("p1-f2")
    for wrong in ("p1-b99", "p1-f9", "p1-", "p1"):
        with pytest.raises(ConfigurationError):
            explorer.select(wrong)
    assert explorer.selected == "p1-f2"


def test_tokens_that_nobody_counted_are_unknown(explorer: OcrExplorer):
    assert explorer.stats["vision_tokens"] is None


def test_what_a_notebook_keeps_has_no_marks_and_no_script(explorer: OcrExplorer):
    image, text = explorer._kept()
    assert base64.b64decode(image["image/png"])[:4] == b"\x89PNG"
    kept = text["text/html"]
    assert "<h3>Heading of page 1</h3>" in kept
    assert "<code>CC(=O)Oc1ccccc1C(=O)O</code>" in kept
    assert "<th>Year</th>" in kept
    assert "read by the embedded CPU engine, not DeepSeek-OCR" in kept
    assert "&lt;script&gt;" in kept
    assert [mark for mark in ("<script", "##", "**", "<img") if mark in kept] == []


def test_what_is_chosen_is_data(explorer: OcrExplorer):
    explorer.select("p1-b2")
    assert explorer.selected_table.columns == ("Year", "Sales")
    assert explorer.selected_figure is None
    explorer.select("p1-f2")
    assert explorer.selected_figure.caption == "Figure 2: Sales by year"
    assert to_csv(explorer.selected_table).splitlines()[1] == '2023,"1,234"'
    explorer.select("p1-b1")
    assert explorer.selected_figure.smiles == "CC(=O)Oc1ccccc1C(=O)O"
    assert explorer.selected_table is None
