"""The plumbing around vLLM, on a stand-in; `tests/servers` runs vLLM itself."""

from __future__ import annotations

import json
import logging
import os
import pickle
import sys
from base64 import b64decode
from dataclasses import replace
from io import BytesIO

import pytest
from PIL import Image, ImageChops

from dsocr_integrations.engines import vllm_runner
from dsocr_integrations.engines.base import Engine, ReadRequest, Sampling, page_seconds
from dsocr_integrations.engines.loop_watch import EVERY
from dsocr_integrations.engines.selection import resolve_engine
from dsocr_integrations.engines.server.pictures import encoded_page
from dsocr_integrations.engines.vllm import VllmEngine
from dsocr_integrations.errors import (
    ConfigurationError,
    EngineUnavailableError,
    MissingDependencyError,
)
from dsocr_integrations.prompts import Prompt
from dsocr_integrations.rendering import open_document
from dsocr_integrations.runner import Runner
from dsocr_integrations.settings import load_settings
from dsocr_integrations.sources import resolve_source
from tests.engines import vllm_stub
from tests.models.shrunk import CONFIG
from tests.small_documents import make_pdf

MODES_SHOWN = ("tiny", "small", "base", "large", "gundam")
FREE = f"<image>\n{Prompt.FREE}"


@pytest.fixture
def stub(monkeypatch):
    monkeypatch.setenv(vllm_runner.VARIABLE, vllm_runner.FIRST)
    engine = vllm_stub.StubEngine()
    engine.gate.set()
    vllm_stub.install(monkeypatch, engine)
    return engine


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory):
    folder = tmp_path_factory.mktemp("weights")
    (folder / "config.json").write_text(json.dumps(CONFIG))
    (folder / "model.safetensors").write_bytes(b"weights")
    return folder


@pytest.fixture(scope="module")
def regions(tmp_path_factory):
    document = open_document(
        resolve_source(make_pdf(tmp_path_factory.mktemp("pages") / "pages.pdf", 4))
    )
    return [document.region(number) for number in range(1, 5)]


def ask(region, **changes) -> ReadRequest:
    return ReadRequest(region, **({"prompt": Prompt.FREE.value} | changes))


def test_it_is_an_engine_that_travels(checkpoint):
    engine = VllmEngine(checkpoint, options={"gpu_memory_utilization": 0.8})
    assert isinstance(engine, Engine)
    assert pickle.loads(pickle.dumps(engine)) == engine  # noqa: S301
    assert page_seconds(engine) == 1800


def test_it_is_started_with_the_official_settings(stub, checkpoint, regions):
    with VllmEngine(checkpoint, capacity=9, options={"dtype": "half"}).open() as session:
        session.submit(ask(regions[0], sampling=Sampling(0.3, seed=5))).result(30)
    assert stub.arguments == {
        "model": str(checkpoint),
        "max_model_len": 8192,
        "max_num_seqs": 9,
        "disable_log_stats": True,
        "enable_prefix_caching": False,
        "mm_processor_cache_gb": 0,
        "limit_mm_per_prompt": {"image": 1},
        "logits_processors": ["vllm.model_executor.models.deepseek_ocr:NGramPerReqLogitsProcessor"],
        "dtype": "half",
    }
    prompt, params = stub.asked[0]
    assert prompt["prompt"] == FREE
    assert vars(params) == {
        "temperature": 0.3,
        "seed": 5,
        "max_tokens": 7000,
        "skip_special_tokens": False,
        "output_kind": "delta",
        "extra_args": {
            "ngram_size": 30,
            "window_size": 90,
            "whitelist_token_ids": [128821, 128822],
        },
    }
    assert stub.was_shut_down


def test_vllms_first_model_runner_is_asked_for(stub, checkpoint, monkeypatch, caplog):
    monkeypatch.delenv(vllm_runner.VARIABLE, raising=False)
    with VllmEngine(checkpoint).open():
        assert os.environ[vllm_runner.VARIABLE] == "0"
    assert not caplog.messages


def test_where_the_second_is_asked_for_nothing_refuses_to_start(
    stub, checkpoint, regions, monkeypatch, caplog
):
    engine = VllmEngine(checkpoint)
    banned = engine.reading_version()
    monkeypatch.setenv(vllm_runner.VARIABLE, "1")
    with engine.open() as session:
        session.submit(ask(regions[0])).result(30)
    assert "logits_processors" not in stub.arguments
    assert stub.asked[0][1].extra_args is None
    assert engine.reading_version() != banned
    (told,) = caplog.messages
    assert "loops are only watched for" in told


