"""How many requests one page may cost, counted at the server."""

from __future__ import annotations

import json

import pytest

from dsocr_integrations.engines.server import ServerEngine, session
from dsocr_integrations.engines.server.faults import TooManyTokensError, of_status
from dsocr_integrations.runner import Runner
from tests.engines.server.asking import ask, page
from tests.engines.server.asking import session as opened
from tests.engines.server.clocks import FakeClock
from tests.engines.server.scripted_server import ANSWER, completion
from tests.engines.server.test_engine import picture_of
from tests.scripted_engine import write_pdf

TOO_LONG = (
    "This model's maximum context length is 4096 tokens. However, you requested 7905 tokens "
    "(905 in the messages, 7000 in the completion). Please reduce the length."
)


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch):
    monkeypatch.setattr(session, "RealClock", FakeClock)


@pytest.fixture
def read(serve, tmp_path):
    """Read one page; its record and the server."""

    def read(script):
        server = serve(script)
        pdf = write_pdf(tmp_path / "a.pdf", ["The valve is shut."])
        with Runner(ServerEngine(server.url), cache=False) as runner:
            document = runner.read(pdf)
        (record,) = (*document.pages, *document.errors)
        return record, server

    return read


def refuses(status, message, body=None):
    async def script(exchange):
        await exchange.reply(body or {"error": {"message": message}}, status)

    return script


@pytest.mark.parametrize(
    ("script", "most"),
    [
        (refuses(500, "out of luck"), 4),
        (refuses(200, "", {"choices": []}), 4),
        (refuses(400, "The picture is broken."), 1),
        (refuses(413, "Payload too large"), 2),
        (refuses(400, TOO_LONG), 2),
    ],
    ids=["500", "no choices", "400", "413", "context"],
)
def test_a_page_that_fails_costs_few_requests(read, script, most):
    error, server = read(script)
    assert error.kind == "engine"
    assert server.posts == most


@pytest.mark.parametrize("first", [413, 400, "ban", 500], ids=str)
def test_a_page_that_is_asked_otherwise_and_fails_all_the_same_costs_no_more(read, first):
    told = {
        413: ("Payload too large", 413),
        400: (TOO_LONG, 400),
        "ban": ("vllm_xargs.whitelist_token_ids: Input should be a valid string", 400),
        500: ("out of luck", 500),
    }[first]
    said = [told]

    async def script(exchange):
        message, status = said.pop() if said else ("out of luck", 500)
        await exchange.reply({"error": {"message": message}}, status)

    error, server = read(script)
    assert "out of luck" in error.message
    assert server.posts == 4


@pytest.mark.parametrize("last", [413, 400])
def test_a_last_try_is_the_last_whatever_the_server_would_have(read, last):
    faults = [(500, "out of luck")] * 3 + [(last, TOO_LONG)]

    async def script(exchange):
        status, message = faults.pop(0)
        await exchange.reply({"error": {"message": message}}, status)

    error, server = read(script)
    assert f"status {last}" in error.message
    assert server.posts == 4


def test_a_single_try_is_not_used_up_by_the_form_of_the_request(serve):
    async def script(exchange):
        if "vllm_xargs" in exchange.body:
            await exchange.reply({"error": {"message": "vllm_xargs: no list"}}, 400)
        else:
            await exchange.reply(completion())

    server = serve(script)
    assert ask(opened(server, attempts=1)).text == ANSWER
    assert server.posts == 2


def test_a_connection_that_breaks_costs_no_more(read):
    async def hang_up(exchange):
        exchange.writer.transport.abort()

    error, server = read(hang_up)
    assert error.kind == "connection"
    assert server.posts == 4


