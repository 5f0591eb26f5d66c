"""A shrunk DeepSeek-OCR-2 with weights from their names; see `tests/models/shrunk.py`."""

from __future__ import annotations

from pathlib import Path

from tests.models import shrunk

GOLDEN = shrunk.HERE / "golden_v2.npz"
SHAPES = shrunk.HERE / "golden_v2_shapes.json"
VIEWS = shrunk.HERE / "golden_v2_views.json"

TEXT = {
    "bos_token_id": 0,
    "eos_token_id": 1,
    "hidden_size": 48,
    "intermediate_size": 96,
    "max_position_embeddings": 8192,
    "moe_intermediate_size": 32,
    "n_routed_experts": 6,
    "n_shared_experts": 2,
    "num_attention_heads": 3,
    "num_experts_per_tok": 3,
    "num_hidden_layers": 3,
    "num_key_value_heads": 3,
    "vocab_size": 320,
}
SAM = {
    "downsample_channels": [32, 48],
    "global_attn_indexes": [1],
    "hidden_size": 32,
    "num_attention_heads": 2,
    "num_hidden_layers": 2,
}
ENCODER = {
    "hidden_size": 48,
    "intermediate_size": 96,
    "num_attention_heads": 3,
    "num_hidden_layers": 2,
    "num_key_value_heads": 1,
    "rope_parameters": {"rope_type": "default", "rope_theta": 1_000_000.0},
}
CONFIG = {
    "architectures": ["DeepseekOcr2ForConditionalGeneration"],
    "model_type": "deepseek_ocr2",
    "text_config": TEXT | {"mlp_layer_types": ["dense", "sparse", "sparse"]},
    "vision_config": {"sam_config": SAM, "encoder_config": ENCODER},
}

PICTURES = {"whole": (500, 700), "tiled": (1100, 600)}


def write_checkpoint(folder: Path) -> Path:
    """Write the shrunk model with the published key names."""
    return shrunk.write_tensors(folder, SHAPES, CONFIG)
