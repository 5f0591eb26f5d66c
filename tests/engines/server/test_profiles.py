"""Which model is asked what, and what its answers become."""

from __future__ import annotations

import logging
import pickle

import pytest

from dsocr_integrations import ingest, open_index
from dsocr_integrations.doctor import plug_ins
from dsocr_integrations.doctor import server as doctor
from dsocr_integrations.engines.selection import resolve_engine
from dsocr_integrations.engines.server import ServerEngine, profiles
from dsocr_integrations.engines.server.profiles import (
    DEEPSEEK_OCR,
    profile_named,
    profile_of,
)
from dsocr_integrations.errors import ConfigurationError
from dsocr_integrations.prompts import Prompt
from dsocr_integrations.runner import Runner
from dsocr_integrations.settings import load_settings
from tests.engines.server.asking import page
from tests.engines.server.scripted_server import ANSWER, MODEL, completion
from tests.guide_examples import example
from tests.plug_in_packages import install_package
from tests.scripted_engine import write_pdf

UNLIMITED = "baidu/Unlimited-OCR"
UNLIMITED_PAGE = r"""<|det|>header [113, 40, 885, 60]<|/det|>Water board, June
<|det|>title [249, 90, 750, 110]<|/det|>Report on the pump station
<|det|>text [113, 130, 885, 200]<|/det|>The valve is shut. Flow fell in June.
<|det|>image [168, 230, 825, 500]<|/det|>
<|det|>image_caption [113, 510, 885, 540]<|/det|>Figure 1 | Flow by month.
<|det|>table_caption [113, 560, 885, 580]<|/det|>Table 1: Litres a second
<|det|>table [120, 600, 880, 750]<|/det|><table><tr><td>Month</td><td>Flow</td></tr><tr><td>May</td><td>12</td></tr></table>
<|det|>equation [300, 770, 700, 800]<|/det|>\[ Q = A v \]
"""


def says(text, model, finish="stop"):
    async def script(exchange):
        await exchange.reply(completion(text, finish=finish, model=model))

    return script


@pytest.fixture
def pdf(tmp_path):
    return write_pdf(tmp_path / "a.pdf", ["The valve is shut."])


def prompt_of(body):
    return body["messages"][0]["content"][1]["text"]


