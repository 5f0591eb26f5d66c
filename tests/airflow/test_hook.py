"""What a connection becomes, and what Airflow is told about the provider."""

from __future__ import annotations

import importlib
import json
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import entry_points
from pathlib import Path

import pytest

from dsocr_integrations.airflow.compat import AirflowNotFoundException
from dsocr_integrations.airflow.hooks import (
    DEFAULT_CONNECTION,
    FIELDS,
    DeepSeekOCRHook,
)
from dsocr_integrations.airflow.provider_info import get_provider_info
from dsocr_integrations.airflow.wording import told
from dsocr_integrations.engines.server import ServerEngine
from dsocr_integrations.engines.server.dialects import DIALECTS
from dsocr_integrations.errors import ConfigurationError
from tests.plug_in_packages import install_package


@pytest.fixture
def connect(monkeypatch):
    def connect(conn_id=DEFAULT_CONNECTION, **fields):
        data = json.dumps({"conn_type": "dsocr", **fields})
        monkeypatch.setenv(f"AIRFLOW_CONN_{conn_id.upper()}", data)
        return DeepSeekOCRHook(conn_id)

    return connect


@pytest.mark.parametrize(
    ("fields", "url"),
    [
        ({"host": "ocr.example.org"}, "http://ocr.example.org/v1"),
        ({"host": "ocr.example.org", "schema": "https"}, "https://ocr.example.org/v1"),
        ({"host": "ocr.example.org", "port": 8000}, "http://ocr.example.org:8000/v1"),
        ({"host": "https://ocr.example.org/deep", "port": 1}, "https://ocr.example.org:1/deep/v1"),
        ({"host": "[::1]", "port": 8000}, "http://[::1]:8000/v1"),
        ({"host": "::1", "port": 8000}, "http://[::1]:8000/v1"),
        ({"host": "[::1]:9000", "port": 8000}, "http://[::1]:9000/v1"),
        ({"host": "gpu1?key=abcdef", "port": 8000}, "http://gpu1:8000?key=abcdef"),
        ({"host": "gpu1, gpu2", "port": 8}, "http://gpu1:8/v1,http://gpu2:8/v1"),
        (
            {"host": "gpu1:9,gpu2", "port": 8, "schema": "https"},
            "https://gpu1:9/v1,https://gpu2:8/v1",
        ),
    ],
)
def test_a_host_means_a_server(connect, fields, url):
    hook = connect(password="key-12345", extra={"model": "m"}, **fields)

    engine = hook.get_conn().engine

    assert isinstance(engine, ServerEngine)
    assert (engine.urls, engine.model) == (tuple(url.split(",")), "m")
    assert engine.api_key.get_secret_value() == "key-12345"
    assert "key-12345" not in repr(engine)


def test_a_host_goes_before_an_engine_in_the_extra(connect):
    hook = connect(host="ocr.example.org", extra={"engine": "embedded"})

    assert isinstance(hook.get_conn().engine, ServerEngine)


def test_without_a_host_the_worker_reads(connect):
    hook = connect(extra={"engine": "embedded", "mode": "large", "workers": 0})

    runner = hook.get_conn()

    assert runner.engine.name == "embedded"
    assert runner.settings.mode == "large"
    assert hook.get_conn(mode="tiny").settings.mode == "tiny"


def test_an_empty_text_leaves_mode_and_connection_open(connect, monkeypatch):
    monkeypatch.setenv("DSOCR_MODE", "small")
    hook = connect(extra={"engine": "embedded", "mode": "large"})

    assert hook.get_conn(mode="").settings.mode == "large"
    assert DeepSeekOCRHook("").get_conn().settings.mode == "small"


def test_a_connection_goes_before_the_settings_of_the_worker(connect, monkeypatch):
    monkeypatch.setenv("DSOCR_DPI", "200")
    monkeypatch.setenv("DSOCR_MODE", "small")
    hook = connect(extra={"engine": "embedded", "mode": "large"})

    settings = hook.get_conn().settings

    assert (settings.mode, settings.dpi) == ("large", 200.0)
    assert hook.get_conn(mode="tiny").settings.mode == "tiny"


