"""What is sent to each kind of server, and what its answers become."""

from __future__ import annotations

import json
import logging
import pickletools
import runpy
from pathlib import Path

import pytest

from dsocr_integrations.engines.base import Sampling
from dsocr_integrations.engines.no_repeat_ngram import NgramBan
from dsocr_integrations.engines.server import bans
from dsocr_integrations.engines.server.dialects import DIALECTS, hosted_dialect
from dsocr_integrations.engines.server.requests import body_of
from dsocr_integrations.errors import ConfigurationError
from tests.engines.server.asking import ask, page, served, session
from tests.engines.server.scripted_server import ANSWER, MODEL, completion

DOCS = Path(__file__).parents[3] / "docs"


def sent(name, request=None, *, stream=False):
    asked = served(name)
    request = request or page()
    question = asked.profile.question(request.prompt)
    return json.loads(body_of(question, request.sampling, "AAAA", asked, stream=stream))


def test_the_page_about_servers_says_what_the_code_has():
    page = (DOCS / "servers.md").read_text("utf-8")
    written = runpy.run_path(str(DOCS / "write_servers.py"))["written"]
    assert written(page) == page, "run `make servers-page`"
    assert all(f"### `{name}`: " in page for name in DIALECTS)


@pytest.mark.parametrize("name", DIALECTS)
def test_every_dialect_says_what_it_is_known_from_and_what_to_do(name):
    dialect = DIALECTS[name]
    assert dialect.run or dialect.read
    assert dialect.start
    assert dialect.tags == "kept" or dialect.lost_tags
    assert bool(dialect.ban) == bool(dialect.banning)


@pytest.mark.parametrize("name", DIALECTS)
def test_every_dialect_sends_one_picture_and_the_plain_prompt(serve, name):
    server = serve()
    ask(session(server, dialect=name), page("<image>\nFree OCR.", mode="auto"))
    text = json.dumps(server.asked[0])

    assert text.count("iVBORw0KGgo") == 1
    assert "<image>" not in text
    assert "Free OCR." in text


@pytest.mark.parametrize("name", [name for name in DIALECTS if name != "ollama"])
def test_standard_fields(name):
    body = sent(name)

    assert body["model"] == MODEL
    assert (body["temperature"], body["seed"], body["stream"]) == (0.0, 0, False)
    assert body["max_tokens"] == 7000


@pytest.mark.parametrize(
    "name", ["siliconflow", "novita", "openai", "transformers", "lm-studio", "mlx-vlm"]
)
def test_strict_servers_get_nothing_else(name):
    assert set(sent(name)) == {"messages", "model", "stream", "max_tokens", "temperature", "seed"}


def test_vllm_keeps_tags_and_bans_repeated_ngrams():
    body = sent("vllm")

    assert body["skip_special_tokens"] is False
    assert body["vllm_xargs"] == {
        "ngram_size": 30,
        "window_size": 90,
        "whitelist_token_ids": [128821, 128822],
    }


def test_llama_cpp_makes_repeats_as_good_as_impossible():
    dry = {key: value for key, value in sent("llama.cpp").items() if key.startswith("dry_")}

    assert dry == {
        "dry_multiplier": 100.0,
        "dry_allowed_length": 29,
        "dry_penalty_last_n": 90,
        "dry_sequence_breakers": ["<td>", "</td>"],
    }
    # An empty list is refused.
    assert bans.llama_cpp(NgramBan(35, 128, frozenset()))["dry_sequence_breakers"]


@pytest.mark.parametrize(
    ("name", "version", "tiles"),
    [
        ("vllm", "", 6),
        ("llama.cpp", "b9992-3e706dd5", None),
        ("llama.cpp", "b9993-3e706dd5", 9),
        ("llama.cpp", "", None),
        ("ollama", "0.32.1", None),
        ("ollama", "0.32.15-rc0", 9),
        ("ollama", "1.0", 9),
        ("openai", "2", None),
    ],
)
def test_how_a_server_cuts_pictures_depends_on_its_version(name, version, tiles):
    assert DIALECTS[name].tiles_in(version) == tiles


def test_sglang_is_sent_the_name_of_its_own_processor():
    body = sent("sglang")
    code = bytes.fromhex(json.loads(body["custom_logit_processor"])["callable"])

    operations = [(op.name, argument) for op, argument, _ in pickletools.genops(code)]

    assert operations == [
        ("PROTO", 4),
        ("SHORT_BINUNICODE", "sglang.srt.sampling.custom_logit_processor"),
        ("SHORT_BINUNICODE", "DeepseekOCRNoRepeatNGramLogitProcessor"),
        ("STACK_GLOBAL", None),
        ("STOP", None),
    ]
    assert body["custom_params"]["ngram_size"] == 30


def test_a_prompt_cannot_take_the_place_of_the_picture():
    body = sent("vllm", page('Read "@picture@".'))

    image, text = body["messages"][0]["content"]
    assert image["image_url"]["url"] == "data:image/png;base64,AAAA"
    assert text["text"] == 'Read "@picture@".'