class TestUnlimitedOcr:
    @pytest.fixture
    def server(self, serve):
        return serve(says(UNLIMITED_PAGE, UNLIMITED), models=[UNLIMITED])

    def test_a_page_is_read_in_its_own_form(self, server, pdf):
        with Runner(server.url, cache=False) as runner:
            document = runner.read(pdf)
        (read,) = document.pages
        assert [block.label for block in read.blocks] == [
            "header", "title", "text", "image", "image_caption", "table_caption", "table",
            "equation",
        ]  # fmt: skip
        assert read.markdown == (
            "# Report on the pump station\n\nThe valve is shut. Flow fell in June.\n\n"
            "Figure 1 | Flow by month.\n\nTable 1: Litres a second\n\n"
            "| Month | Flow |\n| --- | --- |\n| May | 12 |\n\n\\[ Q = A v \\]"
        )
        assert read.blocks[1].boxes == ((249, 90, 750, 110),)
        assert read.reading.quality.reasons == ()

    def test_it_is_asked_its_own_prompt_with_its_own_settings(self, server, pdf):
        with Runner(server.url, cache=False) as runner:
            runner.read(pdf)
        (body,) = server.asked
        assert prompt_of(body) == "<image>\ndocument parsing."
        assert body["vllm_xargs"] == {"ngram_size": 35, "window_size": 128}
        assert body["max_tokens"] == 29_000

    def test_sglang_puts_the_placeholder_itself(self, serve, pdf):
        server = serve(says(UNLIMITED_PAGE, UNLIMITED), models=[UNLIMITED], owner="sglang")
        with Runner(server.url, cache=False) as runner:
            runner.read(pdf)
        (body,) = server.asked
        assert prompt_of(body) == "document parsing."
        assert body["custom_params"] == {"ngram_size": 35, "window_size": 128}
        assert body["images_config"] == {"image_mode": "gundam"}

    def test_no_reading_of_it_says_deepseek(self, server, pdf):
        with Runner(server.url, cache=False) as runner:
            document = runner.read(pdf)
        assert "baidu/Unlimited-OCR" in document.fingerprint
        assert "deepseek" not in document.model_dump_json().lower()

    def test_a_second_look_that_it_was_not_trained_for_is_not_asked(self, server, pdf, tmp_path):
        for _ in range(2):
            with Runner(server.url, cache=tmp_path / "cache") as runner:
                (read,) = runner.read(pdf).pages
        (figure,) = read.figures
        assert (figure.kind, [one.kind for one in figure.warnings]) == (
            "picture",
            ["figure_not_looked_at"],
        )
        assert server.posts == 1, "and the page is kept"

    def test_modes_of_deepseek_are_not_its(self, server):
        engine = ServerEngine(server.url)
        assert engine.mode_ladder() == engine.served.tiling.own_modes() == ()
        with Runner(server.url, "gundam", cache=False) as runner, pytest.raises(ConfigurationError):
            runner.fingerprint  # noqa: B018

    def test_a_prompt_that_it_does_not_know_fails_with_a_sentence(self, server):
        with ServerEngine(server.url).open() as session:
            failure = session.submit(page(Prompt.OCR)).result(20).failure
        assert failure.kind == "unsupported"
        assert failure.message.startswith("Unlimited-OCR was not trained")

    def test_a_prompt_of_the_users_own_is_asked_as_it_is(self, server):
        with ServerEngine(server.url).open() as session:
            session.submit(page("Extract the table.")).result(20)
        assert prompt_of(server.asked[0]) == "<image>\nExtract the table."

    def test_a_server_with_less_room_is_asked_for_less(self, serve):
        entry = {"id": UNLIMITED, "root": UNLIMITED, "max_model_len": 16_384}
        server = serve(says(UNLIMITED_PAGE, UNLIMITED), models=[entry])
        with ServerEngine(server.url).open() as session:
            session.submit(page()).result(20)
        assert server.asked[0]["max_tokens"] == 29_000 - 16_384

    def test_the_doctor_tells_model_and_licence(self, server):
        (finding,) = doctor.examine(load_settings(server_url=server.url))
        assert "Unlimited-OCR is Unlimited-OCR (licence MIT)" in finding.found
        assert "unlimited_ocr:NGramPerReqLogitsProcessor" in finding.found


@pytest.mark.parametrize(
    ("name", "profile"),
    [
        ("deepseek-ai/DeepSeek-OCR", "deepseek-ocr"),
        ("deepseek_ocr", "deepseek-ocr"),
        ("deepseek-ocr:3b", "deepseek-ocr"),
        ("DeepSeekOCR", "deepseek-ocr"),
        ("deepseek-ocr-maas", "deepseek-ocr"),
        ("mlx-community/DeepSeek-OCR-2bit", "deepseek-ocr"),
        ("/models/DeepSeek-OCR/snapshots/2a", "deepseek-ocr"),
        ("deepseek-ai/DeepSeek-OCR-2", "deepseek-ocr-2"),
        ("hf.co/sabafallah/DeepSeek-OCR-2-GGUF:Q4_K_M", "deepseek-ocr-2"),
        ("deepseek_ocr2", "deepseek-ocr-2"),
        ("mlx-community/DeepSeek-OCR-2-4bit", "deepseek-ocr-2"),
        ("baidu/Unlimited-OCR", "unlimited-ocr"),
        ("unlimited_ocr", "unlimited-ocr"),
        ("/models/deepseek-ocr/unlimited-ocr", "unlimited-ocr"),
        ("rednote-hilab/dots.ocr", "dots.ocr"),
        ("weights/DotsOCR", "dots.ocr"),
        ("rednote-hilab/dots.mocr", "dots.ocr"),
        ("gpt-x", None),
        ("deepseek-chat", None),
    ],
)
def test_a_model_is_known_however_it_is_spelled(name, profile):
    found = profile_of(name)
    assert (found.name if found else None) == profile


