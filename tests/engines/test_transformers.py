"""A tiny model of the true class reads pages: noise, but always the same noise."""

from __future__ import annotations

import json
import pickle
from dataclasses import replace

import pytest

from dsocr_integrations.engines.base import (
    PAGE_SECONDS,
    Engine,
    ReadRequest,
    Sampling,
    page_seconds,
)
from dsocr_integrations.engines.checkpoint import find_checkpoint
from dsocr_integrations.engines.embedded.engine import EmbeddedEngine
from dsocr_integrations.engines.token_text import TokenText, load_tokenizer
from dsocr_integrations.engines.transformers import TransformersEngine
from dsocr_integrations.errors import ConfigurationError, EngineUnavailableError, PageReadError
from dsocr_integrations.modes import mode_named
from dsocr_integrations.prompts import Prompt
from dsocr_integrations.rendering import open_document
from dsocr_integrations.runner import Runner
from dsocr_integrations.sources import resolve_source
from tests.engines.tiny_checkpoint import write_checkpoint
from tests.small_documents import make_pdf

torch = pytest.importorskip("torch", reason="pip install torch==2.13.0")
pytest.importorskip("transformers", reason="pip install 'dsocr-integrations[transformers]'")


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory):
    return write_checkpoint(tmp_path_factory.mktemp("tiny"))


@pytest.fixture(scope="module")
def engine(checkpoint):
    return TransformersEngine(
        checkpoint, device="cpu", dtype="float32", max_new_tokens=24, capacity=3
    )


@pytest.fixture(scope="module")
def session(engine):
    with engine.open() as opened:
        yield opened


@pytest.fixture(scope="module")
def regions(tmp_path_factory):
    path = make_pdf(tmp_path_factory.mktemp("pages") / "pages.pdf", 5)
    document = open_document(resolve_source(path))
    return [document.region(number) for number in range(1, 6)]


def ask(region, **changes) -> ReadRequest:
    return ReadRequest(region, Prompt.MARKDOWN.value, **({"mode": "tiny"} | changes))


def test_it_is_an_engine_that_travels(engine):
    assert isinstance(engine, Engine)
    assert pickle.loads(pickle.dumps(engine)) == engine  # noqa: S301


def test_a_page_is_read_through_the_whole_pipeline(engine, tmp_path):
    path = make_pdf(tmp_path / "page.pdf", 1)

    def read():
        with Runner(engine=engine, mode="tiny", cache=False, figures=False) as runner:
            return runner.read(path)

    first, second = read(), read()
    page = first.pages[0]
    assert first == second
    assert page.reading.engine == "transformers"
    assert page.reading.vision_tokens == mode_named("tiny").vision_tokens(600, 800).placeholders
    assert page.raw


def test_pages_decoded_together_say_what_they_say_alone(session, regions):
    modes = ("tiny", "small", "tiny", "small", "tiny")
    requests = [ask(region, mode=mode) for region, mode in zip(regions, modes, strict=True)]
    # Five pages on three places: rows of different length leave, and others join them.
    together = [future.result() for future in [session.submit(one) for one in requests]]
    alone = [session.submit(one).result() for one in requests]
    assert together == alone
    assert all(reading.failure is None for reading in together)
    assert len({reading.text for reading in together}) > 1


def test_many_rows_take_other_kernels_and_say_the_same(engine, regions, monkeypatch):
    requests = [ask(region) for region in regions]
    taken = []
    with replace(engine, capacity=5).open() as opened:
        switch = opened._model.set_experts_implementation
        monkeypatch.setattr(
            opened._model,
            "set_experts_implementation",
            lambda kernel: (taken.append(kernel), switch(kernel)),
        )
        together = [future.result() for future in [opened.submit(one) for one in requests]]
        alone = [opened.submit(one).result() for one in requests]
    assert together == alone
    assert set(taken) == {"eager", "grouped_mm"}


def test_token_counts_are_the_modes(session, regions):
    reading = session.submit(ask(regions[0], mode="gundam")).result()
    expected = mode_named("gundam").vision_tokens(*regions[0].render().size)
    assert reading.vision_tokens == expected.placeholders
    assert reading.prompt_tokens > reading.vision_tokens
    assert 0 < reading.output_tokens <= 24
    assert reading.finish_reason == ("length" if reading.output_tokens == 24 else "stop")


def test_the_stream_is_the_answer_in_pieces(session, regions):
    request = ask(regions[1])
    pieces = list(session.stream(request))
    assert "".join(pieces) == session.submit(request).result().text
    assert len(pieces) > 1


def test_a_page_that_cannot_be_streamed_says_why(session, regions):
    gone = replace(regions[0], source=replace(regions[0].source, path=regions[0].source.path / "x"))
    with pytest.raises(PageReadError, match="pages"):
        list(session.stream(ask(gone)))


def test_loading_draws_no_bar_and_leaves_the_bars_as_they_were(engine, capfd):
    from transformers.utils import logging

    shown = logging.is_progress_bar_enabled()
    with engine.open():
        pass
    assert "Loading weights" not in capfd.readouterr().err
    assert logging.is_progress_bar_enabled() == shown


def test_patience_grows_with_the_longest_answer_and_the_slowness_of_the_device(engine):
    assert page_seconds(replace(engine, max_new_tokens=7000)) == 14_000
    assert page_seconds(replace(engine, max_new_tokens=10)) == PAGE_SECONDS
    assert page_seconds(replace(engine, max_new_tokens=7000, device="cuda")) == 1_400
    assert page_seconds(EmbeddedEngine()) == PAGE_SECONDS