@pytest.mark.parametrize(
    ("message", "asked"),
    [
        (TOO_LONG, 4096 - 905 - 1),
        (
            (
                "'max_tokens' or 'max_completion_tokens' is too large: 7000. This model's maximum context "
                "length is 4096 tokens and your request has 905 input tokens (7000 > 4096 - 905)."
            ),
            4096 - 905 - 1,
        ),
        (
            (
                "You passed 905 input tokens and requested 7000 output tokens. However, the model's "
                "context length is only 4096 tokens, resulting in a maximum input length of 0 tokens."
            ),
            4096 - 905 - 1,
        ),
        (
            (
                "Requested token count exceeds the model's maximum context length of 4096 tokens. You "
                "requested a total of 7905 tokens: 905 tokens from the input messages and 7000 tokens "
                "for the completion. Please reduce the number of tokens."
            ),
            4096 - 905 - 1,
        ),
        (
            (
                "This model's maximum context length is 4096 tokens. However, you requested 7000 output "
                "tokens and your prompt contains at least 1 input tokens, for a total of at least 7001."
            ),
            4096 - 1192,
        ),
        (
            (
                "max_tokens=7000 cannot be greater than max_model_len=max_total_tokens=4096. Please "
                "request fewer output tokens."
            ),
            4096 - 1192,
        ),
    ],
    ids=["vllm", "vllm max_tokens", "vllm passed", "sglang", "lower bound", "no prompt"],
)
def test_a_server_with_little_room_is_asked_for_what_fits(read, message, asked):
    async def script(exchange):
        if exchange.body["max_tokens"] > asked:
            await exchange.reply({"error": {"message": message}}, 400)
        else:
            await exchange.reply(completion())

    read_, server = read(script)
    assert read_.markdown == "The valve is shut."
    assert [body["max_tokens"] for body in server.asked] == [7000, asked]


def test_the_next_page_is_asked_for_less_at_once(serve):
    async def script(exchange):
        fits = exchange.body["max_tokens"] + 905 <= 4096
        await exchange.reply(completion() if fits else {"message": TOO_LONG}, 200 if fits else 400)

    server = serve(script)
    with opened(server) as session_:
        for _ in range(3):
            assert session_.submit(page()).result(20).text == ANSWER
    assert server.posts == 4


def test_a_prompt_without_room_for_an_answer_is_final(serve):
    message = TOO_LONG.replace("905 in", "4000 in")
    server = serve(refuses(400, message))
    failure = ask(opened(server)).failure
    assert server.posts == 1
    assert failure.is_final
    assert "4096 tokens" in failure.message


def test_a_request_that_is_too_large_is_sent_smaller_once(read):
    async def script(exchange):
        if max(picture_of(exchange.body).size) > 400:
            await exchange.reply(b"<html>413</html>", 413)
        else:
            await exchange.reply(completion())

    read_, server = read(script)
    assert [picture_of(body).size for body in server.asked] == [(480, 640), (240, 320)]
    assert read_.markdown == "The valve is shut."
    assert "sent with 240 x 320 pixels" in read_.reading.mode_note


@pytest.mark.parametrize("finish", ["stop", "eos", "eos_token", "end_turn", "stop_sequence"])
def test_content_in_parts_and_other_words_for_the_end_are_answers(read, finish):
    async def script(exchange):
        parts = [{"type": "text", "text": ANSWER[:30]}, {"type": "text", "text": ANSWER[30:]}]
        await exchange.reply(completion(parts, finish=finish))

    read_, server = read(script)
    assert read_.markdown == "The valve is shut."
    assert read_.reading.quality.trusted
    assert server.posts == 1


def test_content_in_parts_streams(serve):
    async def script(exchange):
        delta = {"delta": {"content": [{"type": "text", "text": ANSWER}]}, "finish_reason": None}
        end = {"delta": {}, "finish_reason": "eos"}
        events = [f"data: {json.dumps({'choices': [one]})}\n\n" for one in (delta, end)]
        await exchange.stream(events)

    with opened(serve(script)) as session_:
        assert "".join(session_.stream(page())) == ANSWER


def test_a_long_message_is_understood_to_its_end():
    said = "x" * 500 + TOO_LONG
    fault = of_status(400, {}, {"error": {"message": said}})
    assert isinstance(fault, TooManyTokensError)
    assert (fault.context, fault.prompt) == (4096, 905)
    assert len(fault.message) < 300
