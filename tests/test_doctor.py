"""The doctor names what is missing and the command that adds it."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from dsocr_integrations.doctor import examine
from dsocr_integrations.settings import load_settings


def findings(**settings):
    return {finding.part: finding for finding in examine(load_settings(**settings))}


def test_present_parts_have_versions_and_missing_ones_a_remedy(monkeypatch):
    monkeypatch.setenv("PATH", "")
    found = findings()
    assert found["pymupdf"].present
    assert found["osra"].remedy == "apt-get install osra"
    assert all(bool(finding.remedy) != finding.present for finding in found.values())


def test_a_program_is_asked_for_its_version(monkeypatch, tmp_path):
    program = tmp_path / "osra"
    program.write_text("#!/bin/sh\necho\necho 'osra version: 9.9'\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    assert findings()["osra"].found == "osra version: 9.9"


def test_a_cache_that_cannot_be_written_is_found(tmp_path):
    assert not findings(cache="")["page cache"].present
    assert findings(cache=str(tmp_path / "deep" / "cache"))["page cache"].present


@pytest.fixture
def models_server():
    class Models(BaseHTTPRequestHandler):
        def do_GET(self):
            body = json.dumps({"data": [{"id": "deepseek-ai/DeepSeek-OCR"}]}).encode()
            self.send_response(200 if self.path == "/v1/models" else 404)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Models)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_server_is_asked_for_its_models(models_server):
    assert "deepseek-ai/DeepSeek-OCR" in findings(server_url=f"{models_server}/v1")["server"].found
    assert "HTTPStatusError" in findings(server_url=f"{models_server}/wrong")["server"].remedy
