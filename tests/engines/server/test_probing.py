"""What a look at a server finds, and what it says when something is wrong."""

from __future__ import annotations

import pytest
from pydantic import SecretStr

from dsocr_integrations.engines.server import probe
from dsocr_integrations.errors import ConfigurationError
from tests.engines.server.scripted_server import MODEL


def answers(body, status=200, path=None, **headers):
    async def get(exchange):
        if path is None or exchange.path == path:
            await exchange.reply(body, status, **headers)
        else:
            await exchange.reply({"detail": "Not Found"}, 404)

    return get


@pytest.mark.parametrize(
    ("owner", "dialect"),
    [
        ("vllm", "vllm"),
        ("sglang", "sglang"),
        ("library", "ollama"),
        ("llamacpp", "llama.cpp"),
        ("organization_owner", "lm-studio"),
        ("somebody", "openai"),
    ],
)
def test_a_server_is_recognised_by_who_owns_its_models(serve, owner, dialect):
    server = serve(owner=owner)

    report = probe(server.url)

    assert (report.reachable, report.models, report.dialect) == (True, (MODEL,), dialect)
    assert report.problem == report.remedy == ""


@pytest.mark.parametrize(
    ("path", "body", "dialect"),
    [
        ("/api/version", {"version": "0.13.0"}, "ollama"),
        ("/openapi.json", {"paths": {"/load_model": {}, "/v1/models": {}}}, "transformers"),
        ("/openapi.json", {"paths": {"/get_model_info": {}}}, "sglang"),
        ("/openapi.json", {"paths": {"/tokenize": {}}}, "vllm"),
        ("/openapi.json", {"paths": ["/tokenize"]}, "openai"),
    ],
)
def test_a_server_is_recognised_by_what_it_offers(serve, path, body, dialect):
    server = serve(owner="somebody", get=answers(body, path=path))

    assert probe(server.url).dialect == dialect


@pytest.mark.parametrize(
    ("name", "dialect", "version"),
    [("llama.cpp", "llama.cpp", ""), ("mlx_vlm/0.7.10", "mlx-vlm", "0.7.10")],
)
def test_a_server_says_its_name(serve, name, dialect, version):
    server = serve(models=[], get=answers({"data": [{"id": "m"}]}, Server=name))
    report = probe(server.url)

    assert (report.dialect, report.version) == (dialect, version)


@pytest.mark.parametrize(
    ("owner", "path", "body", "version"),
    [
        ("vllm", "/version", {"version": "0.33.0"}, "0.33.0"),
        ("llamacpp", "/props", {"build_info": "b10488-0e148a57"}, "b10488-0e148a57"),
        ("library", "/api/version", {"version": "0.32.15"}, "0.32.15"),
        ("vllm", "/elsewhere", {}, ""),
        ("vllm", "/version", ["0.33.0"], ""),
    ],
)
def test_a_server_says_its_version(serve, owner, path, body, version):
    async def get(exchange):
        if exchange.path == path:
            await exchange.reply(body)
        elif exchange.path == "/v1/models":
            await exchange.reply({"data": [{"id": MODEL, "owned_by": owner}]})
        else:
            await exchange.reply({"detail": "Not Found"}, 404)

    report = probe(serve(models=[], get=get).url)

    assert (report.version, report.problem) == (version, "")


def test_of_models_that_could_be_loaded_those_that_are_come_first(serve):
    listed = [{"id": "a"}, {"id": "b", "loaded": False}, {"id": "c", "loaded": True}]

    assert probe(serve(models=[], get=answers({"data": listed})).url).models == ("c", "a", "b")


def test_the_key_is_sent_and_not_shown(serve):
    server = serve()
    url = server.url.replace("://", "://user:secret-pw@")

    report = probe(url, api_key=SecretStr("key-12345"))

    assert server.exchanges[0].headers["authorization"] == "Bearer key-12345"
    assert report.url == server.url
    assert "secret-pw" not in repr(report)
    assert "key-12345" not in repr(report)


@pytest.mark.parametrize(
    ("models", "get", "problem", "remedy"),
    [
        ([], answers({"error": "no"}, 401), "asks for a key", "DSOCR_SERVER_API_KEY"),
        ([], answers({"detail": "Not Found"}, 404), "no list of models", "/v1"),
        ([], answers(b"<html>hello</html>"), "no list of models", "/v1"),
        ([], answers(b"[" * 100_000), "no list of models", "/v1"),
        ([], answers({"data": []}), "serves no model", "Load DeepSeek-OCR"),
        ([], answers({}, 502), "status 502", "Start it"),
        (["gpt-x", "llama-y"], None, "a name that is known", "--model"),
    ],
)
def test_what_is_wrong_is_told_with_a_remedy(serve, models, get, problem, remedy):
    report = probe(serve(models=models, get=get).url)

    assert report.reachable
    assert problem in report.problem
    assert remedy in report.remedy


def test_nothing_there_is_told(serve):
    server = serve()
    server.kill()

    report = probe(server.url)

    assert not report.reachable
    assert f"127.0.0.1:{server.port} does not answer (no connection)" in report.problem
    assert "DSOCR_SERVER_URL" in report.remedy


def test_silence_has_an_end(serve):
    async def silent(exchange):
        await exchange.silence()

    report = probe(serve(models=[], get=silent).url, timeout=0.2)

    assert "no answer within 0.2 seconds" in report.problem


def test_a_wrong_address_is_refused():
    with pytest.raises(ConfigurationError):
        probe("ocr.example.org:8000")
