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
_TEXT_KEYS = (
    "hidden_size",
    "intermediate_size",
    "moe_intermediate_size",
    "n_routed_experts",
    "n_shared_experts",
    "num_attention_heads",
    "num_experts_per_tok",
    "num_hidden_layers",
    "num_key_value_heads",
    "max_position_embeddings",
    "first_k_dense_replace",
    "vocab_size",
)


def is_deepseek_ocr2(config: Mapping[str, Any]) -> bool:
    """Whether a checkpoint's `config.json` describes this model, published or converted."""
    architectures = config.get("architectures") or []
    return config.get("model_type") == "deepseek_ocr2" or "DeepseekOCR2ForCausalLM" in architectures


def make_config(published: Mapping[str, Any]) -> DeepseekOcr2Config:
    """Build the native configuration from either kind of `config.json`."""
    from transformers import DeepseekOcr2Config

    if published.get("model_type") == "deepseek_ocr2":
        return DeepseekOcr2Config.from_dict(dict(published))
    language = {**(published.get("language_config") or {}), **published}
    return DeepseekOcr2Config(
        text_config={key: language[key] for key in _TEXT_KEYS if key in language},
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
