"""Servers that say what no honest server says: the page fails, the run and its memory do not."""

from __future__ import annotations

import asyncio
import gzip
import json
import threading
import zlib

import httpcore
import pytest
from pydantic import SecretStr

from dsocr_integrations.engines.server import probe, probing, transport
from dsocr_integrations.engines.server.streaming import lines
from dsocr_integrations.engines.server.unpacking import (
    STEP_BYTES,
    PackedAnswerError,
    plain_pieces,
)
from tests.engines.server.asking import ask, page, session
from tests.engines.server.scripted_server import ANSWER, answer_well, completion
from tests.processor_time import least_seconds

WELL = json.dumps(completion()).encode()
HEAD = b"HTTP/1.1 200 OK\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"


def says(*raw):
    async def script(exchange):
        await exchange.say(*raw)

    return script


def whole(body=WELL, *headers):
    lines_ = (b"Content-Length: %d" % len(body), *headers)
    return HEAD + b"\r\n".join(lines_) + b"\r\n\r\n" + body


def chunks(body, size):
    pieces = (body[start : start + size] for start in range(0, len(body), size))
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces)


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_nobody_else_is_sent_the_key_or_the_page(serve, status):
    other = serve()

    async def redirect(exchange):
        await exchange.reply({}, status, Location=f"{other.url}/chat/completions")

    server = serve(redirect, models=[], get=redirect)
    key = SecretStr("key-12345")
    with pytest.raises(Exception, match=f"status {status}"):
        ask(session(server, api_key=key))
    assert probe(server.url, api_key=key).problem
    assert server.posts == 1
    assert not other.exchanges


