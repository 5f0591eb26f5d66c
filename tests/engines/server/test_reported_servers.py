"""What users of such servers report, replayed: answers elsewhere, fields and pictures refused."""

from __future__ import annotations

import json

import pytest

from dsocr_integrations.engines.server import ServerEngine, session
from dsocr_integrations.engines.server.wrapping import unwrapped
from dsocr_integrations.errors import ConfigurationError, EngineUnavailableError
from dsocr_integrations.prompts import Prompt
from dsocr_integrations.runner import Runner
from tests.engines.server.asking import ask, page
from tests.engines.server.asking import session as opened
from tests.engines.server.clocks import FakeClock
from tests.engines.server.scripted_server import ANSWER, MODEL, completion, event
from tests.engines.server.test_engine import picture_of
from tests.scripted_engine import write_pdf

SAID = "The valve is shut."
EVENTS = (event(ANSWER[:30]) + event(ANSWER[30:], "stop") + "data: [DONE]\n\n").encode()


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch):
    monkeypatch.setattr(session, "RealClock", FakeClock)


@pytest.fixture
def read(serve, tmp_path):
    """Read one page; its record and the server."""

    def read(script, **options):
        server = serve(script)
        with Runner(ServerEngine(server.url, **options), cache=False) as runner:
            document = runner.read(write_pdf(tmp_path / "a.pdf", [SAID]))
        (record,) = (*document.pages, *document.errors)
        return record, server

    return read


def says(body, status=200, **headers):
    async def script(exchange):
        await exchange.reply(body, status, **headers)

    return script


def message(**fields):
    return {"model": MODEL, "choices": [{"message": fields, "finish_reason": "stop"}]}


def ollama(text, *, done=True, **fields):
    body = {"model": MODEL, "message": {"role": "assistant", "content": text, **fields}}
    return body | {"done": done, "done_reason": "stop"}


@pytest.mark.parametrize(
    ("body", "dialect"),
    [
        (message(content=None, reasoning_content=ANSWER), "vllm"),
        (message(content="", reasoning=ANSWER), "vllm"),
        (ollama("", thinking=ANSWER), "ollama"),
        ({"model": MODEL, "choices": [{"text": ANSWER, "finish_reason": "stop"}]}, "vllm"),
        (EVENTS, "vllm"),
        (b": PROCESSING\n\n" + EVENTS, "openai"),
        (
            b"\n".join(
                json.dumps(one).encode()
                for one in (ollama(ANSWER[:9], done=False), ollama(ANSWER[9:]), ollama(""))
            ),
            "ollama",
        ),
        (json.dumps(ollama(ANSWER), indent=1).encode(), "ollama"),
        (completion(f"<think>\n\n</think>\n\n{ANSWER}"), "vllm"),
        (completion(f"<image>\n{Prompt.MARKDOWN}\n{ANSWER}"), "vllm"),
        (completion(f"Convert the document to markdown.\n{ANSWER}"), "ollama"),
        (completion(f"```markdown\n{ANSWER}```"), "vllm"),
        (completion(f"{ANSWER}</s>"), "vllm"),
        (completion(ANSWER.replace("valve", "val\x00\x07ve")), "vllm"),
        (completion(model=f"hosted_vllm/{MODEL}"), "vllm"),
        (completion(model="deepseek-ocr"), "vllm"),
        (b"\n\n\xef\xbb\xbf"[2:] + json.dumps(completion()).encode(), "vllm"),
    ],
)
def test_an_answer_is_found_wherever_it_stands(read, body, dialect):
    wire = "ollama" if dialect == "ollama" else "openai"
    if wire == "ollama" and isinstance(body, dict) and "choices" in body:
        body = ollama(body["choices"][0]["message"]["content"])
    record, server = read(says(body), dialect=dialect, model=MODEL)
    assert record.markdown == SAID
    assert record.reading.quality.trusted
    assert server.posts == 1


def test_a_whole_answer_to_who_wanted_pieces_is_one_piece(serve):
    server = serve(says(completion(), Content_Type="application/json; charset=utf-8"))
    with opened(server) as session_:
        assert list(session_.stream(page())) == [ANSWER]
    assert server.posts == 1


