"""vLLM's two model runners: which one runs, and so whether repeated n-grams can be forbidden.

What forbids them is the model's own processor, written for the first runner. From 0.31 on vLLM
takes the second wherever Triton works, which is on every GPU, and the second refuses that
processor, so nothing starts. An environment variable keeps the first.

Source: `config/vllm.py`, `v1/engine/input_processor.py` and
`v1/worker/gpu/sample/logits_processor/loader.py` of vLLM 0.30 to 0.33.
"""

from __future__ import annotations

import os

from dsocr_integrations.part_versions import numbers

PROCESSOR = "vllm.model_executor.models.deepseek_ocr:NGramPerReqLogitsProcessor"
VARIABLE = "VLLM_USE_V2_MODEL_RUNNER"
FIRST = "0"
NEWEST = (0, 33)
"""Newest version of which this has been shown."""

NO_BAN = (
    f"{VARIABLE} asks for vLLM's second model runner, which cannot forbid repeated n-grams, so "
    "loops are only watched for"
)


def takes_ban() -> bool:
    """Whether the first runner will be asked for: wherever nobody asks for the second."""
    return os.environ.get(VARIABLE, FIRST) == FIRST


def prepare() -> None:
    """Ask for the first runner unless somebody has chosen; before vLLM is imported."""
    os.environ.setdefault(VARIABLE, FIRST)


def in_words(version: str) -> str:
    """What runs with a version of vLLM in this process."""
    if not takes_ban():
        return NO_BAN
    kept = f"on its first model runner ({VARIABLE}={FIRST}), which the n-gram ban needs"
    newest = ".".join(map(str, NEWEST))
    is_new = numbers(version)[:2] > NEWEST
    return f"{kept}; newer than {newest}, the newest tried" if is_new else kept