@pytest.mark.parametrize(
    "raw",
    [
        (b"HTTP/1.1 100 Continue\r\n\r\n", whole()),
        (b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" * 3 + whole(),),
        (CHUNKED + chunks(WELL, 1) + b"0\r\n\r\n",),
        (CHUNKED, *(b"%x;name=value\r\n%s\r\n" % (len(WELL), WELL), b"0\r\nTrailer: 1\r\n\r\n")),
        (whole(WELL, b"Content-Encoding: identity"),),
    ],
    ids=["continue", "early hints", "single bytes", "extension and trailer", "identity"],
)
def test_what_the_protocol_allows_is_read(serve, raw):
    server = serve(says(*raw))

    with session(server, attempts=1) as opened:
        readings = [opened.submit(page()).result(20).text for _ in range(2)]

    assert readings == [ANSWER, ANSWER]
    assert "expect" not in server.exchanges[-1].headers
    assert len({id(exchange.writer) for exchange in server.exchanges}) == 1


@pytest.mark.parametrize(
    "raw",
    [
        CHUNKED + b"-1\r\n",
        CHUNKED + b"ffffffffffffffffffffffff\r\n",
        CHUNKED + b"5\r\nabcdefgh\r\n",
        HEAD + b"Content-Length: -1\r\n\r\n",
        HEAD + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef",
        HEAD + b"X: " + b"y" * 300_000 + b"\r\n\r\n",
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n",
        b"HTTP/1.1 204 No Content\r\n\r\n",
        b"HTTP/0.9\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" * 100,
    ],
    ids=[
        "negative chunk", "endless chunk", "longer chunk", "negative length", "two lengths",
        "huge header", "other protocol", "no content", "old protocol", "no protocol",
    ],
)  # fmt: skip
def test_what_it_does_not_allow_is_a_failure_of_the_page(serve, raw):
    async def once(exchange):
        if server.posts == 1:
            await exchange.say(raw)
            exchange.writer.close()
        else:
            await answer_well(exchange)

    server = serve(once)
    with session(server, attempts=1) as opened:
        assert opened.submit(page()).result(20).failure is not None
        # A whole answer may have come before the connection's end.
        assert server.hung_up.wait(20)
        assert opened.submit(page()).result(20).text == ANSWER


def test_hints_without_end_end_with_the_time_limit(serve):
    async def hint(exchange):
        while True:
            await exchange.say(b"HTTP/1.1 103 Early Hints\r\n\r\n")
            await asyncio.sleep(0.01)

    reading = ask(session(serve(hint), timeout=0.3))

    assert reading.failure.kind == "timeout"


@pytest.mark.parametrize("compressed", [False, True])
def test_an_answer_without_end_is_given_up(serve, monkeypatch, compressed):
    monkeypatch.setattr(transport, "MAX_ANSWER_BYTES", 1_000_000)
    body = b" " * 100_000_000
    sent = gzip.compress(body, 1) if compressed else body
    encoding = [b"Content-Encoding: gzip"] if compressed else []
    server = serve(says(whole(sent, *encoding)))

    reading = ask(session(server, attempts=1))

    assert "longer than any page" in reading.failure.message


def answer_of(body, *encodings):
    headers = [(b"Content-Encoding", encoding) for encoding in encodings]
    return httpcore.Response(200, headers=headers, content=iter_bytes(body))


async def iter_bytes(body):
    yield body


def unpacked(answer):
    async def run():
        return [piece async for piece in plain_pieces(answer)]

    return asyncio.run(run())


@pytest.mark.parametrize(
    ("pack", "encoding"),
    [(gzip.compress, b"gzip"), (gzip.compress, b"X-GZIP"), (zlib.compress, b"deflate")],
)
def test_compressed_answers_come_in_small_steps(pack, encoding):
    body = b"0" * 1_000_000 + b"1"

    steps = unpacked(answer_of(pack(body), encoding))

    assert b"".join(steps) == body
    assert max(map(len, steps)) <= STEP_BYTES


@pytest.mark.parametrize(
    "encodings", [(b"gzip, gzip",), (b"gzip", b"gzip"), (b"br",), (b"zstd",), (b"gzip",)]
)
def test_what_is_compressed_twice_or_otherwise_is_not_unpacked(encodings):
    with pytest.raises(PackedAnswerError):
        unpacked(answer_of(b"no such thing", *encodings))


def test_a_model_list_that_is_a_bomb_is_none(serve, monkeypatch):
    monkeypatch.setattr(probing, "MAX_PROBE_BYTES", 1_000_000)

    packed = gzip.compress(b" " * 50_000_000, 1)

    async def bomb(exchange):
        await exchange.reply(packed, Content_Encoding="gzip")

    assert "no list of models" in probe(serve(models=[], get=bomb).url).problem


def test_a_model_list_that_comes_byte_by_byte_ends_in_time(serve):
    async def drip(exchange):
        await exchange.say(HEAD + b"Content-Length: 1000000\r\n\r\n")
        while True:
            await exchange.say(b" ")
            await asyncio.sleep(0.02)

    report = probe(serve(models=[], get=drip).url, timeout=0.3)

    assert "no answer within 0.3 seconds" in report.problem


def test_a_connection_that_is_closed_after_each_answer_costs_no_try(serve):
    closed = threading.Semaphore(0)

    async def half_close(exchange):
        await exchange.say(whole())
        exchange.writer.write_eof()
        closed.release()

    with session(serve(half_close), attempts=1) as opened:
        for _ in range(3):
            assert opened.submit(page()).result(20).text == ANSWER
            assert closed.acquire(timeout=20)


def test_a_server_that_ends_without_an_answer_is_asked_again(serve):
    async def silent_end(exchange):
        if server.posts == 1:
            exchange.writer.write_eof()
        else:
            await answer_well(exchange)

    server = serve(silent_end)

    assert ask(session(server)).text == ANSWER
    assert server.posts == 2


def test_a_farewell_on_an_idle_connection_is_no_answer(serve):
    """Proxies say 408 on a connection that was idle for too long, and close it."""
    said = threading.Event()

    async def farewell(exchange):
        await exchange.say(whole())
        if server.posts == 1:
            await asyncio.sleep(0.1)
            await exchange.say(b"HTTP/1.1 408 Request Time-out\r\nContent-Length: 0\r\n\r\n")
            said.set()

    server = serve(farewell)
    with session(server, attempts=1) as opened:
        assert opened.submit(page()).result(20).text == ANSWER
        assert said.wait(20)
        assert opened.submit(page()).result(20).text == ANSWER


@pytest.mark.parametrize("through_proxy", [False, True])
def test_a_second_answer_is_not_the_next_page_s(serve, monkeypatch, through_proxy):
    async def answer_twice(exchange):
        own, stray = (json.dumps(completion(f"{kind} {server.posts}")).encode() for kind in "ab")
        await exchange.say(whole(own) + whole(stray))

    server = serve(answer_twice)
    url = server.url
    if through_proxy:
        monkeypatch.setenv("HTTP_PROXY", server.url)
        url = "http://ocr.invalid/v1"
    with session(url, attempts=1) as opened:
        said = [opened.submit(page()).result(20).text for _ in range(4)]

    assert said == ["a 1", "a 2", "a 3", "a 4"]


@pytest.mark.parametrize("status", [400, 408, 413, 500])
def test_a_connection_serves_on_after_an_error(serve, status):
    async def refuse_first(exchange):
        # A page that is too large is sent twice.
        bad = server.posts <= 1 + (status == 413)
        await exchange.reply({"error": "no"} if bad else completion(), status if bad else 200)

    server = serve(refuse_first)
    with session(server, attempts=1) as opened:
        assert opened.submit(page()).result(20).failure is not None
        assert opened.submit(page()).result(20).text == ANSWER

    assert len({id(exchange.writer) for exchange in server.exchanges}) == 1


def test_a_line_that_comes_byte_by_byte_costs_each_byte_once():
    async def dripped(count):
        async def bytes_():
            for _ in range(count):
                yield b"x"

        return [line async for line in lines(bytes_())]

    def cost(count):
        return least_seconds(lambda: asyncio.run(dripped(count)))

    assert asyncio.run(dripped(1000)) == [b"x" * 1000]

    # Looked at again and again, four times as many bytes would cost sixteen times as much.
    assert cost(160_000) < 10 * cost(40_000)


def test_lines_are_cut_wherever_the_pieces_are():
    async def cut(size):
        text = b"data: one\n\ndata: two\r\n: none\n\nlast"

        async def pieces():
            for start in range(0, len(text), size):
                yield text[start : start + size]

        return [line async for line in lines(pieces())]

    expected = [b"data: one", b"", b"data: two\r", b": none", b"", b"last"]
    assert all(asyncio.run(cut(size)) == expected for size in (1, 2, 7, 100))
