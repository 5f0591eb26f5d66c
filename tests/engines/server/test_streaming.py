"""An answer as it grows, and a stream that breaks, stalls, loops or is left."""

from __future__ import annotations

import asyncio
import json
import threading
from dataclasses import replace

import pytest

from dsocr_integrations.engines.server import transport
from dsocr_integrations.errors import EngineUnavailableError, PageReadError
from tests.engines.server.asking import ask, page, session
from tests.engines.server.scripted_server import ANSWER, event

DONE = "data: [DONE]\n\n"


def streams(*pieces, whole=True):
    async def script(exchange):
        await exchange.stream(list(pieces), whole=whole)
        if not whole:
            exchange.writer.transport.abort()

    return script


def said(opened, request=None):
    with opened:
        return list(opened.stream(request or page()))


def test_pieces_come_as_they_are_said(serve):
    usage = 'data: {"choices": [], "usage": {"prompt_tokens": 9}}\n\n'
    server = serve(
        streams(
            ": comment\n", event(ANSWER[:20]), event(ANSWER[20:]), event("", "stop"), usage, DONE
        )
    )

    assert said(session(server)) == [ANSWER[:20], ANSWER[20:]]
    assert server.asked[0]["stream"] is True


def test_who_hears_the_pieces_gets_the_same_reading(serve):
    usage = 'data: {"choices": [], "usage": {"prompt_tokens": 9, "completion_tokens": 7}}\n\n'
    server = serve(streams(event(ANSWER[:20]), event(ANSWER[20:]), event("", "stop"), usage, DONE))
    heard: list[str] = []
    reading = ask(session(server), replace(page(), heard=heard.append))
    assert heard == [ANSWER[:20], ANSWER[20:]]
    assert (reading.text, reading.finish_reason) == (ANSWER, "stop")
    assert (reading.prompt_tokens, reading.output_tokens) == (9, 7)
    assert server.asked[0]["stream_options"] == {"include_usage": True}


def test_an_answer_that_breaks_off_is_asked_for_again_though_it_was_heard(serve):
    scripts = iter([streams(event("half"), whole=False), streams(event(ANSWER), event("", "stop"))])

    async def script(exchange):
        await next(scripts)(exchange)

    heard: list[str] = []
    reading = ask(session(serve(script)), replace(page(), heard=heard.append))
    assert heard == ["half", ANSWER]
    assert reading.text == ANSWER


def test_nobody_waits_for_tokens_that_do_not_come(serve, monkeypatch):
    monkeypatch.setattr(transport, "PATIENCE_AFTER_END", 0.05)

    async def script(exchange):
        await exchange.stream([event(ANSWER), event("", "stop")], whole=False)
        await asyncio.to_thread(done.wait, 20)

    done = threading.Event()
    try:
        assert said(session(serve(script))) == [ANSWER]
    finally:
        done.set()


def test_a_piece_may_come_in_halves(serve):
    text = event(ANSWER) + event("", "stop")
    server = serve(streams(*text))

    assert said(session(server)) == [ANSWER]


def test_pieces_come_before_the_answer_is_complete(serve):
    go_on = threading.Event()

    async def script(exchange):
        await exchange.stream([event("first")], whole=False)
        await asyncio.to_thread(go_on.wait, 20)
        last = (event("second") + event("", "stop")).encode()
        exchange.writer.write(f"{len(last):x}\r\n".encode() + last + b"\r\n0\r\n\r\n")
        await exchange.writer.drain()

    with session(serve(script)) as opened:
        pieces = opened.stream(page())
        assert next(pieces) == "first"
        go_on.set()
        assert list(pieces) == ["second"]


def test_ollama_streams_lines(serve):
    lines = [
        json.dumps({"message": {"content": "The valve "}, "done": False}),
        json.dumps({"message": {"content": "is shut."}, "done": False}),
        json.dumps({"message": {"content": ""}, "done": True, "done_reason": "stop"}),
    ]
    server = serve(streams(*(f"{line}\n" for line in lines)))

    assert said(session(server, dialect="ollama")) == ["The valve ", "is shut."]


@pytest.mark.parametrize(
    ("pieces", "whole"),
    [
        ((event("The val"),), True),
        ((event("The val"),), False),
        ((event("The val"), 'data: {"choices": [{"del\n\n'), True),
        ((event("The val"), 'data: {"error": {"message": "CUDA"}}\n\n'), True),
        ((event("The val"), "data: " + "x" * 1_100_000), True),
    ],
)
def test_a_broken_stream_is_told_and_not_begun_again(serve, pieces, whole):
    server = serve(streams(*pieces, whole=whole))
    with session(server) as opened:
        stream = opened.stream(page())
        assert next(stream) == "The val"
        with pytest.raises(PageReadError):
            list(stream)

    assert server.posts == 1


def test_a_stream_that_fails_before_its_first_piece_is_begun_again(serve):
    seen = []

    async def script(exchange):
        seen.append(1)
        if len(seen) == 1:
            await exchange.reply({"error": "no"}, 500)
        else:
            await exchange.stream([event(ANSWER), event("", "stop"), DONE])

    assert said(session(serve(script))) == [ANSWER]


def test_leaving_a_stream_closes_its_connection(serve):
    async def script(exchange):
        await exchange.stream([event("The val")], whole=False)
        await exchange.silence()

    server = serve(script)
    with session(server) as opened:
        stream = opened.stream(page())
        next(stream)
        stream.close()
        assert server.hung_up.wait(10)


def test_a_stream_that_stalls_ends_with_the_time_limit(serve):
    async def script(exchange):
        await exchange.stream([event("The val")], whole=False)
        await exchange.silence()

    server = serve(script)
    with pytest.raises(PageReadError, match="2 seconds"):
        said(session(server, timeout=2))
    assert server.hung_up.wait(10)


def test_a_stream_that_runs_in_circles_is_ended(serve, caplog):
    async def script(exchange):
        exchange.writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            exchange.writer.write(event("The valve is shut. " * 20).encode())
            await exchange.writer.drain()

    server = serve(script)
    pieces = said(session(server))

    assert 4_000 < len("".join(pieces)) < 20_000
    assert "ran in circles" in caplog.text
    assert server.hung_up.wait(10)


def test_a_stream_from_nobody_is_told(serve):
    server = serve()
    server.kill()

    with pytest.raises(EngineUnavailableError):
        said(session(server, patience=5))