def test_what_the_form_leaves_open_is_as_the_worker_is_set(connect, monkeypatch):
    monkeypatch.setenv("DSOCR_ENGINE", "embedded")
    monkeypatch.setenv("DSOCR_SERVER_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("DSOCR_SERVER_DIALECT", "vllm")
    monkeypatch.setenv("DSOCR_MODE", "small")
    monkeypatch.setenv("DSOCR_WORKERS", "2")
    fields = get_provider_info()["connection-types"][0]["conn-fields"]

    left_open = {name: field["schema"].get("default") for name, field in fields.items()}
    saved = {"mode": "auto", "engine": "auto", "dialect": "auto", "profile": "auto", "workers": 0}
    runner = connect(extra={**left_open, **saved, "model": ""}).get_conn()

    assert (runner.engine.name, runner.settings.mode) == ("embedded", "small")
    assert (runner.configuration.workers, runner.configuration.server_dialect) == (2, "vllm")


@pytest.mark.parametrize(
    ("extra", "given"),
    [
        ({"cache": "s3://store@shared/cache"}, {}),
        ({}, {"cache": "s3://store@shared/cache"}),
        ({"cache": "elsewhere"}, {"cache": "s3://shared/cache", "cache_conn_id": "store"}),
    ],
)
def test_a_cache_on_a_store_is_reached_with_a_connection(connect, monkeypatch, extra, given):
    pytest.importorskip("s3fs", reason="pip install 'dsocr-integrations[s3]'")
    extras = {"endpoint_url": "http://127.0.0.1:9"}
    store = {"conn_type": "aws", "login": "key", "password": "secret", "extra": extras}
    monkeypatch.setenv("AIRFLOW_CONN_STORE", json.dumps(store))
    hook = connect(extra={"engine": "embedded", **extra})

    cache = hook.get_conn(**given).cache

    assert (cache.root, cache.is_local) == ("s3://shared/cache", False)
    assert cache._tree.storage_options["endpoint_url"] == "http://127.0.0.1:9"


def test_an_empty_cache_is_none(connect):
    hook = connect(extra={"engine": "embedded", "cache": "elsewhere"})
    assert hook.get_conn(cache="").cache is None


def test_a_host_goes_before_an_engine_named_beside_it(connect, monkeypatch):
    monkeypatch.setenv("DSOCR_ENGINE", "embedded")
    hook = connect(host="ocr.example.org", extra={"engine": "embedded"})

    assert hook.get_conn().engine.name == "server"


def test_only_the_default_connection_may_be_missing(monkeypatch):
    monkeypatch.setenv("DSOCR_ENGINE", "embedded")

    assert DeepSeekOCRHook().get_conn().engine.name == "embedded"
    with pytest.raises(AirflowNotFoundException):
        DeepSeekOCRHook("missing").get_conn()


def test_unknown_extra_fields_are_refused(connect):
    with pytest.raises(ConfigurationError, match="modle"):
        connect(extra={"modle": "x"}).get_conn()


def test_testing_a_connection_asks_the_server(connect):
    class Models(BaseHTTPRequestHandler):
        def do_GET(self):
            body = json.dumps({"data": [{"id": "deepseek-ai/DeepSeek-OCR"}]}).encode()
            self.send_response(200)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args):
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Models)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    port = server.server_address[1]
    try:
        good = connect(host="127.0.0.1", port=port).test_connection()
    finally:
        server.shutdown()
        server.server_close()
    bad = connect(host="127.0.0.1", port=port).test_connection()

    assert good == (True, "The server answers and serves deepseek-ai/DeepSeek-OCR.")
    assert bad[0] is False


def test_testing_without_a_server_names_the_engine(connect):
    works, message = connect(extra={"engine": "embedded"}).test_connection()

    assert works
    assert "embedded" in message


@pytest.mark.parametrize(
    "extra", [{"dpi": "abc"}, {"mode": "bogus"}, {"workers": "many"}, {"page_timeout": -1}]
)
def test_testing_refuses_what_a_task_would_refuse(connect, extra):
    works, message = connect(extra={"engine": "embedded", **extra}).test_connection()

    assert not works
    assert next(iter(extra)) in message


def test_secrets_of_a_connection_are_left_out_of_messages(connect):
    hook = connect(host="gpu1?api_key=zyzzyva-in-query&version=2", password="zyzzyva-password")
    hook.settings()

    said = told("401 for zyzzyva-password at http://gpu1?api_key=zyzzyva-in-query&version=2")

    assert said == "401 for *** at http://gpu1?api_key=***&version=2"


def test_airflow_finds_the_provider_and_its_description_is_valid():
    from airflow.providers_manager import _create_provider_info_schema_validator

    (entry,) = [
        point
        for point in entry_points(group="apache_airflow_provider")
        if point.value.startswith("dsocr_integrations.")
    ]
    info = entry.load()()

    _create_provider_info_schema_validator().validate(info)


def test_everything_the_description_names_exists():
    info = get_provider_info()
    names = [
        *info["extra-links"],
        info["connection-types"][0]["hook-class-name"],
        *(decorator["class-name"] for decorator in info["task-decorators"]),
    ]
    for name in names:
        module, _, attribute = name.rpartition(".")
        assert hasattr(importlib.import_module(module), attribute)
    for room in (*info["operators"], *info["hooks"]):
        for module in room["python-modules"]:
            importlib.import_module(module)


def test_an_installed_packages_engine_can_be_named(connect, monkeypatch, tmp_path):
    example = Path(__file__).parents[1] / "add_a_reader" / "text_layer_reader.py"
    code = example.read_text("utf-8")
    site = install_package(tmp_path, "reads", code, **{"text-layer": "reads:make"})
    monkeypatch.syspath_prepend(site)

    assert connect(extra={"engine": "text-layer"}).get_conn().engine.name == "text-layer"
    schema = get_provider_info()["connection-types"][0]["conn-fields"]["engine"]["schema"]
    assert "enum" not in schema, "the form refuses no name"


def test_the_connection_form_offers_every_field_the_hook_knows():
    fields = get_provider_info()["connection-types"][0]["conn-fields"]

    assert set(fields) == FIELDS.keys()
    assert fields["dialect"]["schema"]["enum"] == ["auto", *DIALECTS]


def test_the_fields_of_the_connection_form_may_be_left_empty():
    fields = get_provider_info()["connection-types"][0]["conn-fields"]

    assert fields["workers"] == {
        "label": "Worker processes",
        "schema": {"type": ["integer", "null"]},
    }
    assert fields["model"]["schema"] == {"type": ["string", "null"]}


def test_the_guide_explains_every_field():
    guide = (Path(__file__).parents[2] / "docs" / "airflow.md").read_text("utf-8")
    table = guide.partition("| extra |")[2].partition("\n\n")[0]

    assert set(re.findall(r"^\| `(\w+)`", table, re.MULTILINE)) == FIELDS.keys()
    examples = re.findall(r"CONN_DSOCR_DEFAULT='(\{.*\})'", guide)
    assert [set(json.loads(one)) - {"host", "port"} for one in examples] == [
        {"conn_type", "extra"}
    ] * 2
