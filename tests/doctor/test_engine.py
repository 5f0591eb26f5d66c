"""What would read with these settings, and whether it can."""

from __future__ import annotations

import pytest

from dsocr_integrations.doctor import engine, server, weights
from dsocr_integrations.engines import selection
from dsocr_integrations.settings import load_settings


@pytest.fixture(autouse=True)
def nothing_here(monkeypatch, tmp_path):
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub"))
    monkeypatch.setattr(selection, "_warned", set())


@pytest.mark.parametrize(
    ("settings", "found"),
    [
        ({}, "embedded"),
        ({"server_url": "http://me:secret@gpu:8000"}, "server gpu:8000"),
        ({"engine": "http://a:1,http://b:2", "server_model": "m"}, "server a:1, b:2, model m"),
        ({"engine": "transformers", "model_path": "/w"}, "transformers, weights /w"),
        ({"engine": "vllm"}, "vllm, weights deepseek-ai/DeepSeek-OCR"),
    ],
)
def test_the_engine_is_the_one_that_would_read(recwarn, settings, found):
    assert engine.examine(load_settings(**settings)).found == found
    assert not recwarn


def test_an_engine_that_there_is_not_is_told_with_a_remedy():
    assert "transformers" in engine.examine(load_settings(engine="nonsense")).remedy
    assert "DSOCR_SERVER_URL" in engine.examine(load_settings(engine="server")).remedy


def test_the_weights_are_those_of_the_engine():
    finding = weights.examine(load_settings(engine="transformers", model_path="/nowhere"))
    assert "/nowhere" in finding.problem
    finding = weights.examine(load_settings(model_path="deepseek-ai/DeepSeek-OCR-2"))
    assert finding.remedy.endswith("hf download deepseek-ai/DeepSeek-OCR-2")


def test_an_address_that_is_the_engine_is_asked_before_the_configured_one():
    settings = load_settings(engine="http://127.0.0.1:1", server_url="http://127.0.0.1:2")
    (finding,) = server.examine(settings)
    assert "127.0.0.1:1 does not answer" in finding.problem
