"""A mode that the model does not have is refused once, whoever reads, before any page is."""

from __future__ import annotations

import importlib.machinery
import json
import sys
from types import ModuleType

import pytest

from dsocr_integrations.engines.embedded.engine import EmbeddedEngine
from dsocr_integrations.engines.mode_choice import chosen_mode
from dsocr_integrations.engines.server import ServerEngine
from dsocr_integrations.engines.transformers import TransformersEngine
from dsocr_integrations.engines.vllm import VllmEngine
from dsocr_integrations.errors import ConfigurationError
from dsocr_integrations.modes import MODES
from dsocr_integrations.runner import Runner
from tests.models import shrunk, shrunk_v2

FIRST, SECOND = "tiny, small, base, large, gundam", "v2"


@pytest.fixture
def engine_named(tmp_path, monkeypatch):
    """Engines that would fail to open: what they refuse they refuse before."""
    monkeypatch.setitem(sys.modules, "vllm", ModuleType("vllm"))
    sys.modules["vllm"].__spec__ = importlib.machinery.ModuleSpec("vllm", None)

    def engine_named(name, model):
        config = shrunk.CONFIG if model == 1 else shrunk_v2.CONFIG
        (tmp_path / "config.json").write_text(json.dumps(config))
        (tmp_path / "model.safetensors").write_bytes(b"")
        served = "deepseek-ai/DeepSeek-OCR" + ("" if model == 1 else "-2")
        return {
            "transformers": lambda: TransformersEngine(tmp_path),
            "vllm": lambda: VllmEngine(tmp_path),
            "server": lambda: ServerEngine("http://127.0.0.1:1", model=served, dialect="vllm"),
        }[name]()

    return engine_named


@pytest.mark.parametrize(
    ("name", "model", "mode", "has"),
    [
        ("transformers", 2, "gundam-m", SECOND),
        ("transformers", 2, "large", SECOND),
        ("transformers", 1, "v2", f"{FIRST}, gundam-m"),
        ("vllm", 2, "large", SECOND),
        ("vllm", 1, "gundam-m", FIRST),
        ("server", 2, "Large", SECOND),
        ("server", 1, "gundam-m", FIRST),
        ("server", 1, "nonsense", FIRST),
    ],
)
def test_a_mode_that_the_model_lacks_is_refused_with_those_it_has(
    engine_named, name, model, mode, has
):
    with pytest.raises(ConfigurationError, match=mode.lower()) as refused:
        Runner(engine_named(name, model), mode, cache=False)
    assert f"choose one of: auto, {has}." in refused.value.remedy


@pytest.mark.parametrize("name", ["transformers", "vllm", "server"])
def test_the_modes_that_an_engine_names_are_taken(engine_named, name):
    for model, modes in ((1, FIRST), (2, SECOND)):
        engine = engine_named(name, model)
        for mode in ("auto", *modes.split(", ")):
            assert chosen_mode(engine, mode.upper()) == mode


def test_the_embedded_engine_looks_at_pixels_as_any_mode_shows_them():
    assert [chosen_mode(EmbeddedEngine(), mode) for mode in MODES] == list(MODES)
    with pytest.raises(ConfigurationError, match="gundam-m, v2"):
        chosen_mode(EmbeddedEngine(), "huge")


def test_a_runtime_that_tiles_by_itself_points_to_the_engine_that_does_not(engine_named):
    with pytest.raises(ConfigurationError, match="--engine transformers has it"):
        chosen_mode(engine_named("vllm", 1), "gundam-m")
