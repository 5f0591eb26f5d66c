"""DeepSeek-OCR-2, which transformers knows itself; published and converted checkpoints."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dsocr_integrations.models.loading import load_weights

if TYPE_CHECKING:
    import torch
    from transformers import DeepseekOcr2Config, PreTrainedModel

NAME = "deepseek-ai/DeepSeek-OCR-2"

# The published config does not describe its Qwen2 tower; its code does (a 0.5 B Qwen2).
_ENCODER: dict[str, Any] = {
    "hidden_size": 896,
    "intermediate_size": 4864,
    "num_hidden_layers": 24,
    "num_attention_heads": 14,
    "num_key_value_heads": 2,
    "rope_parameters": {"rope_type": "default", "rope_theta": 1_000_000.0},
}
# The decoder is the first version's; what a published config leaves out is filled from here.
_DECODER: dict[str, Any] = {
    "bos_token_id": 0,
    "eos_token_id": 1,
    "hidden_size": 1280,
    "intermediate_size": 6848,
    "max_position_embeddings": 8192,
    "moe_intermediate_size": 896,
    "n_routed_experts": 64,
    "n_shared_experts": 2,
    "num_attention_heads": 10,
    "num_experts_per_tok": 6,
    "num_hidden_layers": 12,
    "num_key_value_heads": 10,
    "rope_parameters": {"rope_type": "default", "rope_theta": 10_000.0},
    "vocab_size": 129280,
}


def is_deepseek_ocr2(config: Mapping[str, Any]) -> bool:
    """Whether a checkpoint's `config.json` describes this model, published or converted.

    A copy that goes by the first version's name still tells its Qwen2 tower.
    """
    architectures = config.get("architectures") or []
    width = (config.get("vision_config") or {}).get("width")
    return (
        config.get("model_type") == "deepseek_ocr2"
        or "DeepseekOCR2ForCausalLM" in architectures
        or (isinstance(width, Mapping) and "qwen2-0-5b" in width)
    )


def make_config(published: Mapping[str, Any]) -> DeepseekOcr2Config:
    """Build the native configuration from either kind of `config.json`."""
    from transformers import DeepseekOcr2Config

    if published.get("model_type") == "deepseek_ocr2":
        return DeepseekOcr2Config.from_dict(dict(published))
    language = {**(published.get("language_config") or {}), **published}
    text = {key: language.get(key, value) for key, value in _DECODER.items()}
    layers, dense = text["num_hidden_layers"], language.get("first_k_dense_replace", 1)
    text["mlp_layer_types"] = ["dense"] * dense + ["sparse"] * (layers - dense)
    return DeepseekOcr2Config(
        text_config=text,
        vision_config={"encoder_config": dict(_ENCODER)},
    )


def load(folder: Path, *, dtype: torch.dtype) -> PreTrainedModel:
    """Load a checkpoint.

    Args:
        folder: Holds `config.json` and safetensors files.
        dtype: Of the weights in memory.

    Returns:
        The model on the CPU, ready to read.

    Raises:
        ConfigurationError: If weights are missing.
    """
    from transformers import DeepseekOcr2ForConditionalGeneration

    config = make_config(json.loads((folder / "config.json").read_text(encoding="utf-8")))
    return load_weights(DeepseekOcr2ForConditionalGeneration, folder, config, dtype)
