"""Reading versions are raised when, and only when, something is read otherwise than recorded."""

from __future__ import annotations

import pytest

from dsocr_integrations.records.reading_versions import (
    document_fingerprint,
    go_together,
    is_former,
    page_fingerprint,
)
from tests.golden import readings


@pytest.fixture(scope="module")
def made() -> dict[readings.Stage, dict[str, str]]:
    return readings.made_of(readings.recorded()["embedded"])


@pytest.mark.slow
def test_the_embedded_engine_reads_the_samples_as_recorded():
    if other := readings.other_parts():
        pytest.skip(f"readings were recorded with other parts: {', '.join(other)}")
    _compare(readings.ENGINE, readings.answers())


@pytest.mark.parametrize(
    "stage", [readings.PARSER, readings.FIGURE_STAGE], ids=lambda one: one.name
)
def test_the_same_is_made_of_recorded_answers(stage, made):
    _compare(stage, made[stage])


@pytest.mark.parametrize(
    "stage",
    [readings.SERVER, readings.VLLM, readings.TRANSFORMERS],
    ids=lambda one: one.name,
)
def test_a_model_is_shown_and_asked_the_same(stage, made):
    if other := readings.other_parts():
        pytest.skip(f"pictures were recorded with other parts: {', '.join(other)}")
    _compare(stage, made[stage])


def test_readings_were_recorded_with_the_parts_that_are_pinned():
    parts = readings.recorded()["parts"]
    assert {name: parts[name] for name in readings.pins()} == readings.pins(), readings.COMMAND


def _compare(stage: readings.Stage, now: dict[str, str]) -> None:
    recorded = readings.recorded()
    words = readings.complaint(stage, recorded["versions"][stage.name], recorded[stage.name], now)
    assert not words, words


BOXED = "<|ref|>text<|/ref|><|det|>[[{}, 10, 90, 40]]<|/det|>\nOne line."


@pytest.mark.parametrize(
    ("number", "now", "words"),
    [
        (1, {"a": BOXED.format(10)}, ""),
        (1, {"a": BOXED.format(12)}, ""),
        (1, {"a": BOXED.format(20)}, "Raise READING_VERSION in some.place to 2"),
        (1, {"a": BOXED.format(10).replace("One", "Two")}, "Two line."),
        (1, {}, "a: read otherwise"),
        (1, {"a": BOXED.format(10), "b": ""}, "b: read otherwise"),
        (2, {"a": BOXED.format(10)}, "is 2, and the readings were recorded with 1"),
        (2, {"a": "Another."}, "run `make golden`"),
    ],
)
def test_what_is_to_be_done_is_told(number, now, words):
    stage = readings.Stage("some", number, "some.place")
    said = readings.complaint(stage, 1, {"a": BOXED.format(10)}, now)
    assert words in said
    assert bool(words) == bool(said)


OURS = document_fingerprint("embedded/1", 1, 1)
SERVER = document_fingerprint("server/1:m/DeepSeek-OCR@0123456789abcdef", 1, 1)
WEIGHTS = document_fingerprint('vllm/1:deepseek-ocr@abc {"max_new_tokens": 7000}', 1, 1)


@pytest.mark.parametrize(
    ("one", "other", "together"),
    [
        (("embedded", OURS), ("embedded", OURS), True),
        (("embedded", OURS), ("embedded", document_fingerprint("embedded/2", 1, 1)), False),
        (("embedded", OURS), ("embedded", document_fingerprint("embedded/1", 2, 1)), False),
        (("embedded", OURS), ("embedded", document_fingerprint("embedded/1", 1, 2)), False),
        (("embedded", "embedded/0a1b pymupdf=2.0"), ("embedded", OURS), True),
        (("embedded", "embedded/0a1b pymupdf=2.0"), ("embedded", "embedded/0a1b"), False),
        (("server", "server:m/DeepSeek-OCR@fedcba9876543210"), ("server", SERVER), True),
        (("server", "server:m/Other@0123456789abcdef"), ("server", SERVER), False),
        (("vllm", 'deepseek-ocr@abc {"vllm": "0.32"}'), ("vllm", WEIGHTS), True),
        (("vllm", 'deepseek-ocr@abd {"vllm": "0.32"}'), ("vllm", WEIGHTS), False),
        (("embedded", "embedded/0a1b pymupdf=2.0"), ("server", SERVER), False),
    ],
)
def test_readings_go_together_by_reading_version_and_model(one, other, together):
    assert go_together(one, other) is go_together(other, one) is together


def test_a_page_names_each_part_once_and_the_figure_stage_where_it_took_part():
    parts = ["rdkit=2026.9", "pymupdf=2.0", "pymupdf=2.0"]
    assert page_fingerprint("e/1", 2, 3, parts) == "e/1 parser/2 figures/3 pymupdf=2.0 rdkit=2026.9"
    assert page_fingerprint("e/1", 2, None, ()) == "e/1 parser/2"
    assert not is_former(page_fingerprint("e/1", 2, None, ()))