def test_another_seed_says_something_else_and_the_same_seed_the_same(session, regions):
    def read(seed):
        sampling = Sampling(temperature=2.0, seed=seed)
        return session.submit(ask(regions[0], sampling=sampling)).result().text

    assert read(1) == read(1) != read(2)


def test_a_mode_of_another_model_is_refused_and_ends_nothing(session, regions):
    for asked in (
        session.submit(ask(regions[0], mode="v2")).result,
        session.stream(ask(regions[0], mode="v2")).__next__,
    ):
        with pytest.raises(ConfigurationError, match="gundam"):
            asked()
    assert session.submit(ask(regions[0])).result().failure is None


def test_a_page_that_cannot_be_drawn_fails_alone(session, regions):
    gone = replace(regions[0], source=replace(regions[0].source, path=regions[0].source.path / "x"))
    assert session.submit(ask(gone)).result().failure.kind == "render"


def test_a_page_nobody_waits_for_any_more_leaves_the_batch(engine, regions):
    with replace(engine, max_new_tokens=7000).open() as opened:
        pieces = opened.stream(ask(regions[0]))
        next(pieces)
        pieces.close()
        cancelled = opened.submit(ask(regions[1]))
        cancelled.cancel()
        # Answered although the first page had thousands of tokens to go.
        opened._engine = engine
        assert opened.submit(ask(regions[2])).result().failure is None
        assert not len(opened._batch)


def test_a_model_that_breaks_down_tells_its_callers_and_goes_on(engine, regions, monkeypatch):
    with engine.open() as opened:

        def break_down():
            monkeypatch.undo()
            raise RuntimeError("CUDA error: an illegal memory access was encountered")

        monkeypatch.setattr(opened._batch, "step", break_down)
        with pytest.raises(EngineUnavailableError, match="illegal memory"):
            opened.submit(ask(regions[0])).result()
        assert opened.submit(ask(regions[0])).result().failure is None


def test_a_failure_nobody_foresaw_is_that_page_s_alone(session, regions, monkeypatch):
    monkeypatch.setattr(type(regions[0]), "render", lambda *_: 1 / 0)
    assert session.submit(ask(regions[0])).result().failure.kind == "engine"
    monkeypatch.undo()
    assert session.submit(ask(regions[0])).result().failure is None


def test_a_closed_session_answers_nobody(engine, regions):
    with engine.open() as opened:
        futures = [opened.submit(ask(region)) for region in regions]
    for future in futures:
        if (error := future.exception()) is not None:
            assert isinstance(error, EngineUnavailableError)
    with pytest.raises(EngineUnavailableError, match="closed"):
        opened.submit(ask(regions[0]))


def test_the_fingerprint_knows_weights_and_settings(engine, checkpoint):
    prints = {
        one.reading_version()
        for one in (
            engine,
            replace(engine, dtype="bfloat16"),
            replace(engine, max_new_tokens=25),
            replace(engine, revision="abc"),
            replace(engine, max_tiles=6),
        )
    }
    assert len(prints) == 5
    assert engine.reading_version() == replace(engine, capacity=1).reading_version()
    assert str(checkpoint) not in engine.reading_version()


def test_missing_weights_are_told_with_size_and_command(tmp_path, checkpoint):
    with pytest.raises(EngineUnavailableError, match=r"6\.7 GB.*hf download deepseek-ai"):
        TransformersEngine(tmp_path / "nothing").open()
    (tmp_path / "config.json").write_text((checkpoint / "config.json").read_text())
    # Pickled weights would run what stands in them.
    (tmp_path / "pytorch_model.bin").write_bytes(b"pickle")
    with pytest.raises(EngineUnavailableError, match="lacks safetensors"):
        find_checkpoint(tmp_path)
    index = {"weight_map": {"a": "model-00001-of-00002.safetensors"}}
    (tmp_path / "model.safetensors.index.json").write_text(json.dumps(index))
    with pytest.raises(EngineUnavailableError, match="model-00001-of-00002"):
        find_checkpoint(tmp_path)


def test_a_name_that_is_not_in_the_cache_is_not_downloaded(tmp_path, monkeypatch):
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    with pytest.raises(EngineUnavailableError, match="hf download deepseek-ai/DeepSeek-OCR"):
        TransformersEngine("deepseek-ai/DeepSeek-OCR").reading_version()


def test_another_model_is_refused(tmp_path):
    (tmp_path / "config.json").write_text('{"architectures": ["LlamaForCausalLM"]}')
    (tmp_path / "model.safetensors").write_bytes(b"")
    with pytest.raises(ConfigurationError, match="Llama"):
        find_checkpoint(tmp_path)


@pytest.mark.parametrize("setting", [{"dtype": "int3"}, {"max_new_tokens": 0}, {"capacity": 0}])
def test_settings_without_a_meaning_are_refused(setting):
    with pytest.raises(ConfigurationError):
        TransformersEngine("somewhere", **setting)


def test_tags_and_broken_characters_survive_in_pieces(checkpoint):
    tokenizer = load_tokenizer(checkpoint)
    said = "<|ref|>Überschrift<|/ref|> <td>5 €</td>"
    tokens = tokenizer.encode(said, add_special_tokens=False)
    text = TokenText(tokenizer)
    pieces = [
        text.more(tokens[:end], complete=end == len(tokens)) for end in range(1, len(tokens) + 1)
    ]
    assert "".join(pieces) == said
    assert TokenText(tokenizer).more(tokens, complete=True) == said
