"""Checkpoints of models that share towers, told apart by what their `config.json` says."""

from __future__ import annotations

import json

import pytest

from dsocr_integrations.doctor import weights
from dsocr_integrations.engines.checkpoint import find_checkpoint
from dsocr_integrations.engines.selection import resolve_engine
from dsocr_integrations.engines.vllm import VllmEngine
from dsocr_integrations.errors import ConfigurationError
from dsocr_integrations.settings import load_settings

CLIP = {"vision_config": {"width": {"clip-l-14-224": {"width": 1024}, "sam_vit_b": {}}}}
QWEN2 = {"vision_config": {"width": {"qwen2-0-5b": {"dim": 896}, "sam_vit_b": {}}}}
FIRST, SECOND = ["DeepseekOCRForCausalLM"], ["DeepseekOCR2ForCausalLM"]
UNLIMITED = {
    "architectures": ["UnlimitedOCRForCausalLM"],
    "model_type": "unlimited-ocr",
    "sliding_window": 128,
    **CLIP,
}


@pytest.fixture
def checkpoint(tmp_path):
    def write(config):
        (tmp_path / "config.json").write_text(json.dumps(config))
        (tmp_path / "model.safetensors").write_bytes(b"")
        return tmp_path

    return write


@pytest.mark.parametrize(
    ("config", "family"),
    [
        ({"architectures": FIRST, "model_type": "deepseek_vl_v2", **CLIP}, "deepseek-ocr"),
        ({"architectures": FIRST}, "deepseek-ocr"),
        (CLIP, "deepseek-ocr"),
        ({**CLIP, "sliding_window": None}, "deepseek-ocr"),
        ({"architectures": SECOND, "model_type": "deepseek_vl_v2", **QWEN2}, "deepseek-ocr-2"),
        ({"architectures": FIRST, **QWEN2}, "deepseek-ocr-2"),
        ({"model_type": "deepseek_ocr2"}, "deepseek-ocr-2"),
    ],
)
def test_both_versions_are_told_by_name_or_tower(checkpoint, config, family):
    assert find_checkpoint(checkpoint(config)).family == family


@pytest.mark.parametrize(
    "config",
    [
        UNLIMITED,
        {key: value for key, value in UNLIMITED.items() if key != "sliding_window"},
        {**CLIP, "model_type": "unlimited_ocr"},
        {**CLIP, "architectures": FIRST, "sliding_window": 128},
        {**CLIP, "architectures": FIRST, "language_config": {"sliding_window": 128}},
        {"model_type": "unlimited_ocr", "text_config": {"sliding_window": 128}},
    ],
)
def test_unlimited_ocr_is_not_read_as_deepseek_ocr(checkpoint, config):
    with pytest.raises(ConfigurationError, match=r"holds Unlimited-OCR.*vLLM or SGLang"):
        find_checkpoint(checkpoint(config))


def test_the_doctor_says_so(checkpoint):
    finding = weights.examine(load_settings(model_path=checkpoint(UNLIMITED)))
    assert "Unlimited-OCR" in finding.problem
    assert "server" in finding.remedy
    assert "hf download" not in finding.remedy


def test_vllm_in_this_process_refuses_it(checkpoint, monkeypatch):
    monkeypatch.setattr("dsocr_integrations.engines.vllm.find_spec", lambda _: object())
    with pytest.raises(ConfigurationError, match="Unlimited-OCR"):
        VllmEngine(checkpoint(UNLIMITED)).find()


BY_VLLM = {"quantization_config": {"quant_method": "fp8"}}
BY_MLX = {"quantization_config": {"bits": 8}, "quantization": {"bits": 8}}


@pytest.mark.parametrize(
    ("how", "engine", "remedy"),
    [
        (BY_VLLM, "transformers", "read with vllm"),
        (BY_VLLM, "vllm", ""),
        (BY_MLX, "transformers", "mlx-vlm"),
        (BY_MLX, "vllm", "mlx-vlm"),
    ],
    ids=["fp8", "fp8 on vllm", "mlx", "mlx on vllm"],
)
def test_quantised_weights_are_read_by_who_knows_how(checkpoint, monkeypatch, how, engine, remedy):
    folder = checkpoint({**CLIP, **how})
    settings = load_settings(engine=engine, model_path=folder)
    monkeypatch.setattr("dsocr_integrations.engines.vllm.find_spec", lambda _: object())
    monkeypatch.setattr("dsocr_integrations.engines.transformers.find_spec", lambda _: object())
    told = weights.examine(settings)
    if not remedy:
        assert resolve_engine(engine, settings).find().family == "deepseek-ocr"
        assert "misread" not in told.problem
        return
    with pytest.raises(ConfigurationError, match="would be misread") as refused:
        resolve_engine(engine, settings).find()
    assert remedy in refused.value.remedy
    assert told.remedy == refused.value.remedy
