"""Servers that refuse one field, end a stream in silence, escape tags or echo the key."""

from __future__ import annotations

import html
import json
from urllib.parse import unquote

import pytest
from pydantic import SecretStr

from dsocr_integrations.engines.base import told
from dsocr_integrations.engines.server import ServerEngine
from dsocr_integrations.errors import DsocrError
from dsocr_integrations.runner import Runner
from tests.engines.server.asking import ask, page, session
from tests.engines.server.scripted_server import ANSWER, MODEL, completion, event
from tests.scripted_engine import write_pdf

SGLANG = {
    "message": "The server is not configured to enable custom logit processor. Please set "
    "`--enable-custom-logit-processor` to enable this feature."
}
OLD_VLLM = {
    "error": {
        "message": "[{'type': 'string_type', 'loc': ('body', 'vllm_xargs', 'whitelist_token_ids'), "
        "'msg': 'Input should be a valid string'}]"
    }
}
VALIDATION = {"detail": [{"loc": ["body", "vllm_xargs", "whitelist_token_ids"], "msg": "no list"}]}


def without(field, status, body):
    """Refuse every request that holds a field."""

    async def script(exchange):
        refused = field in exchange.body
        await exchange.reply(body if refused else completion(), status if refused else 200)

    return script


@pytest.mark.parametrize(
    ("dialect", "field", "status", "body", "flag"),
    [
        ("sglang", "custom_logit_processor", 400, SGLANG, "--enable-custom-logit-processor"),
        ("vllm", "vllm_xargs", 400, OLD_VLLM, "--logits-processors"),
        ("vllm", "vllm_xargs", 422, VALIDATION, "--logits-processors"),
    ],
    ids=["sglang", "old vllm", "validation"],
)
def test_a_ban_that_is_not_taken_is_left_out_from_then_on(
    serve, caplog, dialect, field, status, body, flag
):
    servers = [serve(without(field, status, body)), serve()]

    with session(*servers, dialect=dialect) as opened:
        said = [opened.submit(page()).result(20).text for _ in range(6)]

    assert said == [ANSWER] * 6
    assert servers[0].posts + servers[1].posts == 7
    assert all(field in asked for asked in servers[1].asked), "the other takes it"
    (record,) = caplog.records
    assert f"127.0.0.1:{servers[0].port} cannot forbid repeated n-grams" in record.getMessage()
    assert flag in record.getMessage()
    assert f"does not take {field}" in record.getMessage()


def test_a_page_that_is_refused_for_another_reason_keeps_its_ban(serve):
    async def script(exchange):
        await exchange.reply({"error": {"message": "The picture is broken."}}, 400)

    server = serve(script)
    assert "broken" in ask(session(server)).failure.message
    assert server.posts == 1


def test_a_stream_that_is_done_without_a_reason_is_whole(serve):
    async def script(exchange):
        await exchange.stream([event(ANSWER[:20]), event(ANSWER[20:]), "data: [DONE]\n\n"])

    with session(serve(script)) as opened:
        assert "".join(opened.stream(page())) == ANSWER


def test_escaped_tags_are_boxes_for_the_log_too(serve, caplog):
    async def script(exchange):
        await exchange.reply(completion(html.escape(ANSWER)))

    ask(session(serve(script)))
    assert "carry no boxes" not in caplog.text


@pytest.mark.parametrize("status", [400, 500, 200, 401])
def test_a_key_that_is_echoed_is_masked(serve, status, caplog):
    key = "sk-very-secret-1234"

    async def script(exchange):
        await exchange.reply({"error": {"message": f"Wrong key: {key}"}}, status)

    with pytest.raises(DsocrError, match=r"Wrong key: \*\*\*") as error:
        told(ask(session(serve(script), api_key=SecretStr(key), attempts=1)))
    assert key not in str(error.value)
    assert key not in caplog.text


def test_a_key_that_is_echoed_in_a_stream_is_masked(serve):
    key = "sk-very-secret-1234"

    async def script(exchange):
        await exchange.stream([f"data: {json.dumps({'error': {'message': key}})}\n\n"])

    with (
        session(serve(script), api_key=SecretStr(key), attempts=1) as opened,
        pytest.raises(DsocrError) as error,
    ):
        list(opened.stream(page()))
    assert key not in str(error.value)


SECRETS = {
    "key": ("", SecretStr("sk+very/secret=1234")),
    "password": ("user:p%40ss-word-1@", None),
    "token": ("tok-123456789@", None),
    "query": ("?token=q%2Fuery-secret-1&api-version=2026-01-01", None),
}


@pytest.mark.parametrize("echo", ["message", "stream", "text", "model", "escaped", "models"])
@pytest.mark.parametrize("kind", SECRETS)
def test_no_secret_of_key_or_address_is_told_on(serve, tmp_path, caplog, kind, echo):
    prefix, key = SECRETS[kind]
    server = serve(models=[])
    host = f"127.0.0.1:{server.port}"
    url = f"http://{host}/v1{prefix}" if prefix.startswith("?") else f"http://{prefix}{host}/v1"

    async def script(exchange):
        sent = (
            f"{exchange.headers.get('authorization', '')} {exchange.path} {unquote(exchange.path)}"
        )
        told = f"{sent} {unquote(prefix)} {prefix} {key.get_secret_value() if key else ''}"
        if echo == "message":
            await exchange.reply({"error": {"message": told, "code": [told]}}, 400)
        elif echo == "stream":
            await exchange.reply({"error": {"message": told}})
        elif echo == "text":
            await exchange.reply(completion(f"{ANSWER} {told}"))
        elif echo == "model":
            await exchange.reply(completion(model=told))
        elif echo == "escaped":
            escaped = "".join(f"\\u{ord(sign):04x}" for sign in told)
            await exchange.reply(f'{{"error": {{"message": "{escaped}"}}}}'.encode(), 422)
        else:
            server.models = [told]
            await exchange.reply({"error": {"message": "The model does not exist."}}, 404)

    server.script = script
    server.get = script
    engine = ServerEngine(url, model=MODEL, dialect="vllm", api_key=key, attempts=1)
    seen = ""
    try:
        with Runner(engine, cache=tmp_path / "cache") as runner:
            seen = runner.read(write_pdf(tmp_path / "a.pdf", ["x"])).model_dump_json()
    except DsocrError as error:
        seen = f"{error} {error.message} {error.remedy}"
    kept = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    shown = seen + caplog.text + kept.decode("utf-8", "replace")
    assert echo == "models" or "***" in seen
    for secret in ("very/secret", "p@ss", "p%40ss", "tok-123", "q/uery", "q%2Fuery"):
        assert secret not in shown
