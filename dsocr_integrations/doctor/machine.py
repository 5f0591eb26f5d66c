"""Facts about the machine: GPUs and driver, torch's build, memory. Gathered here, judged elsewhere."""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
import sys
from dataclasses import dataclass
from typing import Any

from dsocr_integrations.part_versions import package_version

NVIDIA_SMI_SECONDS = 20.0
TORCH_SECONDS = 120.0

_QUERY = "name,driver_version,memory.total,memory.used,compute_cap"
_MEBIBYTE = 2**20


@dataclass(frozen=True)
class Gpu:
    """One NVIDIA GPU, as its driver describes it.

    Attributes:
        name: Product name.
        driver: Version of the driver.
        memory: Bytes in all; `None` where the GPU shares the machine's memory (GB10).
        used: Bytes that other programs hold.
        capability: Compute capability, such as `(12, 1)`.
    """

    name: str
    driver: str
    memory: int | None
    used: int
    capability: tuple[int, int]


@dataclass(frozen=True)
class TorchBuild:
    """The installed torch, as it describes itself.

    Attributes:
        version: Such as `2.13.0+cu130`.
        cuda: CUDA version it was built for; empty for a CPU build.
        architectures: GPU architectures it has kernels for, such as `sm_90`.
        cuda_works: Whether it can use a GPU here.
        mps_works: Whether it can use Apple's GPU.
        cpu_bfloat16: Whether this CPU multiplies bfloat16 natively.
    """

    version: str
    cuda: str = ""
    architectures: tuple[str, ...] = ()
    cuda_works: bool = False
    mps_works: bool = False
    cpu_bfloat16: bool = False


@dataclass(frozen=True)
class Machine:
    """What the model engines would run on.

    Attributes:
        architecture: Of the CPU, such as `x86_64` or `aarch64`.
        memory: Bytes of main memory; `None` where unknown.
        gpus: NVIDIA GPUs.
        torch: The installed torch; `None` where there is none.
        torch_problem: Why an installed torch cannot even be imported.
    """

    architecture: str
    memory: int | None = None
    gpus: tuple[Gpu, ...] = ()
    torch: TorchBuild | None = None
    torch_problem: str = ""


def look() -> Machine:
    """Gather the facts; torch is asked in a process of its own, which it may hang or crash."""
    build, problem = _torch()
    return Machine(platform.machine().lower(), _main_memory(), gpus(_nvidia_smi()), build, problem)


def gpus(table: str) -> tuple[Gpu, ...]:
    """Read the answer of `nvidia-smi --query-gpu … --format=csv,noheader,nounits`.

    Lines that cannot be read are left out.
    """
    found = []
    for line in table.splitlines():
        parts = [part.strip() for part in line.split(",")]
        if len(parts) != len(_QUERY.split(",")):
            continue
        name, driver, total, used, capability = parts
        major, _, minor = capability.partition(".")
        if major.isdigit() and minor.isdigit():
            memory = int(total) * _MEBIBYTE if total.isdigit() else None
            held = int(used) * _MEBIBYTE if used.isdigit() else 0
            found.append(Gpu(name, driver, memory, held, (int(major), int(minor))))
    return tuple(found)


def _nvidia_smi() -> str:
    program = shutil.which("nvidia-smi")
    if program is None:
        return ""
    command = [program, f"--query-gpu={_QUERY}", "--format=csv,noheader,nounits"]
    return _output(command, NVIDIA_SMI_SECONDS)[0]


def _torch() -> tuple[TorchBuild | None, str]:
    if not package_version("torch"):
        return None, ""
    command = [sys.executable, "-m", "dsocr_integrations.doctor.torch_facts"]
    answer, problem = _output(command, TORCH_SECONDS)
    try:
        said: dict[str, Any] = json.loads(answer)
        return TorchBuild(**said | {"architectures": tuple(said["architectures"])}), ""
    except (ValueError, TypeError, KeyError):
        lines = problem.strip().splitlines()
        return None, lines[-1] if lines else "it does not start"


def _output(command: list[str], seconds: float) -> tuple[str, str]:
    try:
        ended = subprocess.run(
            command, capture_output=True, text=True, timeout=seconds, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return "", str(error)
    return ended.stdout, ended.stderr


def _main_memory() -> int | None:
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return None