def test_answers_find_their_pages_and_say_how_they_ended(stub, checkpoint, regions):
    stub.answers = {"<image>\none": ["1"], "<image>\ntwo": ["2", "2", "cut"]}
    with VllmEngine(checkpoint).open() as session:
        futures = [session.submit(ask(regions[0], prompt=text)) for text in ("two", "one", "x")]
        two, one, other = (future.result(30) for future in futures)
    assert (one.text, one.finish_reason, one.output_tokens) == ("1", "stop", 1)
    assert (two.text, two.finish_reason, two.output_tokens) == ("22cut", "length", 3)
    assert (other.text, other.prompt_tokens) == ("a b c", 7)


def test_no_more_pages_are_handed_over_than_it_decodes_together(stub, checkpoint, regions):
    stub.gate.clear()
    with VllmEngine(checkpoint, capacity=2).open() as session:
        futures = [session.submit(ask(region)) for region in regions]
        stub.gate.set()
        assert [future.result(30).text for future in futures] == ["a b c"] * 4
    assert stub.most <= 2


@pytest.mark.parametrize(("mode", "largest", "tokens"), [
    ("tiny", 512, 273), ("small", 640, 273), ("base", 1024, 903), ("large", 1280, 903),
    ("auto", 1600, 903), ("gundam", 1600, 903),
])  # fmt: skip
def test_modes_that_vllm_cannot_show_are_shrunk_to(
    stub, checkpoint, regions, mode, largest, tokens
):
    with VllmEngine(checkpoint).open() as session:
        reading = session.submit(ask(regions[0], mode=mode, dpi=288)).result(30)
    picture = stub.asked[0][0]["multi_modal_data"]["image"]
    assert max(picture.size) == largest
    assert picture.mode == "RGB"
    assert reading.vision_tokens == tokens
    assert bool(reading.mode_note) == (mode not in {"auto", "gundam"})


@pytest.mark.parametrize("mode", ["auto", *MODES_SHOWN])
def test_a_server_gets_the_same_picture(stub, checkpoint, regions, mode):
    request = ask(regions[0], mode=mode, dpi=288)
    with VllmEngine(checkpoint).open() as session:
        session.submit(request).result(30)
    sent = Image.open(BytesIO(b64decode(encoded_page(request)))).convert("RGB")
    picture = stub.asked[0][0]["multi_modal_data"]["image"]
    assert ImageChops.difference(sent, picture).getbbox() is None


def test_an_approached_mode_is_said_in_record_warning_and_log(stub, checkpoint, tmp_path, caplog):
    source = make_pdf(tmp_path / "pages.pdf", 2)
    with Runner(VllmEngine(checkpoint), "base", cache=False) as runner:
        pages = runner.read(source).pages
    for page in pages:
        (warning,) = page.warnings
        assert warning.kind == "mode_approached"
        assert warning.message == page.reading.mode_note
        assert "and 6 tiles of 640 (903 image tokens)" in warning.message
        assert page.reading.vision_tokens == 903
    assert [record.levelname for record in caplog.records] == ["WARNING"]


def test_a_mode_left_open_is_noted_without_a_warning(stub, checkpoint, tmp_path, caplog):
    with Runner(VllmEngine(checkpoint), cache=False) as runner:
        (page,) = runner.read(make_pdf(tmp_path / "pages.pdf", 1)).pages
    assert (page.reading.mode, page.warnings) == ("small", ())
    assert "(111 image tokens)" in page.reading.mode_note
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


@pytest.mark.parametrize("mode", ["gundam-m", "v2", "nonsense"])
def test_other_modes_are_refused_openly(stub, checkpoint, regions, mode):
    with VllmEngine(checkpoint).open() as session:
        refused = session.submit(ask(regions[0], mode=mode))
        with pytest.raises(ConfigurationError, match=mode):
            refused.result(30)
        with pytest.raises(ConfigurationError, match=mode):
            list(session.stream(ask(regions[0], mode=mode)))
        assert session.submit(ask(regions[0])).result(30).failure is None
    assert len(stub.asked) == 1


