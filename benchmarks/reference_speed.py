"""Decoding speed of the published DeepSeek-OCR code, one page at a time, for comparison.

    PYTHONPATH=<transformers 4.46.3 folder>:. python benchmarks/reference_speed.py <reference>

Full-size decoder, random weights, bfloat16, as `model_decoding.py --full`; see
`reference_golden.py` for what `<reference>` is.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

import torch

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.reference_golden import import_reference

PROMPT = 283
STEPS = 10


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("reference", type=Path)
    reference = import_reference(parser.parse_args().reference)
    module = sys.modules[f"{reference.__package__}.modeling_deepseekv2"]
    config = reference.DeepseekV2Config.from_pretrained(parser.parse_args().reference)
    config._attn_implementation = "eager"  # noqa: SLF001
    torch.set_default_dtype(torch.bfloat16)
    model = module.DeepseekV2ForCausalLM(config).eval()
    print(f"{sum(weight.numel() for weight in model.parameters()) / 1e9:.2f} B parameters")
    from transformers import DynamicCache

    with torch.inference_mode():
        cache = DynamicCache()
        start = time.process_time()
        page = torch.randn(1, PROMPT, config.hidden_size)
        model(inputs_embeds=page, past_key_values=cache, use_cache=True)
        print(f"prefill {time.process_time() - start:.2f} CPU-s")
        token = torch.tensor([[5]])
        token = model(token, past_key_values=cache, use_cache=True).logits[:, -1:].argmax(-1)
        start = time.process_time()
        for _ in range(STEPS):
            token = model(token, past_key_values=cache, use_cache=True).logits[:, -1:].argmax(-1)
        spent = time.process_time() - start
    print(f"1 alone: {STEPS / spent:.2f} tokens per CPU-s ({spent / STEPS:.3f} CPU-s a step)")


if __name__ == "__main__":
    main()
