"""The offline engine on vLLM itself; runs in vLLM's own environment, see the Makefile."""

from __future__ import annotations

import pytest

from dsocr_integrations.engines.base import ReadRequest
from dsocr_integrations.engines.vllm import VllmEngine
from dsocr_integrations.modes import GUNDAM
from dsocr_integrations.prompts import Prompt
from dsocr_integrations.rendering import open_document
from dsocr_integrations.runner import Runner
from dsocr_integrations.sources import resolve_source
from tests.servers.dummy_checkpoint import TOKENS, write_dummy_checkpoint

pytest.importorskip("vllm", reason="run by `make test-servers` in vLLM's environment")
pytestmark = pytest.mark.servers

OPTIONS = {"load_format": "dummy", "dtype": "bfloat16", "enforce_eager": True}


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    folder = write_dummy_checkpoint(tmp_path_factory.mktemp("weights"))
    return VllmEngine(folder, max_new_tokens=TOKENS, capacity=4, options=OPTIONS)


@pytest.fixture(scope="module")
def session(engine):
    with engine.open() as opened:
        yield opened


@pytest.fixture(scope="module")
def region():
    return open_document(resolve_source("tests/data/report.pdf")).region(1)


def test_pages_are_read_together_and_counted(session, region):
    requests = [
        ReadRequest(region, Prompt.MARKDOWN.value),
        ReadRequest(region, Prompt.FREE.value, mode="small"),
        ReadRequest(region, Prompt.FREE.value, mode="base"),
    ]
    whole, small, base = [future.result(900) for future in map(session.submit, requests)]
    tiled = GUNDAM.with_max_tiles(6).vision_tokens(*region.render().size).placeholders
    for reading, vision in ((whole, tiled), (small, 273), (base, tiled)):
        assert reading.failure is None
        assert reading.vision_tokens == vision
        assert vision < reading.prompt_tokens < vision + 60
        assert (reading.output_tokens, reading.finish_reason) == (TOKENS, "length")
    assert "724 x 1024 pixels" in base.mode_note


def test_the_stream_is_the_answer_in_pieces(session, region):
    request = ReadRequest(region, Prompt.FREE.value, mode="tiny")
    pieces = list(session.stream(request))
    assert len(pieces) > 1
    assert "".join(pieces) == session.submit(request).result(900).text


def test_a_page_nobody_waits_for_makes_room(session, region):
    pieces = session.stream(ReadRequest(region, Prompt.FREE.value, mode="tiny"))
    next(pieces)
    pieces.close()
    after = session.submit(ReadRequest(region, Prompt.FREE.value, mode="tiny")).result(900)
    assert after.failure is None


def test_a_document_is_read_through_the_pipeline(engine):
    with Runner(engine, "tiny", cache=False, figures=False) as runner:
        page = runner.read("tests/data/report.pdf", pages="1").pages[0]
    assert page.reading.engine == "vllm"
    assert page.reading.output_tokens == TOKENS
    assert " vllm=" in page.reading.fingerprint