@pytest.mark.parametrize(
    ("name", "identity"),
    [
        ("deepseek_ocr", "deepseek-ai/DeepSeek-OCR"),
        ("deepseek-ai/DeepSeek-OCR", "deepseek-ai/DeepSeek-OCR"),
        ("/models/DeepSeek-OCR/snapshots/2a", "deepseek-ai/DeepSeek-OCR"),
        ("deepseek-ocr:3b-q4", "deepseek-ai/DeepSeek-OCR:3b-q4"),
        ("unsloth/DeepSeek-OCR", "unsloth/DeepSeek-OCR"),
        ("model", "deepseek-ai/DeepSeek-OCR:model"),
    ],
)
def test_a_fingerprint_keeps_what_sets_a_model_apart(name, identity):
    assert DEEPSEEK_OCR.identity(name) == identity


def test_what_a_name_was_loaded_from_says_what_it_is(serve):
    models = [{"id": "ocr", "root": UNLIMITED}, {"id": "gpt-x", "root": "/models/gpt"}]
    server = serve(says(UNLIMITED_PAGE, "ocr"), models=models)
    engine = ServerEngine(server.url)
    assert (engine.served.model, engine.served.profile.name) == ("ocr", "unlimited-ocr")
    assert "baidu/Unlimited-OCR" in engine.reading_version()


def test_an_alias_is_the_same_model_and_another_is_not(serve):
    models = [{"id": name, "root": MODEL} for name in ("first", "second")]
    models.append({"id": "lora", "root": "/loras/a"})
    named = ["first", "lora"]

    async def script(exchange):
        await exchange.reply(completion(model=named[0]))

    engine = ServerEngine(serve(script, models=models).url, model="second", attempts=1)
    with engine.open() as session:
        assert session.submit(page()).result(20).text == ANSWER
        named.pop(0)
        assert "'lora', not of 'second'" in session.submit(page()).result(20).failure.message


def test_an_alias_that_changes_leaves_the_fingerprint(serve):
    marks = {
        ServerEngine(serve(models=[{"id": alias, "root": MODEL}]).url).reading_version()
        for alias in ("ocr", "deepseek-ocr", MODEL)
    }
    assert len(marks) == 1


@pytest.mark.parametrize(
    "root", [MODEL, "unsloth/DeepSeek-OCR", "/w/DeepSeek-OCR-AWQ/", "acme/reader"]
)
def test_no_alias_changes_the_fingerprint_where_the_root_tells_the_model(serve, root):
    aliases = ("ocr", "deepseek-ocr", "DeepSeek_OCR-v3", "vendor/deepseek-ocr")
    marks = {
        ServerEngine(serve(models=[{"id": alias, "root": root}]).url).reading_version()
        for alias in aliases
    }
    assert len(marks) == 1
    assert "/w" not in marks.pop()


def test_a_root_that_tells_nothing_leaves_the_model_its_name(serve):
    for alias, named in (("deepseek_ocr", MODEL), ("ours", "ours")):
        server = serve(models=[{"id": alias, "root": "/model"}])
        assert ServerEngine(server.url).reading_version().startswith(f"server/2:{named}@")


def test_a_configured_alias_that_says_nothing_is_looked_up(serve):
    server = serve(models=[{"id": "ocr", "root": MODEL}])
    named = ServerEngine(server.url, model="ocr", dialect="vllm")
    assert named.reading_version() == ServerEngine(server.url).reading_version()
    server.kill()
    away = ServerEngine(server.url, model="ocr", dialect="vllm")
    assert away.reading_version().startswith("server/2:ocr@")


def test_sglang_tells_elsewhere_what_it_loaded(serve):
    async def info(exchange):
        found = exchange.path == "/get_model_info"
        await exchange.reply({"model_path": MODEL} if found else {}, 200 if found else 404)

    marks = set()
    for alias in ("ocr", "deepseek-ocr"):
        server = serve(models=[{"id": alias, "root": alias}], owner="sglang", get=info)
        marks.add(ServerEngine(server.url).reading_version())
    (mark,) = marks
    assert mark.startswith(f"server/2:{MODEL}@")


def test_an_alias_that_changes_leaves_an_index_open(serve, tmp_path):
    for number, alias in enumerate(("deepseek-ocr", "ocr")):
        models = [{"id": alias, "root": "unsloth/DeepSeek-OCR"}]
        server = serve(says(ANSWER, alias), models=models)
        source = write_pdf(tmp_path / f"{number}.pdf", ["The valve is shut."])
        with (
            Runner(server.url, cache=False) as runner,
            open_index(tmp_path / "index.db", create=True) as index,
        ):
            ingest(source, tmp_path / "out", runner=runner, index=index)
            assert len(index.documents()) == number + 1


