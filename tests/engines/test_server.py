"""The server engine against a real HTTP server on the loopback interface."""

from __future__ import annotations

import base64
import io
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import chain, repeat

import pytest
import tenacity.nap
from PIL import Image
from pydantic import SecretStr

from dsocr_integrations.engines.base import ReadRequest
from dsocr_integrations.engines.server import ServerEngine
from dsocr_integrations.errors import ConfigurationError, EngineUnavailableError
from dsocr_integrations.prompts import Prompt
from dsocr_integrations.rendering import open_document
from dsocr_integrations.runner import Runner
from dsocr_integrations.sources import resolve_source
from tests.scripted_engine import write_pdf

ANSWER = "<|ref|>text<|/ref|><|det|>[[80, 60, 900, 100]]<|/det|>\nThe valve is shut.\n"


class Model(ThreadingHTTPServer):
    """Answers like vLLM; `statuses` are given out one a request, then 200."""

    def __init__(self, statuses=(), owner="vllm", finish="stop"):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.statuses = chain(statuses, repeat(200))
        self.owner = owner
        self.finish = finish
        self.asked = []
        self.authorization = []
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self._send(200, {"data": [{"id": "served-model", "owned_by": self.server.owner}]})

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append(body)
        self.server.authorization.append(self.headers.get("Authorization"))
        status = next(self.server.statuses)
        if body.get("stream"):
            self._stream()
            return
        choice = {"message": {"content": ANSWER}, "finish_reason": self.server.finish}
        usage = {"prompt_tokens": 905, "completion_tokens": 20}
        self._send(status, {"choices": [choice], "usage": usage})

    def _stream(self):
        self.send_response(200)
        self.end_headers()
        for piece in (ANSWER[:20], ANSWER[20:]):
            event = json.dumps({"choices": [{"delta": {"content": piece}}]})
            self.wfile.write(f"data: {event}\n\n".encode())
        self.wfile.write(b"data: [DONE]\n\n")

    def _send(self, status, body):
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *args):
        return


@pytest.fixture
def serve():
    started = []

    def serve(**options):
        started.append(Model(**options))
        return started[-1]

    yield serve
    for server in started:
        server.shutdown()
        server.server_close()


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch):
    monkeypatch.setattr(tenacity.nap.time, "sleep", lambda seconds: None)


@pytest.fixture
def request_(tmp_path):
    source = resolve_source(write_pdf(tmp_path / "a.pdf", ["The valve is shut."]))
    with open_document(source) as document:
        yield ReadRequest(document.region(1), Prompt.MARKDOWN)


def ask(engine, request):
    with engine.open() as session:
        return session.submit(request).result()


def test_it_sends_the_official_prompt_and_a_png(serve, request_):
    server = serve()

    reading = ask(ServerEngine(server.url, api_key=SecretStr("key-12345")), request_)

    (body,) = server.asked
    picture, text = body["messages"][0]["content"]
    assert text["text"] == "<|grounding|>Convert the document to markdown."
    data = base64.b64decode(picture["image_url"]["url"].removeprefix("data:image/png;base64,"))
    assert Image.open(io.BytesIO(data)).size == (600, 800)
    assert body["model"] == "served-model"
    assert server.authorization == ["Bearer key-12345"]
    assert (reading.text, reading.finish_reason) == (ANSWER, "stop")
    assert (reading.prompt_tokens, reading.output_tokens) == (905, 20)


@pytest.mark.parametrize(("owner", "sent"), [("vllm", True), ("somebody", False)])
def test_fields_of_vllm_go_to_vllm_only(serve, request_, owner, sent):
    server = serve(owner=owner)

    ask(ServerEngine(server.url), request_)

    assert ("vllm_xargs" in server.asked[0]) is sent
    assert server.asked[0].get("skip_special_tokens", True) is not sent


def test_a_small_mode_sends_no_more_pixels_than_it_has(serve, request_):
    server = serve()
    small = ReadRequest(request_.region, request_.prompt, mode="tiny")

    ask(ServerEngine(server.url), small)

    url = server.asked[0]["messages"][0]["content"][0]["image_url"]["url"]
    picture = Image.open(io.BytesIO(base64.b64decode(url.partition(",")[2])))
    assert max(picture.size) == 512


def test_a_cut_off_answer_says_so(serve, request_):
    assert ask(ServerEngine(serve(finish="length").url), request_).finish_reason == "length"


def test_a_busy_server_is_asked_again(serve, request_):
    server = serve(statuses=[503, 429])

    assert ask(ServerEngine(server.url), request_).text == ANSWER
    assert len(server.asked) == 3


def test_a_server_that_stays_busy_is_unavailable(serve, request_):
    server = serve(statuses=[503] * 10)

    with pytest.raises(EngineUnavailableError, match="does not answer"):
        ask(ServerEngine(server.url, attempts=2), request_)
    assert len(server.asked) == 2


def test_a_refused_page_is_a_failure_of_the_page(serve, request_):
    reading = ask(ServerEngine(serve(statuses=[400]).url), request_)

    assert reading.failure.kind == "engine"
    assert not reading.text


def test_a_wrong_key_is_no_failure_of_the_page(serve, request_):
    with pytest.raises(EngineUnavailableError):
        ask(ServerEngine(serve(statuses=[401]).url), request_)


def test_nothing_listening_is_told_with_a_remedy_and_without_the_key():
    engine = ServerEngine("http://user:secret-pw@127.0.0.1:9", api_key=SecretStr("key-12345"))

    with pytest.raises(EngineUnavailableError) as raised:
        engine.open()

    assert "127.0.0.1:9" in str(raised.value)
    assert "secret-pw" not in str(raised.value)
    assert "key-12345" not in repr(engine)


def test_an_answer_streams(serve, request_):
    with ServerEngine(serve().url).open() as session:
        assert list(session.stream(request_)) == [ANSWER[:20], ANSWER[20:]]


def test_the_fingerprint_names_the_model_and_no_credentials(serve):
    engine = ServerEngine(serve().url.replace("://", "://user:secret-pw@"))

    assert engine.fingerprint().startswith("server:served-model@")
    assert "secret-pw" not in engine.fingerprint()


@pytest.mark.parametrize(
    "arguments", [{"url": "ftp://x"}, {"url": "host:8000"}, {"url": "http://x", "dialect": "y"}]
)
def test_what_cannot_be_used_is_refused_at_once(arguments):
    with pytest.raises(ConfigurationError):
        ServerEngine(**arguments)


def test_a_document_is_read_on_a_server(serve, tmp_path):
    server = serve()
    pdf = write_pdf(tmp_path / "a.pdf", ["The valve is shut."] * 3)

    with Runner(engine=server.url, cache=False) as runner:
        document = runner.read(pdf)

    assert document.engine == "server"
    assert [page.markdown.strip() for page in document.pages] == ["The valve is shut."] * 3