@pytest.mark.parametrize(
    "echo",
    [str(Prompt.MARKDOWN), "Convert the document to markdown.", f"<image>\n{Prompt.MARKDOWN}"],
)
def test_an_answer_that_only_repeats_the_prompt_is_none(read, echo):
    record, _ = read(says(completion(echo)))
    assert record.markdown == ""
    assert record.reading.quality.reasons == ("empty",)


@pytest.mark.parametrize(
    "text",
    [
        "Convert the document to markdown. Then send it.",
        "A page.\n```python\nprint()\n```\nAnd more.",
        "```python\nprint()\n```",
        "```\na\n```\nand\n```\nb\n```",
        "<think>This is the heading</think>",
        "  indented",
    ],
)
def test_what_a_page_may_say_is_not_unwrapped(text):
    assert unwrapped(text, str(Prompt.MARKDOWN)) == text


@pytest.mark.parametrize(
    ("field", "status", "said"),
    [
        ("skip_special_tokens", 400, "Unrecognized request argument supplied: skip_special_tokens"),
        (
            "skip_special_tokens",
            422,
            "('body', 'skip_special_tokens'): Extra inputs are not permitted",
        ),
        ("seed", 422, "seed: Extra inputs are not permitted"),
        ("seed", 400, "UnsupportedParamsError: does not support parameters: ['seed']"),
        (
            "max_tokens",
            400,
            "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead.",
        ),
    ],
)
def test_a_field_that_is_refused_is_left_out_from_then_on(serve, caplog, field, status, said):
    async def script(exchange):
        refused = field in exchange.body
        error = {"error": {"message": said}}
        await exchange.reply(error if refused else completion(), status if refused else 200)

    server = serve(script)
    with opened(server) as session_:
        for _ in range(3):
            assert session_.submit(page()).result(20).text == ANSWER
    assert server.posts == 4
    assert "vllm_xargs" in server.asked[-1], "the others stay"
    assert ("max_completion_tokens" in server.asked[-1]) is (field == "max_tokens")
    (record,) = caplog.records
    assert f"does not take {field}" in record.getMessage()


def test_a_refusal_that_repeats_the_request_refuses_none_of_its_fields(serve):
    async def script(exchange):
        detail = [{"loc": ["body", "prompt"], "msg": "Field required", "input": exchange.body}]
        await exchange.reply({"detail": detail}, 400)

    server = serve(script)
    failure = ask(opened(server)).failure
    assert "Field required" in failure.message
    assert server.posts == 1


def test_a_field_that_is_named_for_ever_is_left_out_once(serve):
    server = serve(says({"error": {"message": "seed, vllm_xargs: something is wrong"}}, 400))
    with opened(server) as session_:
        for posts in (3, 4):
            assert "something is wrong" in session_.submit(page()).result(20).failure.message
            assert server.posts == posts


def test_a_server_that_refuses_field_after_field_still_reads(serve):
    async def script(exchange):
        for field in ("vllm_xargs", "skip_special_tokens", "seed"):
            if field in exchange.body:
                await exchange.reply({"error": {"message": f"Unknown argument: {field}"}}, 400)
                return
        await exchange.reply(completion())

    server = serve(script)
    assert ask(opened(server)).text == ANSWER
    assert server.posts == 4


@pytest.mark.parametrize(
    "said",
    [
        "Invalid max_tokens value, the valid range of max_tokens is [1, 4096]",
        "max_tokens must be less than or equal to `4096`, the maximum value for `max_tokens`",
        "max_tokens is too large: 7000. This model supports at most 4096 completion tokens",
        "max_tokens should not exceed 4096",
    ],
)
def test_a_server_that_bounds_the_answer_is_asked_for_that(serve, said):
    async def script(exchange):
        fits = exchange.body["max_tokens"] <= 4096
        await exchange.reply(completion() if fits else {"message": said}, 200 if fits else 400)

    server = serve(script)
    with opened(server) as session_:
        for _ in range(2):
            assert session_.submit(page()).result(20).text == ANSWER
    assert [body["max_tokens"] for body in server.asked] == [7000, 4096, 4096]


