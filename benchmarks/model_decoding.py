"""How much decoding pages together saves: tokens per CPU-second for batches of 1, 4 and 8.

    python benchmarks/model_decoding.py [--full] [--steps 16] [--experts auto eager grouped_mm] [--int8]

`--int8` also decodes with the rounded weights of `decode_weights="int8"`, one page and four.
Random weights, since speed does not depend on them. `--full` builds DeepSeek-OCR in its
published size (3.3 B parameters, bfloat16: about 8 GB of memory); without it the decoder is
shrunk eightfold. CPU-seconds are those of this process; other load on the machine inflates
them, so compare the rows of one run.
"""

from __future__ import annotations

import argparse
import resource
import time
from typing import Any

import torch
from transformers import UnlimitedOcrForConditionalGeneration

from dsocr_integrations.engines.batch_decoding import Answer, DecodingBatch
from dsocr_integrations.engines.image_views import make_views
from dsocr_integrations.engines.no_repeat_ngram import BannedTokens, NgramBan
from dsocr_integrations.models import deepseek_ocr
from dsocr_integrations.models.int8_decoding import MAX_ROWS, add_int8_weights
from dsocr_integrations.modes import BASE

SHRUNK = {"num_hidden_layers": 3, "n_routed_experts": 32, "vocab_size": 32320}


def build(full: bool) -> Any:
    start = time.process_time()
    torch.set_default_dtype(torch.bfloat16)
    model: Any = UnlimitedOcrForConditionalGeneration(
        deepseek_ocr.make_config({} if full else SHRUNK)
    ).eval()
    torch.set_default_dtype(torch.float32)
    count = sum(weight.numel() for weight in model.parameters())
    print(f"{count / 1e9:.2f} B parameters built in {time.process_time() - start:.0f} CPU-s")
    return model


def encode(model: Any) -> torch.Tensor:
    from PIL import Image

    views = make_views(Image.effect_noise((900, 1200), 60), BASE)
    start = time.process_time()
    pixels = torch.from_numpy(views.overview).to(torch.bfloat16)
    features: torch.Tensor = model.get_image_features(pixels).pooler_output[0]
    print(f"one page in mode base encoded in {time.process_time() - start:.1f} CPU-s")
    return features


def decode(model: Any, page: torch.Tensor, rows: int, steps: int) -> float:
    batch = DecodingBatch(model, end=-1)
    start = time.process_time()
    for row in range(rows):
        # Another page in each row, or all would ask the same few experts.
        noise = torch.randn(page.shape, generator=torch.Generator().manual_seed(row))
        batch.join(Answer(BannedTokens(NgramBan()), budget=8000), noise.to(page.dtype))
    prefill = time.process_time() - start
    batch.step()
    start = time.process_time()
    for _ in range(steps):
        batch.step()
    spent = time.process_time() - start
    print(
        f"{rows} together: {rows * steps / spent:6.2f} tokens per CPU-s "
        f"({spent / steps:.3f} CPU-s a step, prefill {prefill / rows:.2f} CPU-s a page)"
    )
    return rows * steps / spent


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--steps", type=int, default=16)
    parser.add_argument("--experts", nargs="+", default=["auto"])
    parser.add_argument("--int8", action="store_true")
    arguments = parser.parse_args()
    model = build(arguments.full)
    with torch.inference_mode():
        page = encode(model)
        for kernel in arguments.experts:
            if kernel != "auto":
                DecodingBatch._fit_experts = lambda _: None  # type: ignore[method-assign] # noqa: SLF001
                model.set_experts_implementation(kernel)
            print(f"experts: {kernel}")
            speeds = [decode(model, page, rows, arguments.steps) for rows in (1, MAX_ROWS, 8)]
            print(f"8 together against 1: {speeds[2] / speeds[0]:.1f} times")
        if arguments.int8:
            add_int8_weights(model)
            print("int8 weights, against the full ones of the last run")
            for rows, full in zip((1, MAX_ROWS), speeds, strict=False):
                speed = decode(model, page, rows, arguments.steps)
                print(f"  {rows} together: {speed / full:.2f} times as fast")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(f"peak memory {peak:.1f} GB")


if __name__ == "__main__":
    main()
