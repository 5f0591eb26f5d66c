"""How a request reaches its server, and what of a connection is kept."""

from __future__ import annotations

import asyncio
import cProfile
import gzip
import json
import pstats

import pytest
from pydantic import SecretStr

from dsocr_integrations.engines.server.pictures import encoded_page
from tests.engines.server.asking import ask, page, session
from tests.engines.server.scripted_server import ANSWER, answer_well, completion


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch):
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


def test_one_connection_serves_page_after_page(serve):
    server = serve()
    with session(server) as opened:
        for _ in range(5):
            assert opened.submit(page()).result(20).text == ANSWER

    assert len({id(exchange.writer) for exchange in server.exchanges}) == 1


def test_a_connection_that_was_closed_meanwhile_is_not_used_again(serve):
    server = serve()
    with session(server, attempts=1) as opened:
        for _ in range(3):
            assert opened.submit(page()).result(20).failure is None
            server.kill()
            server.listen()


def test_a_request_says_who_it_is_for(serve):
    server = serve()

    ask(session(server.url.replace("127.0.0.1", "user:pa%20ss@localhost")))

    headers = server.exchanges[-1].headers
    assert headers["host"] == f"localhost:{server.port}"
    assert headers["authorization"] == "Basic dXNlcjpwYSBzcw=="
    assert headers["content-type"] == "application/json"
    assert headers["accept-encoding"] == "identity"


def test_a_key_takes_the_place_of_user_and_password(serve):
    server = serve()
    address = server.url.replace("127.0.0.1", "user:password@127.0.0.1")

    ask(session(address, api_key=SecretStr("key-12345")))

    assert server.exchanges[-1].headers["authorization"] == "Bearer key-12345"


def test_the_proxy_of_the_environment_is_asked(serve, monkeypatch):
    proxy = serve()
    monkeypatch.setenv("HTTP_PROXY", proxy.url.replace("127.0.0.1", "me:secret@127.0.0.1"))

    assert ask(session("http://ocr.invalid:8000/v1")).text == ANSWER

    asked = proxy.exchanges[-1]
    assert asked.path == "http://ocr.invalid:8000/v1/chat/completions"
    assert asked.headers["host"] == "ocr.invalid:8000"
    assert asked.headers["proxy-authorization"] == "Basic bWU6c2VjcmV0"


def test_a_server_that_the_environment_excepts_is_asked_without_proxy(serve, monkeypatch):
    proxy, server = serve(), serve()
    monkeypatch.setenv("HTTP_PROXY", proxy.url)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")

    assert ask(session(server)).text == ANSWER
    assert (proxy.posts, server.posts) == (0, 1)


def test_an_answer_that_is_compressed_all_the_same_is_read(serve):
    async def packed(exchange):
        data = gzip.compress(json.dumps(completion()).encode())
        await exchange.reply(data, Content_Encoding="gzip")

    assert ask(session(serve(packed))).text == ANSWER


def test_an_answer_that_is_not_compressed_as_it_says_is_a_failure_of_the_page(serve):
    async def broken(exchange):
        await exchange.reply(completion(), Content_Encoding="gzip")

    server = serve(broken)
    reading = ask(session(server, attempts=2))

    assert (reading.failure.kind, server.posts) == ("engine", 2)


def test_an_answer_before_the_page_has_arrived_is_heard():
    """A gateway refuses a large page by its length, and hangs up without reading it."""
    refusal = b'{"error": {"message": "The page is too large."}}'

    async def refuse(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 400 No\r\nContent-Length: %d\r\n\r\n%s" % (len(refusal), refusal))
        await writer.drain()
        writer.close()

    async def run():
        server = await asyncio.start_server(refuse, "127.0.0.1", 0, limit=1024)
        address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
        large = "A" * 20_000_000
        async with server:
            return await asyncio.to_thread(ask, session(address, encode=lambda _: large))

    failure = asyncio.run(run()).failure
    assert "status 400: The page is too large." in failure.message


def test_a_page_costs_the_thread_that_sends_it_few_calls(serve):
    """Calls are counted, not seconds, so a busy machine does not matter.

    One thread sends all pages, and 320 a second are asked of it; with an httpx client and
    tenacity around each request there were 3,100 calls a page.
    """
    server = serve(answer_well)
    picture = encoded_page(page())
    profile = cProfile.Profile()
    pages = 40

    async def switch(to):
        to()

    with session(server, encode=lambda _: picture, requests=4) as opened:
        assert opened.submit(page()).result(20).text == ANSWER
        opened._loop.run(switch(profile.enable)).result(20)
        readings = [future.result(20) for future in [opened.submit(page()) for _ in range(pages)]]
        opened._loop.run(switch(profile.disable)).result(20)

    assert {reading.text for reading in readings} == {ANSWER}
    assert pstats.Stats(profile).total_calls / pages < 2200
