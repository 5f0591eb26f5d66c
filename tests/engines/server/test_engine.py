"""The server engine as a user has it: addresses, model and dialect found out, pages read."""

from __future__ import annotations

import base64
import io
import pickle

import pytest
from PIL import Image
from pydantic import SecretStr

from dsocr_integrations.engines.base import ReadRequest
from dsocr_integrations.engines.selection import resolve_engine
from dsocr_integrations.engines.server import ServerEngine
from dsocr_integrations.engines.server.dialects import DIALECTS
from dsocr_integrations.engines.server.engine import READING_VERSION
from dsocr_integrations.errors import ConfigurationError, EngineUnavailableError
from dsocr_integrations.prompts import Prompt
from dsocr_integrations.rendering import open_document
from dsocr_integrations.runner import Runner
from dsocr_integrations.settings import load_settings
from dsocr_integrations.sources import resolve_source
from tests.engines.server.asking import page
from tests.engines.server.scripted_server import ANSWER, MODEL, answer_well, completion
from tests.scripted_engine import write_pdf


@pytest.fixture
def request_(tmp_path):
    source = resolve_source(write_pdf(tmp_path / "a.pdf", ["The valve is shut."]))
    with open_document(source) as document:
        yield ReadRequest(document.region(1), Prompt.MARKDOWN)


def ask(engine, request):
    with engine.open() as session:
        return session.submit(request).result(20)


def picture_of(body):
    url = body["messages"][0]["content"][0]["image_url"]["url"]
    return Image.open(io.BytesIO(base64.b64decode(url.removeprefix("data:image/png;base64,"))))


def test_it_sends_the_official_prompt_and_a_png(serve, request_):
    server = serve()

    reading = ask(ServerEngine(server.url, api_key=SecretStr("key-12345")), request_)

    (body,) = server.asked
    _, text = body["messages"][0]["content"]
    assert text["text"] == "<|grounding|>Convert the document to markdown."
    assert picture_of(body).size == (600, 800)
    assert body["model"] == MODEL
    assert server.exchanges[-1].headers["authorization"] == "Bearer key-12345"
    assert (reading.text, reading.finish_reason) == (ANSWER, "stop")
    assert (reading.prompt_tokens, reading.output_tokens) == (905, 20)


@pytest.mark.parametrize("path", ["/api/v3", "/endpoints/openapi", "/openai/deployments/ocr?v=1"])
def test_an_address_of_another_kind_is_used_as_it_is(serve, tmp_path, path):
    server = serve(models=[])
    url = server.url.removesuffix("/v1") + path
    pdf = write_pdf(tmp_path / "a.pdf", ["The valve is shut."])

    with Runner(ServerEngine(url, model=MODEL), cache=False) as runner:
        (read,) = runner.read(pdf).pages

    assert read.markdown == "The valve is shut."
    before, _, query = path.partition("?")
    asked = {exchange.path for exchange in server.exchanges if exchange.path.startswith(before)}
    query = query and f"?{query}"
    assert asked >= {f"{before}/models{query}", f"{before}/chat/completions{query}"}


def test_several_addresses_stand_in_one_setting(serve):
    servers = [serve(), serve()]
    addresses = f"{servers[0].url}, {servers[1].url.removesuffix('/v1')}/"

    engine = resolve_engine(addresses, load_settings(server_requests=8))

    assert engine.urls == tuple(server.url for server in servers)
    assert engine.capacity == 18
    assert resolve_engine("server", load_settings(server_url=addresses)).urls == engine.urls


def test_the_time_limit_of_a_page_is_that_of_its_request():
    engine = resolve_engine("http://x", load_settings(page_timeout=30))

    assert (engine.timeout, engine.patience) == (30, 15)


def test_the_fingerprint_names_model_and_dialect_and_no_address(serve):
    vllm = ServerEngine(serve().url.replace("://", "://user:secret-pw@"))
    other_host = ServerEngine("http://elsewhere", model=MODEL, dialect="vllm")

    assert vllm.reading_version().startswith(f"server/{READING_VERSION}:{MODEL}@")
    assert vllm.reading_version() == other_host.reading_version()
    marks = {
        ServerEngine("http://x", model="m", dialect=name).reading_version() for name in DIALECTS
    }
    assert len(marks) == len(DIALECTS)


def test_an_engine_travels_to_workers_with_what_it_found(serve):
    server = serve()
    engine = ServerEngine(server.url)
    engine.reading_version()

    copy = pickle.loads(pickle.dumps(engine))  # noqa: S301 - our own object

    assert copy == engine
    assert copy.capacity == engine.capacity == 66


@pytest.mark.parametrize(
    ("models", "chosen"),
    [
        (["any-name"], "any-name"),
        (["gpt-x", "deepseek-ocr:3b", "llama"], "deepseek-ocr:3b"),
        (["a/b", "deepseek-ai/DeepSeek-OCR-2"], "deepseek-ai/DeepSeek-OCR-2"),
    ],
)
def test_the_model_is_found_out(serve, models, chosen):
    assert ServerEngine(serve(models=models).url).served.model == chosen


def test_the_model_is_one_that_all_servers_have(serve):
    servers = [serve(models=["deepseek-ocr-a", MODEL]), serve(models=[MODEL])]

    assert ServerEngine(",".join(server.url for server in servers)).served.model == MODEL


def test_a_choice_of_models_is_left_to_the_user(serve):
    with pytest.raises(ConfigurationError, match="--model"):
        ServerEngine(serve(models=["gpt-x", "llama"]).url).open()


