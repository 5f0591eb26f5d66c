"""DeepSeek-OCR (the first version) on current transformers, without remote code.

Transformers has no class of that name, but its `UnlimitedOcr…` network is the same one with a
sliding window over the answer: SAM encoder, CLIP fed by the SAM features, 16-fold compressor,
linear projector, newline and separator vectors, mixture-of-experts decoder. With full attention
in every layer it *is* DeepSeek-OCR; `tests/models` holds it against the published code. Its
table of weight names starts from the published checkpoint's own.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dsocr_integrations.errors import ConfigurationError
from dsocr_integrations.models.deepseek_ocr2 import is_deepseek_ocr2
from dsocr_integrations.models.loading import load_weights
from dsocr_integrations.models.unlimited_ocr import is_unlimited_ocr

if TYPE_CHECKING:
    import torch
    from transformers import PreTrainedModel, UnlimitedOcrConfig


NAME = "deepseek-ai/DeepSeek-OCR"
IMAGE_TOKEN_ID = 128815

_TEXT_KEYS = (
    "attention_bias",
    "bos_token_id",
    "eos_token_id",
    "first_k_dense_replace",
    "hidden_act",
    "hidden_size",
    "intermediate_size",
    "max_position_embeddings",
    "moe_intermediate_size",
    "n_group",
    "n_routed_experts",
    "n_shared_experts",
    "num_attention_heads",
    "num_experts_per_tok",
    "num_hidden_layers",
    "num_key_value_heads",
    "rms_norm_eps",
    "routed_scaling_factor",
    "topk_group",
    "topk_method",
    "vocab_size",
)
# What the network does not do; a checkpoint that wants it is not DeepSeek-OCR.
_FIXED: dict[str, Any] = {
    "use_mla": False,
    "norm_topk_prob": False,
    "scoring_func": "softmax",
    "rope_scaling": None,
    "moe_layer_freq": 1,
    "topk_method": "greedy",
    "tie_word_embeddings": False,
}
_MLP_RATIO = 4
"""Of both towers; the published config's own `mlp_ratio` is not used by its code."""


def is_deepseek_ocr(config: Mapping[str, Any]) -> bool:
    """Whether a checkpoint's `config.json` describes this model.

    The second version shares the model type, not the CLIP tower; Unlimited-OCR shares both.
    """
    if is_deepseek_ocr2(config) or is_unlimited_ocr(config):
        return False
    width = (config.get("vision_config") or {}).get("width")
    architectures = config.get("architectures") or []
    return "DeepseekOCRForCausalLM" in architectures or (
        isinstance(width, Mapping) and "clip-l-14-224" in width
    )


def make_config(published: Mapping[str, Any]) -> UnlimitedOcrConfig:
    """Build the native configuration from the published `config.json`.

    Raises:
        ConfigurationError: If the file asks for something this network does not do.
    """
    from transformers import UnlimitedOcrConfig

    language = {**(published.get("language_config") or {}), **published}
    for key, value in _FIXED.items():
        if language.get(key, value) != value:
            raise ConfigurationError(
                f"The checkpoint asks for {key}={language[key]!r}; DeepSeek-OCR has {value!r}.",
                remedy=f"Use a copy of {NAME}.",
            )
    text = {key: language[key] for key in _TEXT_KEYS if key in language}
    text["layer_types"] = ["full_attention"] * text.get("num_hidden_layers", 12)
    text["rope_parameters"] = {
        "rope_type": "default",
        "rope_theta": float(language.get("rope_theta") or 10000.0),
    }
    width = (published.get("vision_config") or {}).get("width") or {}
    return UnlimitedOcrConfig(
        text_config=text,
        vision_config={
            "sam_config": _sam(width.get("sam_vit_b") or {}),
            "encoder_config": _clip(width.get("clip-l-14-224") or {}),
        },
        image_token_id=IMAGE_TOKEN_ID,
    )


def load(folder: Path, *, dtype: torch.dtype) -> PreTrainedModel:
    """Load a checkpoint with the published key names into the native network.

    Args:
        folder: Holds `config.json` and safetensors files.
        dtype: Of the weights in memory.

    Returns:
        The model on the CPU, ready to read.

    Raises:
        ConfigurationError: If the configuration is another model's or weights are missing.
    """
    from transformers import UnlimitedOcrForConditionalGeneration

    config = make_config(json.loads((folder / "config.json").read_text(encoding="utf-8")))
    return load_weights(UnlimitedOcrForConditionalGeneration, folder, config, dtype)


def _sam(width: Mapping[str, Any]) -> dict[str, Any]:
    size = width.get("width", 768)
    return {
        "hidden_size": size,
        "mlp_dim": _MLP_RATIO * size,
        "num_hidden_layers": width.get("layers", 12),
        "num_attention_heads": width.get("heads", 12),
        "global_attn_indexes": width.get("global_attn_indexes", [2, 5, 8, 11]),
        "downsample_channels": width.get("downsample_channels", [512, 1024]),
    }


def _clip(width: Mapping[str, Any]) -> dict[str, Any]:
    size = width.get("width", 1024)
    return {
        "hidden_size": size,
        "intermediate_size": _MLP_RATIO * size,
        "num_hidden_layers": width.get("layers", 24),
        "num_attention_heads": width.get("heads", 16),
        "image_size": width.get("image_size", 224),
        "patch_size": width.get("patch_size", 14),
    }
