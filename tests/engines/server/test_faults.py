"""What one page meets: faults that pass, faults that stay, silence, and giving it up."""

from __future__ import annotations

import threading
from concurrent.futures import CancelledError

import pytest

from dsocr_integrations.engines.base import ReadRequest
from dsocr_integrations.engines.server.faults import retry_after, words
from dsocr_integrations.errors import (
    BrokenSourceError,
    ConfigurationError,
    EngineUnavailableError,
)
from tests.engines.server.asking import Painted, ask, page, session
from tests.engines.server.clocks import FakeClock
from tests.engines.server.scripted_server import ANSWER, MODEL, completion, statuses

LOOP = "The valve is shut. " * 400


def first(fault):
    """The first answer is this fault, the rest are sound."""
    seen = []

    async def script(exchange):
        seen.append(exchange)
        if len(seen) == 1:
            await fault(exchange)
        else:
            await exchange.reply(completion())

    return script


def reply(*arguments, **options):
    async def script(exchange):
        await exchange.reply(*arguments, **options)

    return script


async def cut_off(exchange):
    await exchange.cut_off(completion())


async def hang_up(exchange):
    exchange.writer.transport.abort()


PASSING = {
    "500": reply({"error": {"message": "out of luck"}}, 500),
    "502": reply(b"<html>", 502),
    "504": reply(b"", 504),
    "half JSON": reply(b'{"choices": [{"message"'),
    "endless nesting": reply(b"[" * 100_000),
    "an error with status 200": reply({"error": {"message": "CUDA"}}),
    "an error object": reply({"object": "error", "message": "CUDA"}),
    "no choices": reply({"choices": []}),
    "no text": reply({"choices": [{"message": {"content": 7}, "finish_reason": "stop"}]}),
    "a list": reply([1]),
    "another model": reply(completion(model="gpt-x")),
    "a reset": cut_off,
    "no answer at all": hang_up,
}


@pytest.mark.parametrize("fault", PASSING.values(), ids=PASSING)
def test_what_may_pass_is_asked_again(serve, fault):
    server = serve(first(fault))

    reading = ask(session(server))

    assert (reading.text, reading.failure) == (ANSWER, None)
    assert server.posts == 2


@pytest.mark.parametrize("name", [name for name in PASSING if name != "502"])
def test_what_stays_is_a_failure_of_the_page(serve, name):
    server = serve(PASSING[name])

    reading = ask(session(server, attempts=3))

    assert server.posts == 3
    assert reading.text == ""
    assert reading.failure.kind in {"engine", "connection"}
    assert reading.failure.message


def test_a_refused_page_is_not_asked_again(serve):
    server = serve(reply({"error": {"message": "The prompt is too long."}}, 400))

    reading = ask(session(server))

    assert server.posts == 1
    assert reading.failure.kind == "engine"
    assert "The prompt is too long." in reading.failure.message


@pytest.mark.parametrize("status", [429, 503])
def test_a_busy_server_is_asked_when_it_says(serve, status):
    server = serve(statuses(status, status, Retry_After="7"))
    clock = FakeClock()

    assert ask(session(server, clock=clock, attempts=1)).text == ANSWER
    assert clock.waits == [7, 7]


def test_a_busy_server_that_names_no_time_is_left_alone_for_longer_and_longer(serve):
    clock = FakeClock()

    ask(session(serve(statuses(429, 429, 429)), clock=clock))

    assert clock.waits == [0.5, 1, 2]


def test_a_busy_server_that_says_at_once_is_left_alone_all_the_same(serve):
    clock = FakeClock()

    ask(session(serve(statuses(429, 503, 429, Retry_After="0")), clock=clock))

    assert clock.waits == [0.5, 0.5, 0.5]


def test_a_wait_beyond_all_patience_is_told_at_once(serve):
    server = serve(statuses(429, Retry_After="3600"))

    with pytest.raises(EngineUnavailableError, match="status 429"):
        ask(session(server, patience=60))
    assert server.posts == 1


@pytest.mark.parametrize(
    ("value", "date", "seconds"),
    [
        ("12", None, 12),
        ("0.5", None, 0.5),
        ("-3", None, 0),
        ("inf", None, None),
        ("soon", None, None),
        ("Sun, 22 Nov 2026 10:00:30 GMT", "Sun, 22 Nov 2026 10:00:00 GMT", 30),
        ("Sun, 22 Nov 2026 10:00:00 GMT", "Sun, 22 Nov 2026 10:00:30 GMT", 0),
    ],
)
def test_how_long_to_wait_is_a_number_or_a_date(value, date, seconds):
    headers = {"retry-after": value} | ({"date": date} if date else {})

    assert retry_after(headers) == seconds


