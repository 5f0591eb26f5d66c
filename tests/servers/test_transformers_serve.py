"""`transformers serve` with the true class: what is asked is accepted, what is told kept."""

from __future__ import annotations

import os
import sys

import httpx
import pytest

from dsocr_integrations.engines.base import ReadRequest
from dsocr_integrations.engines.server import ServerEngine
from dsocr_integrations.engines.server.probing import probe
from dsocr_integrations.errors import ConfigurationError
from dsocr_integrations.prompts import Prompt
from dsocr_integrations.rendering import open_document
from dsocr_integrations.sources import resolve_source
from tests.servers.hub_cache import NAME, TOKENS, token_id, write_hub_cache
from tests.servers.running import program, serving

pytestmark = pytest.mark.servers

ASKED = {"model": NAME, "messages": [{"role": "user", "content": "x"}], "max_tokens": 1}
VISION_TOKENS = 257 + 6 * 144
"""Of an A4 page: a view of 1,024 pixels, a separator, six tiles of 768."""


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    return write_hub_cache(tmp_path_factory.mktemp("hub"))


@pytest.fixture(scope="module")
def server(cache, tmp_path_factory):
    # The server is the one of this environment; accelerate, which it wants, lies apart.
    added = program("transformers-serve", "accelerate").parents[1]
    module = "transformers.cli.transformers"
    command = [sys.executable, "-m", module, "serve", NAME, "--device", "cpu"]
    with serving(
        command,
        tmp_path_factory.mktemp("transformers") / "log",
        PYTHONPATH=os.pathsep.join([str(added), *filter(None, [os.environ.get("PYTHONPATH")])]),
        HF_HUB_CACHE=str(cache),
        OMP_NUM_THREADS="1",
    ) as url:
        yield url


@pytest.fixture(scope="module")
def region():
    return open_document(resolve_source("tests/data/report.pdf")).region(1)


def test_the_probe_knows_it(server):
    report = probe(server)
    assert (report.dialect, report.models, report.problem) == ("transformers", (NAME,), "")


@pytest.mark.parametrize("prompt", [Prompt.FREE.value, Prompt.OCR.value])
def test_a_page_is_read_and_counted(server, region, prompt):
    with ServerEngine(server, timeout=600).open() as session:
        reading = session.submit(ReadRequest(region, prompt)).result(900)
    assert reading.failure is None
    assert reading.text
    assert reading.finish_reason == "stop"
    assert reading.output_tokens >= TOKENS
    assert reading.vision_tokens == VISION_TOKENS
    # Text is bytes and tags in this tokenizer: the picture came once and the prompt whole.
    text = "\n" + prompt.replace("<|grounding|>", "@")
    assert reading.prompt_tokens == VISION_TOKENS + len(text)


def test_the_stream_is_the_answer_in_pieces(server, region):
    request = ReadRequest(region, Prompt.FREE.value)
    with ServerEngine(server, timeout=600).open() as session:
        pieces = list(session.stream(request))
        whole = session.submit(request).result(900).text
    assert len(pieces) > 1
    # Noise may end inside a character, which the server then keeps from the stream.
    assert "".join(pieces) == whole.rstrip("\ufffd")


@pytest.mark.parametrize("field", ["skip_special_tokens", "vllm_xargs"])
def test_fields_of_other_servers_are_refused(server, field):
    refused = httpx.post(f"{server}/v1/chat/completions", json=ASKED | {field: {}}, timeout=600)
    assert refused.status_code == 422
    assert field in refused.text


def test_a_wrong_dialect_is_told_with_a_remedy(server, region):
    engine = ServerEngine(server, dialect="vllm", timeout=600)
    with engine.open() as session, pytest.raises(ConfigurationError) as refused:
        session.submit(ReadRequest(region, Prompt.FREE.value)).result(900)
    assert "skip_special_tokens" in str(refused.value)
    assert "DSOCR_SERVER_DIALECT" in refused.value.remedy


def test_a_model_it_was_not_started_with_is_told(server, region):
    engine = ServerEngine(server, model="deepseek-ai/DeepSeek-OCR-2", timeout=600)
    with engine.open() as session, pytest.raises(ConfigurationError, match=NAME) as refused:
        session.submit(ReadRequest(region, Prompt.FREE.value)).result(900)
    assert "--model" in refused.value.remedy


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize(("word", "kept"), [("q", True), ("<|ref|>", False)])
def test_tags_are_stripped(server, cache, word, kept, stream):
    # Noise would hold a tag by chance only.
    body = ASKED | {"logit_bias": {str(token_id(cache, word)): 1000.0}, "stream": stream}
    answer = httpx.post(f"{server}/v1/chat/completions", json=body, timeout=600).raise_for_status()
    assert '"finish_reason":"length"' in answer.text
    assert (f'"content":"{word}"' in answer.text) is kept