def test_a_name_that_hides_another_model_is_refused(serve):
    models = [{"id": "deepseek-ocr", "root": UNLIMITED}]
    engine = ServerEngine(serve(models=models).url, model="deepseek-ocr", dialect="vllm")
    with pytest.raises(ConfigurationError, match="DSOCR_SERVER_PROFILE=unlimited-ocr"):
        engine.open()


def test_a_model_of_unknown_name_is_read_with_a_sentence(serve, caplog, pdf):
    models = [{"id": "my-model", "root": "/data/ours"}]
    server = serve(says(ANSWER, "my-model"), models=models)
    with Runner(server.url, cache=False) as runner:
        document = runner.read(pdf)
    assert document.pages[0].markdown == "The valve is shut."
    assert "'my-model' is no name of a model" in caplog.text
    assert "DeepSeek-OCR" not in document.fingerprint
    assert "my-model" in document.fingerprint
    assert "/data" not in document.fingerprint, "folders of a machine are in no record"
    (finding,) = doctor.examine(load_settings(server_url=server.url))
    assert "'my-model' is no name of a model" in finding.found


def test_the_profile_can_be_named(serve, caplog):
    server = serve(says(UNLIMITED_PAGE, "model"), models=["model"])
    settings = load_settings(server_url=server.url, server_profile="Unlimited-OCR")
    with resolve_engine("server", settings).open() as session, caplog.at_level(logging.WARNING):
        session.submit(page()).result(20)
    assert prompt_of(server.asked[0]) == "<image>\ndocument parsing."
    assert not caplog.records


def test_a_profile_that_there_is_not_is_refused_at_once():
    with pytest.raises(ConfigurationError, match=r"deepseek-ocr-2.*deepseek-ocr"):
        ServerEngine("http://x", profile="nonsense")


def test_deepseek_is_preferred_where_several_are_served(serve):
    assert ServerEngine(serve(models=[UNLIMITED, "gpt-x", MODEL]).url).served.model == MODEL


def test_packages_are_looked_through_once_however_many_models_there_are(serve, monkeypatch):
    looks = []
    monkeypatch.setattr(profiles.plug_ins, "installed", lambda group: looks.append(group) or ())
    server = serve(models=[*(f"model-{number}" for number in range(300)), UNLIMITED])
    assert ServerEngine(server.url).served.model == UNLIMITED
    assert len(looks) <= 3


def test_an_engine_travels_with_its_profile(serve):
    engine = ServerEngine(serve(models=["dots.ocr"]).url)
    engine.reading_version()
    assert pickle.loads(pickle.dumps(engine)).served == engine.served  # noqa: S301 - our own


def test_the_guides_package_adds_a_profile(serve, monkeypatch, tmp_path, pdf):
    site = install_package(
        tmp_path,
        "plain_lines",
        example("A model on a server", "add_a_reader.md"),
        "dsocr_integrations.model_profiles",
        **{"plain-lines": "plain_lines:PROFILE"},
    )
    monkeypatch.syspath_prepend(site)
    model = "acme/plain-lines-ocr"
    server = serve(says("100,50,900,80 The valve is shut.", model), models=[model])
    with Runner(server.url, cache=False) as runner:
        document = runner.read(pdf)
    assert document.pages[0].markdown == "The valve is shut."
    assert document.pages[0].blocks[0].boxes == ((99, 49, 900, 80),)
    assert prompt_of(server.asked[0]) == "Read every line."
    assert server.asked[0]["max_tokens"] == 2048
    assert model in document.fingerprint


def test_a_broken_profile_is_named_and_breaks_no_other(monkeypatch, tmp_path, caplog):
    group = "dsocr_integrations.model_profiles"
    for name, code in (("bad", "1 / 0"), ("odd", "P = 1")):
        site = install_package(tmp_path, name, code, group, **{name: f"{name}:P"})
        monkeypatch.syspath_prepend(site)
        with pytest.raises(ConfigurationError, match=rf"{name} 3\.0"):
            profile_named(name)
    assert profile_of(UNLIMITED).name == "unlimited-ocr"
    assert not caplog.records
    assert profile_of("gpt-x") is None
    assert "the package bad 3.0" in caplog.text
    assert "bad 3.0" in next(plug_ins.examine()).problem
