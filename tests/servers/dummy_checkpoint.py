"""A folder that vLLM takes for DeepSeek-OCR: the true classes, a small decoder, no weights.

vLLM builds the published vision towers whatever the configuration says (400 M parameters);
only the decoder is shrunk. Its weights are made up by `--load-format dummy`, so answers are
noise: what is tested is the protocol.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file

from tests.engines.tiny_checkpoint import write_tokenizer
from tests.models.shrunk import CONFIG

NAME = "deepseek-ai/DeepSeek-OCR"
TOKENS = 24
"""Length of an answer in these tests."""

DECODER = {
    "hidden_size": 256,
    "intermediate_size": 512,
    "moe_intermediate_size": 128,
    "n_routed_experts": 8,
    "num_experts_per_tok": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 4,
    "num_hidden_layers": 2,
}
DECODER_CLASS = {"architectures": ["DeepseekV2ForCausalLM"], "model_type": "deepseek_v2"}
LAYOUT = {"candidate_resolutions": [[1024, 1024]], "global_view_pos": "head", "tile_tag": "2D"}
PROJECTOR = CONFIG["projector_config"] | {"input_dim": 2048, "n_embed": DECODER["hidden_size"]}


def write_dummy_checkpoint(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    decoder = CONFIG | DECODER | DECODER_CLASS
    # vLLM reads the decoder's part from `language_config`, which the published file also has.
    config = CONFIG | DECODER | LAYOUT | {"projector_config": PROJECTOR, "language_config": decoder}
    (folder / "config.json").write_text(json.dumps(config))
    # The engine looks for weights before it starts vLLM; dummy loading reads none.
    save_file({"nothing": np.zeros(1, np.float32)}, folder / "model.safetensors")
    write_tokenizer(folder)
    return folder
