"""The configured server in the doctor's words."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from dsocr_integrations.doctor.server import examine
from dsocr_integrations.settings import load_settings


@pytest.fixture
def models_server():
    class Models(BaseHTTPRequestHandler):
        def do_GET(self):
            names = ["deepseek-ai/DeepSeek-OCR", "own/ocr"]
            body = json.dumps({"data": [{"id": name, "owned_by": "vllm"} for name in names]})
            told = {"/v1/models": body.encode(), "/version": b'{"version": "0.33.0"}'}
            self.send_response(200 if self.path in told else 404)
            self.end_headers()
            self.wfile.write(told.get(self.path, b"{}"))

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Models)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def look_at(url, **settings):
    (finding,) = examine(load_settings(server_url=url, **settings))
    assert finding.present != bool(finding.remedy)
    return finding


def test_the_server_is_asked_what_it_is(models_server):
    found = look_at(models_server).found
    assert "serves deepseek-ai/DeepSeek-OCR, own/ocr on vLLM 0.33.0" in found
    assert "tags kept" in found
    assert "VLLM_USE_V2_MODEL_RUNNER=0 vllm serve" in found


def test_the_model_and_the_dialect_that_would_be_used_are_judged(models_server):
    assert "serves own/ocr on vLLM" in look_at(models_server, server_model="own/ocr").found
    finding = look_at(models_server, server_model="gpt-x")
    assert "does not serve 'gpt-x' but deepseek-ai/DeepSeek-OCR, own/ocr" in finding.problem
    assert "--model" in finding.remedy
    assert "on SGLang" in look_at(models_server, server_dialect="sglang").found
    # What vLLM tells as its version is no version of Ollama.
    assert "from 0.32.2 on" in look_at(models_server, server_dialect="ollama").found
    assert "openai" in look_at(models_server, server_dialect="nonsense").remedy
    # `transformers serve` lists the hub's cache, not the folder it was started with.
    served = look_at(models_server, server_model="/weights", server_dialect="transformers")
    assert "serves /weights" in served.found


def test_what_is_wrong_with_it_is_told_with_a_remedy(models_server):
    assert "no list of models" in look_at(f"{models_server}/wrong").problem
    assert "does not answer" in look_at("http://127.0.0.1:1").problem
    assert look_at("ftp://nowhere").remedy


def test_a_server_that_lists_no_models_is_sound_once_the_model_is_named(models_server):
    finding = look_at(f"{models_server}/openapi")
    assert "no list of models" in finding.problem
    assert "--model" in finding.remedy
    found = look_at(f"{models_server}/openapi", server_model="deepseek-ocr-maas").found
    assert "deepseek-ocr-maas is DeepSeek-OCR" in found
