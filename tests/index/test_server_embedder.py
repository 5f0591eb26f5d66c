"""The `/v1/embeddings` client against a real server on the loopback."""

from __future__ import annotations

import gzip
import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest
from pydantic import SecretStr

from dsocr_integrations.errors import ConfigurationError, EmbedderUnavailableError
from dsocr_integrations.index import load_embedder
from dsocr_integrations.index.embedders.server import ServerEmbedder

KEY = "sk-very-secret"


def vector_of(text: str) -> list[float]:
    return [byte / 255 for byte in hashlib.sha256(text.encode()).digest()[:8]]


class Embeddings:
    """What the server does next: statuses and bodies given by the test, else the right answer."""

    def __init__(self) -> None:
        self.requests: list[tuple[str, str | None, dict]] = []
        self.script: list[tuple[int, dict[str, str], bytes | None]] = []
        self.url = ""

    def answer(self, path: str, key: str | None, body: dict) -> tuple[int, dict[str, str], bytes]:
        self.requests.append((path, key, body))
        status, headers, data = self.script.pop(0) if self.script else (200, {}, None)
        if data is None and path == "/v1/models":
            data = json.dumps({"data": [{"id": "first-model"}]}).encode()
        elif data is None:
            entries = [
                {"index": at, "embedding": vector_of(text)} for at, text in enumerate(body["input"])
            ]
            data = json.dumps({"data": entries[::-1]}).encode()
        return status, headers, data


@contextmanager
def serving(state: Embeddings) -> Iterator[None]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer({})

        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            self._answer(json.loads(self.rfile.read(length)))

        def _answer(self, body: dict) -> None:
            status, headers, data = state.answer(self.path, self.headers["Authorization"], body)
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(data))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    state.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def server() -> Iterator[Embeddings]:
    state = Embeddings()
    with serving(state):
        yield state


def test_texts_go_in_batches_and_come_back_in_order(server: Embeddings):
    embedder = ServerEmbedder(server.url, model="m", api_key=SecretStr(KEY), batch_size=2)
    texts = ["a", "b", "c"]
    assert np.allclose(embedder.embed_documents(texts), [vector_of(text) for text in texts])
    assert np.allclose(embedder.embed_query("q"), vector_of("q"))
    assert embedder.dimension == 8
    assert embedder.embed_documents([]).shape == (0, 8)
    assert [len(body["input"]) for _, _, body in server.requests] == [2, 1, 1, 1]
    assert {key for _, key, _ in server.requests} == {f"Bearer {KEY}"}
    assert {path for path, _, _ in server.requests} == {"/v1/embeddings"}
    assert KEY not in repr(embedder)


def test_prefixes_are_part_of_the_name(server: Embeddings):
    embedder = ServerEmbedder(server.url, query_prefix="query: ", passage_prefix="passage: ")
    assert embedder.name == 'first-model["query: ", "passage: "]'
    embedder.embed_documents(["a"])
    embedder.embed_query("b")
    assert [body["input"] for _, _, body in server.requests[1:]] == [["passage: a"], ["query: b"]]


def test_a_url_is_a_name_of_an_embedder(server: Embeddings, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("DSOCR_EMBEDDER_API_KEY", KEY)
    embedder = load_embedder(f"{server.url}/v1/embeddings#some-model")
    assert embedder is not None
    assert embedder.name == "some-model"
    assert embedder.embed_query("x").shape == (8,)
    assert server.requests == [
        ("/v1/embeddings", f"Bearer {KEY}", server.requests[0][2] | {"model": "some-model"})
    ]
    unnamed = load_embedder(server.url)
    assert unnamed is not None
    assert unnamed.name == "first-model"


@pytest.mark.parametrize(
    ("address", "asked"),
    [
        ("/api/v3", "/api/v3/embeddings"),
        ("/compatible/openai/", "/compatible/openai/embeddings"),
        ("/deployments/e?api-version=1", "/deployments/e/embeddings?api-version=1"),
        ("/own", "/own/v1/embeddings"),
    ],
)
def test_an_address_of_another_kind_is_used_as_it_is(server: Embeddings, address, asked):
    ServerEmbedder(server.url + address, model="m").embed_query("x")
    assert server.requests[0][0] == asked


def test_a_busy_server_is_asked_again_when_it_says(server: Embeddings):
    server.script = [(429, {"Retry-After": "0"}, b""), (503, {"Retry-After": "0.01"}, b"")]
    assert ServerEmbedder(server.url, model="m").embed_query("x").shape == (8,)
    assert len(server.requests) == 3
    server.script = [(503, {"Retry-After": "Thu, 01 Jan 1970 00:00:00 GMT"}, b"busy")] * 3
    with pytest.raises(EmbedderUnavailableError, match="status 503"):
        ServerEmbedder(server.url, model="m", attempts=3).embed_query("x")


@pytest.mark.parametrize(
    "body",
    [
        b"<html>",
        b"[]",
        b'{"data": []}',
        b'{"data": [{"index": 0, "embedding": []}]}',
        b'{"data": [{"index": 5, "embedding": [1.0]}]}',
        b'{"data": [{"index": 0, "embedding": ["x"]}]}',
        b'{"data": [{"index": 0, "embedding": [NaN, 1e999]}]}',
        b'{"data": [{"index": 0, "embedding": [1]}, {"index": 0, "embedding": [2]}]}',
    ],
)
def test_an_answer_that_is_none_is_told_without_its_text(server: Embeddings, body: bytes):
    server.script = [(200, {}, body)]
    with pytest.raises(EmbedderUnavailableError, match=r"embedding server 127\.0\.0\.1"):
        ServerEmbedder(server.url, model="m").embed_query("x")


def test_an_answer_is_unpacked_once_at_most(server: Embeddings):
    body = json.dumps({"data": [{"index": 0, "embedding": [1.0, 2.0]}]}).encode()
    once = gzip.compress(body)
    server.script = [
        (200, {"Content-Encoding": "gzip"}, once),
        (200, {"Content-Encoding": "gzip, gzip"}, gzip.compress(once)),
    ]
    embedder = ServerEmbedder(server.url, model="m")
    assert embedder.embed_query("x").tolist() == [1, 2]
    with pytest.raises(EmbedderUnavailableError, match="packed otherwise"):
        embedder.embed_query("x")


def test_vectors_of_several_lengths_are_refused(server: Embeddings):
    answers = [{"data": [{"index": 0, "embedding": [1.0] * size}]} for size in (3, 4)]
    server.script = [(200, {}, json.dumps(answer).encode()) for answer in answers]
    with pytest.raises(EmbedderUnavailableError, match="several lengths"):
        ServerEmbedder(server.url, model="m", batch_size=1).embed_documents(["a", "b"])


def test_a_refusal_tells_neither_key_nor_address_book(server: Embeddings):
    server.script = [(401, {}, KEY.encode())]
    url = server.url.replace("http://", "http://user:password@")
    with pytest.raises(EmbedderUnavailableError, match="status 401") as caught:
        ServerEmbedder(url, model="m", api_key=SecretStr(KEY)).embed_query("x")
    assert KEY not in str(caught.value)
    assert "password" not in str(caught.value)
    with pytest.raises(EmbedderUnavailableError, match="ConnectError"):
        ServerEmbedder("http://127.0.0.1:1", model="m", attempts=1).embed_query("x")


def test_addresses_that_are_none():
    with pytest.raises(ConfigurationError):
        ServerEmbedder("ftp://host")
    with pytest.raises(ConfigurationError):
        ServerEmbedder("http://host", batch_size=0)
