"""One page of eight in flight goes wrong, or memory does not do: the others are read as ever.

The tiny network that knows a dozen pages by heart reads them; faults come from hooks of torch.
"""

from __future__ import annotations

import inspect
import logging

import pytest

from dsocr_integrations.engines import batch_decoding
from dsocr_integrations.engines.base import ReadRequest, Sampling
from dsocr_integrations.engines.transformers import TransformersEngine
from dsocr_integrations.prompts import Prompt
from dsocr_integrations.runner import Runner
from tests.models.memorised.lessons import MODE, region_of
from tests.models.memorised.page_blocks import CHECKPOINT, PAGES

torch = pytest.importorskip("torch", reason="pip install torch==2.13.0")
pytest.importorskip("transformers", reason="pip install 'dsocr-integrations[transformers]'")

ENGINE = TransformersEngine(CHECKPOINT, device="cpu", dtype="float32")
EIGHT = PAGES[:8]
KNOWN = [page.answer(Prompt.MARKDOWN) for page in EIGHT]
BAD = 3
NAN = float("nan")


@pytest.fixture
def session():
    with ENGINE.open() as opened:
        yield opened


def ask(page, **changes) -> ReadRequest:
    return ReadRequest(region_of(page), Prompt.MARKDOWN.value, **({"mode": MODE} | changes))


def read_all(session, **of_bad):
    """All eight together; the bad one is asked with other options."""
    requests = [ask(page, **(of_bad if at == BAD else {})) for at, page in enumerate(EIGHT)]
    return [future.result() for future in [session.submit(one) for one in requests]]


def others(readings):
    return [reading.text for at, reading in enumerate(readings) if at != BAD]


OTHERS = [text for at, text in enumerate(KNOWN) if at != BAD]


@pytest.mark.parametrize("temperature", [0.0, 0.6])
@pytest.mark.parametrize("after", [1, 20])
def test_a_page_without_numbers_ends_alone(session, caplog, temperature, after):
    heated = Sampling(temperature, seed=1)

    def spoil(_, __, logits):
        rows = session._batch.answers
        for row, one in enumerate(rows):
            is_step = len(logits) == len(rows) > 1
            if is_step and one.sampling is heated and len(one.tokens) >= after:
                logits[row] = NAN
        return logits

    session._model.lm_head.register_forward_hook(spoil)
    readings = read_all(session, sampling=heated)
    assert others(readings) == OTHERS
    assert (readings[BAD].finish_reason, readings[BAD].output_tokens) == ("error", after)
    assert "NaN" in caplog.text


@pytest.mark.parametrize("temperature", [0.0, 0.6])
def test_a_picture_without_numbers_ends_alone(session, monkeypatch, temperature):
    heated = Sampling(temperature, seed=1)
    encode = session._encode

    def spoil(job, mode):
        features = encode(job, mode)
        return features * NAN if job.request.sampling is heated else features

    monkeypatch.setattr(session, "_encode", spoil)
    readings = read_all(session, sampling=heated)
    assert others(readings) == OTHERS
    assert (readings[BAD].text, readings[BAD].finish_reason) == ("", "error")


class WithoutNumbers(TransformersEngine):
    def open(self):
        session = super().open()
        session._model.lm_head.register_forward_hook(lambda *said: torch.full_like(said[2], NAN))
        return session


def test_a_page_without_numbers_is_not_trusted():
    engine = WithoutNumbers(CHECKPOINT, device="cpu", dtype="float32")
    with Runner(engine, MODE, cache=False, figures=False) as runner:
        (page,) = runner.pages(EIGHT[0].path)
    assert page.reading.quality.reasons == ("error", "empty")
    assert page.reading.attempts > 1


def test_memory_that_runs_out_in_a_step_shrinks_the_batch(session, caplog):
    caplog.set_level(logging.WARNING)

    def allocate(_, inputs):
        if inputs[0].shape[0] > 5:
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB")

    # In the middle of the layers: those before have already grown.
    session._model.model.language_model.layers[1].register_forward_pre_hook(allocate)
    assert [reading.text for reading in read_all(session)] == KNOWN
    assert session._room == 5
    assert "at most 5 pages" in caplog.text


def test_memory_that_runs_out_while_a_row_joins_shrinks_the_batch(session, monkeypatch):
    whole = batch_decoding._below
    calls = 0

    def allocate(mine, new, width):
        nonlocal calls
        calls += 1
        if calls == 12:
            raise MemoryError
        return whole(mine, new, width)

    monkeypatch.setattr(batch_decoding, "_below", allocate)
    assert [reading.text for reading in read_all(session)] == KNOWN
    assert session._room < 8


def test_a_page_that_memory_never_does_for_fails_alone(session):
    def allocate(_, inputs):
        if inputs[0].shape[1] > 300:
            raise RuntimeError(
                "[enforce fail at alloc_cpu.cpp] DefaultCPUAllocator: can't allocate memory"
            )

    session._model.model.language_model.layers[0].register_forward_pre_hook(allocate)
    readings = read_all(session, mode="large")
    assert others(readings) == OTHERS
    assert readings[BAD].failure.kind == "memory"
    # What is smaller is read by the same session.
    assert session.submit(ask(EIGHT[BAD])).result().text == KNOWN[BAD]


def test_an_answer_that_is_begun_again_is_streamed_once(session):
    failed = False

    def allocate(_, inputs):
        nonlocal failed
        streamed = any(job.pieces for job in session._jobs.values())
        if inputs[0].shape[:2] == (2, 1) and streamed and not failed:
            failed = len(session._batch.answers[-1].tokens) > 30
            if failed:
                raise MemoryError

    session._model.model.language_model.layers[0].register_forward_pre_hook(allocate)
    first = session.submit(ask(EIGHT[0]))
    pieces = list(session.stream(ask(EIGHT[1])))
    assert failed
    assert "".join(pieces) == KNOWN[1]
    assert first.result().text == KNOWN[0]


def test_the_decoder_is_given_its_cache_by_either_name(session):
    """As transformers 5.23 calls it, and as those from 5.24 on do."""
    decoder = session._model.model.language_model
    named = session._batch._cache_argument
    assert named in inspect.signature(decoder.forward).parameters
    forward = decoder.forward
    other = {"cache": "past_key_values", "past_key_values": "cache"}[named]

    def past_key_values(*, past_key_values=None, **inputs):
        return forward(**inputs, **{named: past_key_values})

    def cache(*, cache=None, **inputs):
        return forward(**inputs, **{named: cache})

    decoder.forward = {"cache": cache, "past_key_values": past_key_values}[other]
    session._batch = batch_decoding.DecodingBatch(session._model, session._tokenizer.eos_token_id)
    assert session._batch._cache_argument == other
    assert session.submit(ask(EIGHT[0])).result().text == KNOWN[0]