@pytest.mark.parametrize(
    "said",
    [
        "messages.0.content.0.image: image exceeds 5 MB maximum: 7340032 bytes > 5242880 bytes",
        "Request payload is too large",
    ],
)
def test_a_picture_that_is_too_large_by_any_status_is_sent_smaller_once(read, said):
    async def script(exchange):
        small = max(picture_of(exchange.body).size) < 400
        await exchange.reply(completion() if small else {"message": said}, 200 if small else 400)

    record, server = read(script)
    assert record.markdown == SAID
    assert server.posts == 2


CANNOT_SEE = [
    (500, "image input is not supported - hint: you may need to provide the mmproj"),
    (400, "/model is not a multimodal model"),
    (400, "Model does not support images. Please use a model that does."),
    (400, "messages[0]: unknown variant `image_url`, expected `text`"),
]


@pytest.mark.parametrize(
    ("status", "said", "told"),
    [
        *((status, said, "takes no pictures") for status, said in CANNOT_SEE),
        (400, "no longer allowed, so you must provide a chat template", "lacks a chat template"),
        (400, "No models loaded. Please load a model in the developer page", "no model loaded"),
        (429, "You exceeded your current quota, please check your plan", "of this account"),
        (400, "Budget has been exceeded! Current cost: 10.1", "of this account"),
        (403, "Sorry, your account balance is insufficient", "of this account"),
    ],
)
def test_what_no_page_will_fare_better_with_ends_the_run_at_once(serve, status, said, told):
    server = serve(says({"error": {"message": said}}, status))
    with pytest.raises(ConfigurationError, match=told) as error:
        ask(opened(server))
    assert said.rstrip(".") in str(error.value)
    assert server.posts == 1


@pytest.mark.parametrize(("status", "said"), CANNOT_SEE)
def test_a_server_that_has_read_pages_can_see(serve, status, said):
    left = [status, None]

    async def script(exchange):
        refused = left.pop() if left else None
        body = {"error": {"message": said}} if refused else completion()
        await exchange.reply(body, refused or 200)

    with opened(serve(script), attempts=1) as session_:
        assert session_.submit(page()).result(20).text == ANSWER
        assert said.rstrip(".") in session_.submit(page()).result(20).failure.message
        assert session_.submit(page()).result(20).text == ANSWER


@pytest.mark.parametrize(
    "said", ["The model has crashed without additional information.", "Channel Error"]
)
def test_a_model_that_crashes_is_asked_again_whatever_the_status(read, said):
    left = [400]

    async def script(exchange):
        status = left.pop() if left else 200
        await exchange.reply({"error": said} if status == 400 else completion(), status)

    record, server = read(script)
    assert record.markdown == SAID
    assert server.posts == 2


def test_why_a_server_is_busy_is_told(serve):
    server = serve(says({"error": {"message": "free-models-per-day"}}, 429))
    with pytest.raises(EngineUnavailableError, match="status 429: free-models-per-day"):
        ask(opened(server, patience=5))


def test_where_a_server_sends_to_is_told_without_its_secrets(serve):
    place = "https://me:pass-word@ocr.example/v1/chat/completions?token=abcdefgh"
    with pytest.raises(ConfigurationError) as error:
        ask(opened(serve(says(b"", 308, Location=place))))
    assert "sent on to https://ocr.example/v1/chat/completions)" in str(error.value)


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (
            {"code": 50603, "message": "System is too busy now."},
            "no choices: System is too busy now.",
        ),
        (b"<html>Please log in</html>", "is a web page"),
    ],
)
def test_what_came_in_place_of_an_answer_is_told(read, body, told):
    error, server = read(says(body))
    assert told in error.message
    assert server.posts == 4


def test_a_list_of_models_may_be_a_bare_list(serve, tmp_path):
    server = serve(models=[], get=says([{"id": MODEL, "object": "model"}]))
    assert ServerEngine(server.url).served.model == MODEL
