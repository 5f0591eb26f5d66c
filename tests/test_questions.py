"""Where something stands and what a picture shows: questions that are no reading."""

from __future__ import annotations

from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from dsocr_integrations.engines.base import ReadFailure, Reading
from dsocr_integrations.errors import PageReadError, UnsupportedPromptError
from dsocr_integrations.prompts import Prompt
from dsocr_integrations.runner import Runner
from tests.small_documents import make_pdf

DATA = Path(__file__).parent / "data"


@dataclass
class AnsweringEngine:
    """Gives one answer to everything."""

    answer: Reading
    asked: list[str] = field(default_factory=list)
    name: str = "answering"
    capacity: int = 1
    deterministic: bool = False
    in_worker_processes: bool = False

    def reading_version(self):
        return "answering/1"

    def open(self):
        return self

    def __enter__(self):
        return self

    def __exit__(self, *_):
        return None

    def stream(self, request):
        yield self.answer.text

    def submit(self, request):
        self.asked.append(request.prompt)
        done = Future()
        done.set_result(self.answer)
        return done


@pytest.fixture
def pdf(tmp_path):
    return make_pdf(tmp_path / "a.pdf", 2)


def test_locate_gives_boxes_on_the_grid_and_in_points(pdf):
    said = "<|ref|>the seal<|/ref|><|det|>[[0, 10, 999, 1003], [50, 60, 70, 80]]<|/det|>"
    engine = AnsweringEngine(Reading(said))
    with Runner(engine, cache=False) as runner:
        found = runner.locate(pdf, "the seal", page=2)
    assert engine.asked == ["Locate <|ref|>the seal<|/ref|> in the image."]
    assert (found.page, found.target, found.engine) == (2, "the seal", "answering")
    assert found.boxes == ((0, 10, 999, 999), (50, 60, 70, 80))
    assert found.raw_boxes[0] == (0, 10, 999, 1003)
    assert found.point_boxes[0] == pytest.approx((0, 10 / 999 * 400, 300, 400))
    assert [warning.kind for warning in found.warnings] == ["box_outside_grid"]


def test_what_is_not_found_has_no_boxes(pdf):
    with Runner(AnsweringEngine(Reading("There is none.")), cache=False) as runner:
        assert runner.locate(pdf, "a seal").boxes == ()
        with pytest.raises(ValueError, match="target"):
            runner.locate(pdf, "<|ref|>")


def test_a_flood_of_boxes_is_bounded(pdf):
    boxes = ", ".join(f"[{n % 900}, {n // 900}, 950, 960]" for n in range(5_000))
    said = f"<|ref|>x<|/ref|><|det|>[{boxes}]<|/det|>"
    with Runner(AnsweringEngine(Reading(said)), cache=False) as runner:
        assert len(runner.locate(pdf, "x").boxes) == 500


def test_describe_is_asked_once_and_recorded(pdf, tmp_path):
    engine = AnsweringEngine(Reading("A harbour.<|end▁of▁sentence|>", vision_tokens=273))
    with Runner(engine, cache=tmp_path / "cache") as runner:
        first, again = runner.describe(pdf), runner.describe(pdf)
    assert (first.text, first.vision_tokens) == ("A harbour.", 273)
    assert again == first
    assert engine.asked == [Prompt.DESCRIBE]


def test_a_description_is_no_reading_of_the_page(pdf):
    engine = AnsweringEngine(Reading("A harbour with the professor's ship."))
    with Runner(engine, cache=False, prompt=Prompt.DESCRIBE) as runner:
        (page, _) = runner.pages(pdf)
    assert page.blocks == ()
    assert page.figures[0].description == "A harbour with the professor's ship."
    assert page.markdown.startswith("*Description by the model, not a reading:*")


def test_failures_are_raised_with_their_kind(pdf):
    failed = Reading("", "error", failure=ReadFailure("timeout", "Too slow."))
    with (
        Runner(AnsweringEngine(failed), cache=False) as runner,
        pytest.raises(PageReadError, match="timeout"),
    ):
        runner.locate(pdf, "x")


def test_the_embedded_engine_finds_text_and_does_not_describe():
    with Runner("embedded", cache=False) as runner:
        found = runner.locate(DATA / "report.pdf", "marisol   creek")
        assert found.boxes
        assert all(found.raw_boxes)
        assert runner.locate(DATA / "report.pdf", "a red boat").boxes == ()
        with pytest.raises(UnsupportedPromptError, match="transformers") as caught:
            runner.describe(DATA / "report.pdf")
    assert caught.value.remedy
