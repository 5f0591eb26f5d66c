"""A shrunk DeepSeek-OCR whose weights come from their names, the same on every machine."""

from __future__ import annotations

import json
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import torch

    from dsocr_integrations.engines.image_views import ImageViews

HERE = Path(__file__).parent
GOLDEN = HERE / "golden_v1.npz"
SHAPES = HERE / "golden_v1_shapes.json"
VIEWS = HERE / "golden_v1_views.json"

CONFIG = {
    "architectures": ["DeepseekOCRForCausalLM"],
    "model_type": "deepseek_vl_v2",
    "attention_bias": False,
    "bos_token_id": 0,
    "eos_token_id": 1,
    "first_k_dense_replace": 1,
    "hidden_act": "silu",
    "hidden_size": 48,
    "intermediate_size": 96,
    "kv_lora_rank": None,
    "lm_head": True,
    "max_position_embeddings": 8192,
    "moe_intermediate_size": 32,
    "moe_layer_freq": 1,
    "n_group": 1,
    "n_routed_experts": 6,
    "n_shared_experts": 2,
    "norm_topk_prob": False,
    "num_attention_heads": 3,
    "num_experts_per_tok": 3,
    "num_hidden_layers": 3,
    "num_key_value_heads": 3,
    "projector_config": {
        "input_dim": 96,
        "model_type": "mlp_projector",
        "n_embed": 48,
        "projector_type": "linear",
    },
    "q_lora_rank": None,
    "qk_nope_head_dim": 0,
    "qk_rope_head_dim": 0,
    "rms_norm_eps": 1e-6,
    "rope_scaling": None,
    "rope_theta": 10000.0,
    "routed_scaling_factor": 1.0,
    "scoring_func": "softmax",
    "tie_word_embeddings": False,
    "topk_group": 1,
    "topk_method": "greedy",
    "torch_dtype": "float32",
    "use_mla": False,
    "v_head_dim": 0,
    "vision_config": {
        "image_size": 1024,
        "mlp_ratio": 3.7362,
        "model_name": "deeplip_b_l",
        "model_type": "vision",
        "width": {
            "clip-l-14-224": {
                "heads": 4,
                "image_size": 224,
                "layers": 2,
                "patch_size": 14,
                "width": 48,
            },
            "sam_vit_b": {
                "downsample_channels": [32, 48],
                "global_attn_indexes": [1],
                "heads": 2,
                "layers": 2,
                "width": 32,
            },
        },
    },
    "vocab_size": 320,
}

TEXT_TOKENS = [201, 43, 7, 250, 99]
"""Stands for the prompt's text after the picture."""

PICTURES = {
    "tiny": (230, 310),
    "small": (700, 400),
    "base": (611, 864),
    "large": (500, 900),
    "gundam": (900, 650),
}
"""Picture sizes at which each mode is compared."""

STEPS = 64
"""Greedy steps compared."""


def picture(size: tuple[int, int]):
    """A smooth picture with sharp strokes, from its size alone."""
    from PIL import Image

    width, height = size
    x, y = np.meshgrid(np.arange(width), np.arange(height))
    planes = [
        (np.sin(x / (7 + shift)) * np.cos(y / (11 + shift)) * 90 + 128).astype(np.uint8)
        for shift in range(3)
    ]
    pixels = np.stack(planes, axis=-1)
    pixels[(x // 9 + y // 13) % 5 == 0] = (250, 20, 60)
    return Image.fromarray(pixels, "RGB")


def checksum(views: ImageViews) -> int:
    """Of all pixels that a picture has become."""
    return zlib.crc32(views.tiles.tobytes(), zlib.crc32(views.overview.tobytes()))


def weight(name: str, shape: tuple[int, ...]) -> np.ndarray:
    """The value of a parameter, from its name; float32."""
    noise = np.random.default_rng(zlib.crc32(name.encode())).standard_normal(shape, np.float32)
    if name.endswith("norm.weight") or ".norm" in name or "layer_norm" in name or "lnorm" in name:
        return noise * np.float32(0.1) + np.float32(name.endswith("weight"))
    if len(shape) < 2:
        return noise * np.float32(0.1)
    if "embed" in name or "rel_pos" in name:
        return noise * np.float32(0.5)
    # Keeps signals at their size from layer to layer: smaller and attention would be uniform,
    # larger and float32's own rounding would grow until it hides what is compared.
    return noise * np.float32(1.0 / np.sqrt(np.prod(shape[1:])))


def greedy(model: Any, prompt: torch.Tensor) -> list[int]:
    """The tokens a native network says to embeddings `(1, tokens, hidden)`, with its cache."""
    import torch

    step, cache, said = {"inputs_embeds": prompt}, None, []
    with torch.inference_mode():
        for _ in range(STEPS):
            answer = model(**step, past_key_values=cache, use_cache=True)
            cache = answer.past_key_values
            said.append(int(answer.logits[0, -1].argmax()))
            step = {"input_ids": torch.tensor([said[-1:]])}
    return said


def write_checkpoint(folder: Path) -> Path:
    """Write the shrunk model as the published one is laid out: config and safetensors."""
    return write_tensors(folder, SHAPES, CONFIG)


def write_tensors(folder: Path, shapes_file: Path, config: dict) -> Path:
    """Write a config and weights made from their names."""
    from safetensors.numpy import save_file

    folder.mkdir(parents=True, exist_ok=True)
    shapes = json.loads(shapes_file.read_text())
    tensors = {name: weight(name, tuple(shape)) for name, shape in shapes.items()}
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
    (folder / "config.json").write_text(json.dumps(config))
    return folder