def test_servers_that_share_no_model_are_refused(serve):
    servers = [serve(models=["a"]), serve(models=["b"])]

    with pytest.raises(ConfigurationError, match="no model in common"):
        ServerEngine(",".join(server.url for server in servers)).open()


def test_servers_of_two_kinds_are_refused(serve):
    servers = [serve(owner="vllm"), serve(owner="llamacpp")]

    with pytest.raises(ConfigurationError, match="different kinds"):
        ServerEngine(",".join(server.url for server in servers)).reading_version()


def test_a_server_that_is_down_at_the_start_leaves_the_others_to_read(serve, caplog):
    servers = [serve(), serve()]
    servers[0].kill()
    engine = ServerEngine(",".join(server.url for server in servers))

    with engine.open() as session:
        readings = [session.submit(page()).result(20) for _ in range(4)]

    assert [reading.text for reading in readings] == [ANSWER] * 4
    assert f"127.0.0.1:{servers[0].port} is left out for now" in caplog.text


def test_a_missing_key_is_told(serve):
    async def locked(exchange):
        await exchange.reply({"error": {"message": "Unauthorized"}}, 401)

    engine = ServerEngine(serve(models=[], get=locked).url)

    with pytest.raises(ConfigurationError, match="DSOCR_SERVER_API_KEY"):
        engine.open()


def test_nothing_listening_is_told_with_a_remedy_and_without_secrets():
    engine = ServerEngine("http://user:secret-pw@127.0.0.1:9", api_key=SecretStr("key-12345"))

    with pytest.raises(EngineUnavailableError) as raised:
        engine.open()

    assert "127.0.0.1:9 does not answer (no connection)" in str(raised.value)
    assert "--engine" in str(raised.value)
    assert "secret-pw" not in str(raised.value)
    assert "key-12345" not in repr(engine)
    assert "secret-pw" not in repr(engine)


@pytest.mark.parametrize(
    "arguments",
    [
        {"url": "ftp://x"},
        {"url": "host:8000"},
        {"url": "http://x:port"},
        {"url": " , "},
        {"url": "http://x,nonsense"},
        {"url": "http://x", "dialect": "y"},
        {"url": "http://x", "attempts": 0},
        {"url": "http://x", "requests": 0},
        {"url": "http://x", "timeout": 0},
    ],
)
def test_what_cannot_be_used_is_refused_at_once(arguments):
    with pytest.raises(ConfigurationError):
        ServerEngine(**arguments)


def test_a_document_is_read_on_a_server(serve, tmp_path):
    pdf = write_pdf(tmp_path / "a.pdf", ["The valve is shut."] * 3)

    with Runner(engine=serve().url, cache=False) as runner:
        document = runner.read(pdf)

    assert document.engine == "server"
    assert [page.markdown.strip() for page in document.pages] == ["The valve is shut."] * 3


def test_pages_recorded_from_one_host_are_not_read_again_on_another(serve, tmp_path):
    pdf = write_pdf(tmp_path / "a.pdf", ["The valve is shut."])
    servers = [serve(answer_well), serve(answer_well)]

    for server in servers:
        with Runner(engine=server.url, cache=tmp_path / "cache") as runner:
            runner.read(pdf)

    assert [server.posts for server in servers] == [1, 0]


@pytest.mark.parametrize(
    ("dialect", "model", "modes"),
    [
        ("vllm", MODEL, ["small", "gundam"]),
        ("sglang", "deepseek-ai/DeepSeek-OCR-2", []),
        ("vllm", "another/model", []),
        ("ollama", MODEL, []),
    ],
)
def test_modes_are_climbed_where_the_tiling_is_known(dialect, model, modes):
    engine = ServerEngine("http://nobody", model=model, dialect=dialect)

    assert [mode.name for mode in engine.mode_ladder()] == modes


def test_a_page_climbs_to_tiles_only_where_one_view_does_not_do(serve, tmp_path):
    async def answer(exchange):
        whole = max(picture_of(exchange.body).size) > 640
        await exchange.reply(completion(ANSWER if whole else "again and again " * 400))

    server = serve(answer)
    source = write_pdf(tmp_path / "a.pdf", ["The valve is shut."])

    with Runner(ServerEngine(server.url), cache=False) as runner:
        (page_,) = runner.read(source).pages

    assert page_.reading.mode == "gundam"
    assert [(one.mode, one.vision_tokens) for one in page_.reading.tried] == [
        ("small", 273),
        ("gundam", 903),
    ]


@pytest.mark.parametrize(
    ("builds", "ladder"),
    [
        (["b9993-3e706dd5"], ("small", "gundam")),
        (["b10488-0e148a57", "b9870-0e148a57"], ()),
        ([None], ()),
    ],
)
def test_pages_climb_where_the_build_of_llama_cpp_is_known_to_cut_tiles(serve, builds, ladder):
    def saying(build):
        async def get(exchange):
            if exchange.path == "/v1/models":
                await exchange.reply({"data": [{"id": MODEL, "owned_by": "llamacpp"}]})
            elif exchange.path == "/props" and build:
                await exchange.reply({"build_info": build})
            else:
                await exchange.reply({}, 404)

        return serve(models=[], get=get).url

    engine = ServerEngine(",".join(map(saying, builds)))
    assert tuple(mode.name for mode in engine.mode_ladder()) == ladder


@pytest.mark.parametrize("name", ["localhost:11434", "gpu-1:8000/v1", "127.0.0.1:8000"])
def test_an_address_without_its_scheme_is_recognised(name):
    with pytest.raises(ConfigurationError, match=f"write http://{name}"):
        resolve_engine(name, load_settings())
