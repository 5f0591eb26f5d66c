"""What the batch scheduler costs beside encoding, prefill and decoding; target: at most 5 %.

    python benchmarks/scheduler_cost.py [--pages 16] [--tokens 48]

A network of DeepSeek-OCR's width with few layers and random weights reads pages of two modes
through `TransformersEngine`, with answers of different length, so that rows join and leave all
the time. Everything is CPU time of this process; what is left after the network's own share is
the scheduler's: masks, caches that grow and shrink, the n-gram ban, choosing tokens, text. The
published network has four times the layers, so its scheduler's share is smaller still.
"""

from __future__ import annotations

import argparse
import itertools
import json
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

import torch
from transformers import UnlimitedOcrForConditionalGeneration

sys.path.insert(0, str(Path(__file__).parents[1]))

from dsocr_integrations.engines.base import ReadRequest
from dsocr_integrations.engines.transformers import TransformersEngine
from dsocr_integrations.models import deepseek_ocr
from dsocr_integrations.prompts import Prompt
from dsocr_integrations.rendering import open_document
from dsocr_integrations.sources import resolve_source
from tests.engines.tiny_checkpoint import write_tokenizer
from tests.small_documents import make_pdf

TARGET = 0.05
CONFIG: dict[str, Any] = {
    "architectures": ["DeepseekOCRForCausalLM"],
    "num_hidden_layers": 3,
    "n_routed_experts": 32,
    "vocab_size": 32320,
    "vision_config": {
        "width": {
            "clip-l-14-224": {"layers": 2},
            "sam_vit_b": {"layers": 2, "global_attn_indexes": [1]},
        }
    },
}


class Stopwatch:
    """CPU-seconds by what they were spent on."""

    def __init__(self) -> None:
        self.spent: Counter[str] = Counter()
        self._since = 0.0

    def watch(self, session: Any) -> None:
        """Time the network's parts from within; the session has one thread."""
        model = session._model  # noqa: SLF001
        decoder, head = model.model.language_model, model.lm_head
        decoder.register_forward_pre_hook(self._start, with_kwargs=True)
        decoder.register_forward_hook(self._decoded, with_kwargs=True)
        head.register_forward_pre_hook(self._start, with_kwargs=True)
        head.register_forward_hook(self._decoded, with_kwargs=True)
        encode = session._encode  # noqa: SLF001

        def timed(*arguments: Any) -> Any:
            start = time.process_time()
            features = encode(*arguments)
            self.spent["encoding"] += time.process_time() - start
            return features

        session._encode = timed  # noqa: SLF001

    def _start(self, *_: Any) -> None:
        self._since = time.process_time()

    def _decoded(self, _module: Any, _inputs: Any, options: Any, _outputs: Any) -> None:
        what = "prefill" if options.get("inputs_embeds") is not None else "decoding"
        self.spent[what] += time.process_time() - self._since


def write_checkpoint(folder: Path) -> Path:
    torch.set_default_dtype(torch.bfloat16)
    model: Any = UnlimitedOcrForConditionalGeneration(deepseek_ocr.make_config(CONFIG))
    torch.set_default_dtype(torch.float32)
    model.save_pretrained(folder)
    (folder / "config.json").write_text(json.dumps(CONFIG))
    write_tokenizer(folder)
    return folder


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pages", type=int, default=16)
    parser.add_argument("--tokens", type=int, default=48)
    arguments = parser.parse_args()
    torch.manual_seed(0)
    with tempfile.TemporaryDirectory() as folder:
        checkpoint = write_checkpoint(Path(folder))
        document = open_document(
            resolve_source(make_pdf(Path(folder) / "pages.pdf", arguments.pages))
        )
        requests = [
            ReadRequest(document.region(page), Prompt.MARKDOWN.value, mode=mode)
            for page, mode in zip(
                range(1, arguments.pages + 1), itertools.cycle(("tiny", "small")), strict=False
            )
        ]
        engine = TransformersEngine(checkpoint, device="cpu", dtype="bfloat16")
        with engine.open() as session:
            lengths = itertools.cycle(range(arguments.tokens // 2, arguments.tokens * 3 // 2, 7))
            session._budget = lambda _: next(lengths)  # type: ignore[method-assign] # noqa: SLF001
            session.submit(requests[0]).result()
            stopwatch = Stopwatch()
            stopwatch.watch(session)
            start = time.process_time()
            readings = [one.result() for one in [session.submit(ask) for ask in requests]]
            total = time.process_time() - start
    network = sum(stopwatch.spent.values())
    tokens = sum(reading.output_tokens or 0 for reading in readings)
    print(f"{len(readings)} pages, {tokens} tokens, {engine.capacity} at a time")
    for what, spent in stopwatch.spent.items():
        print(f"  {what:9} {spent:6.2f} CPU-s")
    rest = total - network
    print(f"  scheduler {rest:6.2f} CPU-s, {rest / tokens * 1e3:.2f} ms a token")
    print(
        f"scheduler beyond encode + prefill + decode: {rest / network:.1%} of them "
        f"(target {TARGET:.0%}); of decoding alone: {rest / stopwatch.spent['decoding']:.1%}"
    )


if __name__ == "__main__":
    main()