def test_silence_ends_with_the_time_limit_and_closes_the_connection(serve):
    async def silent(exchange):
        await exchange.silence()

    server = serve(silent)

    reading = ask(session(server, timeout=2))

    assert reading.failure.kind == "timeout"
    assert "2 seconds" in reading.failure.message
    assert server.posts == 1
    assert server.hung_up.wait(10)


def test_a_page_given_up_closes_its_connection(serve):
    arrived = threading.Event()

    async def silent(exchange):
        arrived.set()
        await exchange.silence()

    server = serve(silent)
    with session(server) as opened:
        future = opened.submit(page())
        assert arrived.wait(10)
        assert future.cancel()
        assert server.hung_up.wait(10)
        with pytest.raises(CancelledError):
            future.result(10)
        server.script = reply(completion())
        assert opened.submit(page()).result(10).text == ANSWER


def test_closing_a_session_ends_what_is_in_flight(serve):
    arrived = threading.Event()

    async def silent(exchange):
        arrived.set()
        await exchange.silence()

    server = serve(silent)
    with session(server) as opened:
        future = opened.submit(page())
        assert arrived.wait(10)

    assert future.cancelled()
    assert server.hung_up.wait(10)
    with pytest.raises(EngineUnavailableError):
        opened.submit(page())


def test_a_page_that_cannot_be_drawn_is_a_failure_of_the_page(serve):
    class Broken(Painted):
        def render(self, dpi):
            raise BrokenSourceError("The page is damaged.")

    reading = ask(session(serve()), ReadRequest(Broken(), "Free OCR."))

    assert (reading.failure.kind, reading.failure.message) == ("render", "The page is damaged.")


@pytest.mark.parametrize(
    ("text", "finish", "expected"),
    [
        (ANSWER, "stop", "stop"),
        (ANSWER, "length", "length"),
        (LOOP, "length", "loop"),
        (ANSWER, "content_filter", "error"),
        (ANSWER, None, "error"),
    ],
)
def test_how_an_answer_ended_is_told(serve, text, finish, expected):
    server = serve(reply(completion(text, finish=finish)))

    assert ask(session(server)).finish_reason == expected


def test_token_counts_that_make_no_sense_are_left_out(serve):
    body = completion() | {"usage": {"prompt_tokens": "many", "completion_tokens": -4}}

    reading = ask(session(serve(reply(body))))

    assert (reading.prompt_tokens, reading.output_tokens) == (None, None)


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (404, {"error": {"message": "The model `x` does not exist."}}),
        (404, {"error": "model 'x' not found, try pulling it first"}),
        (400, {"code": 20012, "message": "Model does not exist. Please check it carefully."}),
    ],
)
def test_a_wrong_model_is_told_with_those_that_are_served(serve, status, body):
    server = serve(reply(body, status), models=["gpt-x", "llama-y"])

    with pytest.raises(ConfigurationError) as raised:
        ask(session(server))

    assert f"does not serve {MODEL!r} but gpt-x, llama-y" in str(raised.value)
    assert "--model" in raised.value.remedy


def test_a_server_that_lists_a_model_and_answers_for_another_ends_the_run(serve):
    body = {"detail": f"Server is pinned to 'deepseek-x'; requested '{MODEL}'."}
    server = serve(reply(body, 400))

    with pytest.raises(ConfigurationError, match="pinned to 'deepseek-x'") as raised:
        ask(session(server))

    assert "--model" in raised.value.remedy
    assert server.posts == 1


@pytest.mark.parametrize(
    ("status", "remedy"),
    [
        (401, "DSOCR_SERVER_API_KEY"),
        (403, "DSOCR_SERVER_API_KEY"),
        (404, "/v1"),
        (307, "/v1"),
        (422, "DSOCR_SERVER_DIALECT"),
    ],
)
def test_a_server_that_refuses_everything_is_told_with_a_remedy(serve, status, remedy):
    server = serve(reply({"detail": "Unexpected fields\x1b[31m"}, status))

    with pytest.raises(ConfigurationError, match=remedy) as raised:
        ask(session(server))

    assert "Unexpected fields [31m" in raised.value.message
    assert server.posts == 1


def test_what_a_server_says_is_bounded():
    assert len(words({"error": {"message": "x" * 10_000}})) == 201
    assert words({"error": {"message": {"deep": 1}}}) == ""
    assert words(None) == ""
