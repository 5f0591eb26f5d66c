"""Verifying a model: known pages, every question, a report that can be given back."""

from __future__ import annotations

import json
from concurrent.futures import Future
from dataclasses import replace

import pytest

from dsocr_integrations.engines.embedded.engine import EmbeddedEngine
from dsocr_integrations.engines.server import ServerEngine
from dsocr_integrations.engines.transformers import TransformersEngine
from dsocr_integrations.errors import ConfigurationError
from dsocr_integrations.grounding import parse
from dsocr_integrations.verification import Report, verify, write_report
from dsocr_integrations.verification.drawn_pages import PROSE, draw_pages
from dsocr_integrations.verification.questions import PUBLIC_MODES, pages_in, questions
from dsocr_integrations.verification.report import _lines
from tests.engines.server.scripted_server import MODEL, ScriptedServer
from tests.engines.tiny_checkpoint import write_checkpoint
from tests.scripted_engine import ScriptedEngine, ScriptedSession


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pages")
    draw_pages(folder / "drawn.pdf")
    return list(pages_in(folder))


@pytest.fixture(scope="module")
def report(pages):
    # The others cost a look at the whole page for molecules, which takes its time.
    unknown = replace(pages[0], name="unknown", text="")
    return verify(EmbeddedEngine(), [*pages[:2], unknown], ["auto"])


def answer(report, page, prompt):
    (found,) = [
        one
        for one in report.answers
        if one.question.page.endswith(page) and one.question.prompt == prompt
    ]
    return found


def test_the_drawn_pages_know_their_text(pages):
    assert len(pages) == 6
    assert pages[0].text == " ".join(PROSE)
    assert "六十四个鸟巢" in pages[2].text
    assert pages[5].text == ""


def test_everything_is_asked_about_every_page(pages):
    asked = [question for question, _ in questions(pages, PUBLIC_MODES)]
    assert len({question.name for question in asked}) == len(asked)
    assert {question.mode for question in asked} == set(PUBLIC_MODES)
    of_prose = {question.prompt for question in asked if question.page == pages[0].name}
    assert of_prose == {"markdown", "ocr", "free", "figure", "describe", "locate"}
    # Nothing on the molecule's page has a name to ask for.
    assert not any(q.prompt == "locate" for q in asked if q.page == pages[5].name)


def test_fidelity_is_measured_where_the_text_is_known(report):
    prose = answer(report, "p001", "markdown")
    assert prose.word_recall == 1.0
    assert prose.character_error_rate < 0.02
    assert answer(report, "p002", "markdown").word_recall > 0.9
    assert answer(report, "p001", "figure").word_recall is None
    assert answer(report, "unknown", "markdown").word_recall is None


def test_what_an_engine_refuses_is_part_of_the_report(report):
    refused = answer(report, "p001", "describe")
    assert refused.failure.startswith("unsupported: ")
    assert refused not in report.answered


def test_the_report_and_the_answers_can_be_given_back(report, tmp_path):
    write_report(report, tmp_path)
    again = Report.model_validate_json((tmp_path / "report.json").read_text())
    assert again == report
    prose = answer(report, "p001", "markdown")
    raw = (tmp_path / "raw" / f"{prose.question.name}.txt").read_text()
    assert raw == prose.raw
    assert any("Herons" in block.text for block in parse(raw).blocks)
    table = (tmp_path / "report.md").read_text()
    assert "| markdown | auto | 3 |" in table
    assert "## Not answered" in table
    assert table.count("unsupported: ") == len({a.failure for a in report.answers if a.failure})
    assert len(list((tmp_path / "raw").iterdir())) == len(report.answered)
    assert "raw" in json.loads((tmp_path / "report.json").read_text())["answers"][0]


def test_a_model_is_measured_with_its_tokens(pages, tmp_path):
    pytest.importorskip("torch", reason="pip install torch==2.13.0")
    engine = TransformersEngine(
        write_checkpoint(tmp_path), device="cpu", dtype="float32", max_new_tokens=6, capacity=6
    )
    counted = []
    report = verify(engine, pages[:1], ["tiny", "v2"], counted.append)
    assert counted == list(range(1, 13))
    assert len(report.answered) == 6
    assert report.tokens_per_second > 0
    one = answer(Report(**{**dict(report), "answers": report.answered}), "p001", "free")
    assert one.vision_tokens == 73
    assert one.compression == round(one.output_tokens / 73, 2)
    assert {a.question.mode for a in report.answers if a.failure} == {"v2"}


def test_all_questions_of_an_engine_that_fails_a_page_are_reported(pages):
    report = verify(ScriptedEngine(failing_pages=(1,)), pages[:2], ["auto"])
    assert {a.question.page for a in report.answers if a.failure} == {pages[0].name}


def test_a_mode_that_was_only_approached_is_marked_with_what_was_sent(pages, tmp_path):
    server = ScriptedServer()
    try:
        engine = ServerEngine(server.url, model=MODEL, dialect="vllm")
        report = verify(engine, pages[:1], ["base", "gundam"])
    finally:
        server.close()
    write_report(report, tmp_path)
    assert report.approached == {"base"}
    note = (
        "Mode base (273 image tokens) cannot be asked for here: the runtime was given 724 x 1024 "
        "pixels and showed the model a view of 1024 pixels and 6 tiles of 640 (903 image tokens)."
    )
    assert [one.mode_note for one in report.answers] == [note, ""] * 6
    said = (tmp_path / "report.md").read_text()
    assert f"- 6 times: {note}" in said
    assert said.count("| base (approached) | ") == 12
    assert said.count("| gundam | ") == 12
    assert "approached" not in "".join(_lines(verify(ScriptedEngine(), pages[:1], ["base"])))


def test_a_mode_that_a_server_cannot_be_asked_for_is_refused_not_fatal(pages, monkeypatch):
    def refuse(_, request):
        answer = Future()
        answer.set_exception(ConfigurationError(f"Mode {request.mode} is of another model."))
        return answer

    monkeypatch.setattr(ScriptedSession, "submit", refuse)
    report = verify(ScriptedEngine(), pages[:1], ["v2"])
    assert {a.failure for a in report.answers} == {"unsupported: Mode v2 is of another model."}
