"""When a server is asked what it is: not by making a runner, and before the first page."""

from __future__ import annotations

import socket

import pytest

from dsocr_integrations.errors import ConfigurationError, EngineUnavailableError
from dsocr_integrations.modes import V2
from dsocr_integrations.runner import Runner
from dsocr_integrations.settings import load_settings
from tests.engines.server.scripted_server import MODEL
from tests.small_documents import make_pdf


@pytest.fixture
def silent():
    """An address that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0)
        yield listener


def url_of(listener):
    host, port = listener.getsockname()
    return f"http://{host}:{port}"


def test_making_a_runner_connects_to_nobody(silent, monkeypatch):
    monkeypatch.setenv("DSOCR_SERVER_URL", url_of(silent))

    with Runner() as plain, Runner(mode="small", workers=2) as other:
        assert (plain.engine.name, other.settings.mode) == ("server", "small")
    with pytest.raises(BlockingIOError):
        silent.accept()


def test_a_server_that_is_away_is_told_before_the_first_page(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = url_of(listener)
    path = make_pdf(tmp_path / "a.pdf", 1)

    with Runner(url, cache=False) as runner:
        with pytest.raises(EngineUnavailableError):
            runner.read(path)
        with pytest.raises(EngineUnavailableError):
            _ = runner.fingerprint


async def test_it_is_told_in_an_event_loop_too(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = url_of(listener)
    path = make_pdf(tmp_path / "a.pdf", 1)

    with Runner(url, cache=False) as runner, pytest.raises(EngineUnavailableError):
        await runner.aread(path)


def test_a_mode_that_no_model_has_is_refused_at_once(silent):
    for mode in ("huge", "gundam-m"):
        with pytest.raises(ConfigurationError, match=mode):
            Runner(url_of(silent), mode)
    with pytest.raises(ConfigurationError, match=V2.name):
        Runner(url_of(silent), V2.name, settings=load_settings(server_model=MODEL))
    with pytest.raises(BlockingIOError):
        silent.accept()


def test_a_mode_of_another_model_is_refused_when_the_server_has_told_its_own(serve, tmp_path):
    server = serve()
    path = make_pdf(tmp_path / "a.pdf", 1)

    with Runner(server.url, V2.name, cache=False) as runner:
        with pytest.raises(ConfigurationError, match="choose one of: auto, tiny") as refused:
            runner.read(path)
        assert V2.name in str(refused.value)
    assert server.posts == 0


def test_the_server_is_asked_once_and_its_kind_says_how_many_pages_are_in_the_works(
    serve, tmp_path
):
    server = serve()

    with Runner(server.url, cache=False) as runner:
        assert len(runner.read(make_pdf(tmp_path / "a.pdf", 2)).pages) == 2
        asked = len(server.exchanges) - server.posts
        assert len(runner.read(make_pdf(tmp_path / "b.pdf", 1)).pages) == 1
        assert runner._facts.capacity == runner.engine.capacity
        assert runner.engine.served.dialect.name == "vllm"
    assert len(server.exchanges) - server.posts == asked