def test_a_retry_changes_the_sampling():
    request = page()
    object.__setattr__(request, "sampling", Sampling(0.3, 42))

    assert (sent("vllm", request)["temperature"], sent("vllm", request)["seed"]) == (0.3, 42)
    options = sent("ollama", request)["options"]
    assert (options["temperature"], options["seed"], options["num_ctx"]) == (0.3, 42, 8192)


def test_ollama_is_asked_in_its_own_way(serve):
    async def ollama(exchange):
        message = {"role": "assistant", "content": "text[[80, 60, 900, 100]]\nThe valve is shut."}
        await exchange.reply(
            {
                "model": "deepseek-ocr:3b",
                "message": message,
                "done": True,
                "done_reason": "length",
                "prompt_eval_count": 905,
                "eval_count": 20,
            }
        )

    server = serve(ollama)

    reading = ask(session(server, dialect="ollama"))

    assert server.exchanges[0].path == "/api/chat"
    (message,) = server.asked[0]["messages"]
    assert message["content"] == "<|grounding|>Convert the document to markdown."
    assert len(message["images"]) == 1
    assert reading.text.startswith("text[[80")
    assert (reading.finish_reason, reading.prompt_tokens, reading.output_tokens) == (
        "length",
        905,
        20,
    )


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://api.siliconflow.cn/v1", "siliconflow"),
        ("https://api.siliconflow.com/v1", "siliconflow"),
        ("https://api.novita.ai/openai", "novita"),
        ("https://novita.ai.example.org/v1", None),
    ],
)
def test_hosted_services_are_known_by_their_host(url, name):
    dialect = hosted_dialect(url)

    assert (dialect.name if dialect else None) == name


@pytest.mark.parametrize("name", ["sglang", "vllm"])
def test_the_end_token_is_no_text(serve, name):
    async def script(exchange):
        await exchange.reply(completion(f"{ANSWER}<｜end▁of▁sentence｜>"))

    assert ask(session(serve(script), dialect=name)).text == ANSWER


@pytest.mark.parametrize(
    ("text", "warned"),
    [
        (ANSWER, False),
        ("text[[80, 60, 900, 100]]\nThe valve is shut.", False),
        ("The valve is shut.", True),
    ],
)
def test_missing_boxes_are_told_once(serve, caplog, text, warned):
    async def script(exchange):
        await exchange.reply(completion(text))

    with session(serve(script)) as opened:
        opened.submit(page("Free OCR.")).result(20)
        assert not caplog.records
        for _ in range(3):
            opened.submit(page()).result(20)

    told = [record for record in caplog.records if "carry no boxes" in record.getMessage()]
    assert len(told) == warned


@pytest.mark.parametrize(
    ("name", "remedy", "wrong"),
    [("ollama", "llama-server --special", "pull"), ("llama.cpp", "with `--special`", "-np")],
)
def test_where_tags_are_lost_what_brings_them_back_is_said(serve, caplog, name, remedy, wrong):
    async def ollama(exchange):
        await exchange.reply({"model": "m", "message": {"content": "Shut."}, "done": True})

    async def openai(exchange):
        await exchange.reply(completion("Shut."))

    ask(session(serve(ollama if name == "ollama" else openai), dialect=name))
    told = next(text for text in caplog.messages if "carry no boxes" in text)
    assert remedy in told
    assert wrong not in told


def test_a_mode_is_approached_and_said_once(serve, caplog):
    with session(serve()) as opened, caplog.at_level(logging.INFO, "dsocr_integrations"):
        for _ in range(2):
            noted = opened.submit(page(mode="tiny", size=(1000, 500))).result(20)
        opened.submit(page(mode="gundam")).result(20)
        opened.submit(page(mode="gundam", size=(2400, 1200))).result(20)
        opened.submit(page(mode="auto")).result(20)

    told = [(record.levelname, record.getMessage()) for record in caplog.records]
    assert [level for level, _ in told] == ["WARNING", "INFO"]
    assert "given 512 x 256 pixels" in noted.mode_note
    assert told[0][1].startswith(noted.mode_note)
    assert "2 tiles of 640" in told[1][1]


@pytest.mark.parametrize(
    ("dialect", "mode", "tokens"),
    [
        ("vllm", "auto", 903),
        ("vllm", "small", 273),
        ("vllm", "base", 903),
        ("vllm", "large", 903),
        ("sglang", "auto", 903),
        ("openai", "auto", None),
    ],
)
def test_image_tokens_are_counted_where_the_tiling_is_known(serve, dialect, mode, tokens):
    with session(serve(), dialect=dialect) as opened:
        reading = opened.submit(page(mode=mode, size=(1000, 1400))).result(20)

    assert reading.vision_tokens == tokens


@pytest.mark.parametrize(("mode", "remedy"), [("gundam-m", "transformers"), ("v2", "Leave")])
def test_a_mode_out_of_reach_is_refused(serve, mode, remedy):
    with session(serve()) as opened, pytest.raises(ConfigurationError, match=remedy):
        opened.submit(page(mode=mode)).result(20)