def test_other_sampling_comes_after_the_larger_mode(stub, checkpoint, tmp_path):
    stub.default = ["again and "] * 300
    with Runner(VllmEngine(checkpoint), "small", cache=False) as runner:
        (page,) = runner.read(make_pdf(tmp_path / "pages.pdf", 1)).pages
    tried = [(one.mode, one.temperature) for one in page.reading.tried]
    assert tried == [("small", 0.0), ("base", 0.0), ("base", 0.3), ("base", 0.6)]


def test_the_stream_is_the_answer_in_pieces(stub, checkpoint, regions):
    with VllmEngine(checkpoint).open() as session:
        assert list(session.stream(ask(regions[0]))) == ["a ", "b ", "c"]


def test_a_page_nobody_waits_for_any_more_is_aborted(stub, checkpoint, regions):
    stub.default = ["word "] * 10_000
    stub.answers = {"<image>\nshort": ["done"]}
    with VllmEngine(checkpoint).open() as session:
        pieces = session.stream(ask(regions[0]))
        next(pieces)
        pieces.close()
        assert session.submit(ask(regions[1], prompt="short")).result(30).text == "done"
        # Leaving waits for the thread, which sees the cancelled page first.
    assert stub.aborted == ["1"]


def test_an_answer_in_circles_is_ended(stub, checkpoint, regions):
    stub.default = ["\nThe same line again."] * 100 * EVERY
    with VllmEngine(checkpoint).open() as session:
        reading = session.submit(ask(regions[0])).result(60)
    assert reading.finish_reason == "loop"
    assert reading.output_tokens < 10 * EVERY
    assert stub.aborted == ["1"]


def test_a_page_that_vllm_refuses_or_that_cannot_be_drawn_fails_alone(stub, checkpoint, regions):
    gone = replace(regions[0], source=replace(regions[0].source, path=regions[0].source.path / "x"))
    with VllmEngine(checkpoint).open() as session:
        assert session.submit(ask(gone)).result(30).failure.kind == "render"
        stub.refuses = "The prompt is too long."
        refused = session.submit(ask(regions[0])).result(30)
        assert refused.failure.message == "The prompt is too long."
        stub.refuses = ""
        assert session.submit(ask(regions[0])).result(30).failure is None


def test_a_dead_vllm_tells_everybody(stub, checkpoint, regions):
    stub.gate.clear()
    with VllmEngine(checkpoint).open() as session:
        futures = [session.submit(ask(region)) for region in regions]
        stub.dies = True
        stub.gate.set()
        for future in futures:
            with pytest.raises(EngineUnavailableError, match="out of memory"):
                future.result(30)
        with pytest.raises(EngineUnavailableError, match="out of memory"):
            session.submit(ask(regions[0]))


def test_a_closed_session_answers_nobody(stub, checkpoint, regions):
    with VllmEngine(checkpoint).open() as session:
        pass
    with pytest.raises(EngineUnavailableError, match="closed"):
        session.submit(ask(regions[0]))


def test_a_vllm_that_does_not_start_tells_why(stub, checkpoint):
    with pytest.raises(EngineUnavailableError, match="no_such_option"):
        VllmEngine(checkpoint, options={"no_such_option": 1}).open()


def test_a_missing_vllm_is_told_with_its_command(monkeypatch, checkpoint):
    monkeypatch.setitem(sys.modules, "vllm", None)
    engine = resolve_engine("vllm", load_settings(model_path=checkpoint))
    assert isinstance(engine, VllmEngine)
    with pytest.raises(MissingDependencyError, match=r"pip install 'dsocr-integrations\[vllm\]'"):
        engine.reading_version()


def test_the_fingerprint_knows_weights_and_settings(stub, checkpoint):
    engine = VllmEngine(checkpoint)
    prints = {
        one.reading_version()
        for one in (
            engine,
            replace(engine, max_new_tokens=25),
            replace(engine, revision="abc"),
            replace(engine, options={"dtype": "half"}),
        )
    }
    assert len(prints) == 4
    assert engine.reading_version() == replace(engine, capacity=1).reading_version()
    assert str(checkpoint) not in engine.reading_version()


@pytest.mark.parametrize(
    "setting", [{"max_new_tokens": 0}, {"capacity": 0}, {"options": {"model": "x"}}]
)
def test_settings_without_a_meaning_are_refused(setting):
    with pytest.raises(ConfigurationError):
        VllmEngine("somewhere", **setting)
