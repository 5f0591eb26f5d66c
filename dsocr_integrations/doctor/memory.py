"""Does the model fit, and with what settings: arithmetic over weights, cache and working space.

Parameters are those of the published checkpoints (3.34 B and 3.39 B). The cache of one page
follows from the decoder: 12 layers, key and value, 1,280 numbers of two bytes a token, at most
8,192 tokens. Working space is that of encoding a view of 1,024 pixels, with CUDA's own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from dsocr_integrations.doctor.findings import Finding
from dsocr_integrations.doctor.machine import Gpu, Machine

PARAMETERS = 3.39e9
"""Of DeepSeek-OCR-2, the larger of the two; DeepSeek-OCR has 3.34 B."""

PAGE_BYTES = 12 * 2 * 1280 * 8192 * 2
"""Cache of one page that fills the context: 0.5 GB."""

WORKING_BYTES = 1.2e9
MOST_PAGES = 8
"""Pages that the engine `transformers` decodes together unless told otherwise."""


@dataclass(frozen=True)
class Fit:
    """How the model sits in a memory.

    Attributes:
        needed: Bytes of weights and working space, without any page.
        pages: Pages that can be decoded together; 0 where not even one can.
    """

    needed: float
    pages: int


def fit(memory: float, bytes_a_parameter: int = 2) -> Fit:
    """Divide a memory among weights, working space and pages.

    Args:
        memory: Bytes.
        bytes_a_parameter: 2 for bfloat16 and float16, 4 for float32.
    """
    needed = PARAMETERS * bytes_a_parameter + WORKING_BYTES
    return Fit(needed, max(0, int((memory - needed) // PAGE_BYTES)))


def examine(machine: Machine) -> Iterator[Finding]:
    """Judge the memory of each GPU, or that of the machine where there is none."""
    own = [gpu for gpu in machine.gpus if gpu.memory is not None]
    for gpu in own:
        yield _gpu(gpu)
    if not own and machine.memory is not None:
        yield _main(machine, machine.memory)


def _gpu(gpu: Gpu) -> Finding:
    part, purpose = "GPU memory", "DeepSeek-OCR in process, in half precision"
    total = float(gpu.memory or 0)
    whole, now = fit(total), fit(total - gpu.used)
    size = f"{total / 1e9:.1f} GB on {gpu.name}"
    if not whole.pages:
        problem = f"{size}; the model needs {(whole.needed + PAGE_BYTES) / 1e9:.1f} GB"
        remedy = (
            "read on a server, or on the CPU: "
            "TransformersEngine(…, device='cpu') or CUDA_VISIBLE_DEVICES="
        )
        return Finding(part, purpose, "", remedy, problem)
    if not now.pages:
        problem = f"{size}, of which other programs hold {gpu.used / 1e9:.1f} GB"
        return Finding(part, purpose, "", "end them; nvidia-smi lists them", problem)
    return Finding(part, purpose, f"{size}: {_settings(now.pages)}")


def _settings(pages: int) -> str:
    together = min(pages, MOST_PAGES)
    if pages >= 3 * MOST_PAGES:
        return f"fits; transformers {together} pages at a time, vllm with its own settings"
    if pages >= MOST_PAGES:
        return f"fits; transformers {together} pages at a time, vllm with max_num_seqs={pages}"
    return (
        f"just fits; transformers with capacity={together}, vllm with max_num_seqs={together}, "
        "gpu_memory_utilization=0.95 and enforce_eager=True"
    )


def _main(machine: Machine, total: float) -> Finding:
    part, purpose = "memory", "DeepSeek-OCR in process, without memory of a GPU's own"
    halved = bool(machine.gpus) or machine.torch is None
    if machine.torch is not None:
        halved = halved or machine.torch.cpu_bfloat16 or machine.torch.mps_works
    found = fit(total, 2 if halved else 4)
    size = f"{total / 1e9:.1f} GB"
    kind = "half precision" if halved else "float32 (this CPU does not multiply bfloat16)"
    if found.pages:
        together = min(found.pages, MOST_PAGES)
        return Finding(part, purpose, f"{size}: fits in {kind}, capacity={together}")
    needed = (found.needed + PAGE_BYTES) / 1e9
    remedy = "read on a server (DSOCR_SERVER_URL)"
    if fit(total).pages:
        remedy = f"TransformersEngine(…, dtype='bfloat16'), which is slow here; or {remedy}"
    return Finding(part, purpose, "", remedy, f"{size}; the model needs {needed:.1f} GB in {kind}")
