"""What the machine means for the model: GPU, torch's build and memory, each with its remedy.

Pure functions over the facts of `dsocr_integrations.doctor.machine`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dsocr_integrations.doctor import memory
from dsocr_integrations.doctor.findings import Finding
from dsocr_integrations.doctor.machine import Gpu, Machine, TorchBuild

BFLOAT16_SINCE = (8, 0)
"""Compute capability from which GPUs multiply bfloat16; older ones read in float16."""

CUDA_13_SINCE = (7, 5)
"""Compute capability below which CUDA 13 has no kernels (its release notes: Turing is oldest)."""

_DRIVERS = ((580, "cu130"), (570, "cu128"), (525, "cu126"))
"""Oldest driver of each build: CUDA's compatibility table; 570 is the first for Blackwell."""

_BUILDS = "https://download.pytorch.org/whl"
_USE = "DeepSeek-OCR in process"


def examine(machine: Machine) -> Iterator[Finding]:
    """Judge the facts."""
    yield gpu(machine)
    if machine.torch is not None or machine.torch_problem:
        yield torch_build(machine)
    yield from memory.examine(machine)


def gpu(machine: Machine) -> Finding:
    """Which GPU there is."""
    part, purpose = "GPU", f"{_USE}; a page takes minutes on a CPU"
    if machine.gpus:
        named = (
            f"{one.name} (sm_{one.capability[0]}{one.capability[1]}, driver {one.driver}"
            f"{', float16' if one.capability < BFLOAT16_SINCE else ''})"
            for one in machine.gpus
        )
        return Finding(part, purpose, "; ".join(named))
    if machine.torch is not None and machine.torch.mps_works:
        return Finding(part, purpose, "Apple's, in float16; wrong numbers have been reported on it")
    remedy = "read on a server (DSOCR_SERVER_URL); where there is a GPU, install its driver"
    return Finding(part, purpose, "", remedy, "no NVIDIA GPU answers (nvidia-smi)")


def torch_build(machine: Machine) -> Finding:
    """Whether the installed torch can use the GPU."""
    part, purpose = "torch and GPU", _USE
    build = machine.torch
    if build is None:
        remedy = f"pip install --force-reinstall torch{_index(machine)}"
        return Finding(part, purpose, "", remedy, f"torch breaks: {machine.torch_problem}")
    if not machine.gpus:
        return Finding(part, purpose, f"{build.version}, without a GPU")
    problem, remedy = _mismatch(machine, build)
    if problem:
        return Finding(part, purpose, "", remedy, problem)
    return Finding(part, purpose, f"{build.version} uses the GPU")


def has_kernels(architectures: tuple[str, ...], capability: tuple[int, int]) -> bool:
    """Whether a torch built for these architectures runs on a GPU.

    A binary for `sm_XY` runs where the major number is the same and the minor at least Y;
    `compute_XY` is compiled on any newer GPU; a letter at the end ties it to that chip or, for
    `f`, to its major number. Source: CUDA C++ Programming Guide, "Compute Capability".
    """
    return any(_runs(architecture, capability) for architecture in architectures)


def _runs(architecture: str, capability: tuple[int, int]) -> bool:
    matched = re.fullmatch(r"(sm|compute)_(\d+)(\d)([af]?)", architecture)
    if matched is None:
        return False
    kind, major, minor, letter = matched.groups()
    built = (int(major), int(minor))
    if letter == "a":
        return built == capability
    if kind == "compute" and not letter:
        return built <= capability
    return built[0] == capability[0] and built[1] <= capability[1]


def _mismatch(machine: Machine, build: TorchBuild) -> tuple[str, str]:
    first = machine.gpus[0]
    reinstall = f"pip install --force-reinstall torch{_index(machine)}"
    if not build.cuda:
        where = (
            " (the plain package for ARM64 has been one without CUDA)"
            if machine.architecture in {"aarch64", "arm64"}
            else ""
        )
        return f"{build.version} is a build for the CPU{where}", reinstall
    if _driver(first) < _needed_driver(build.cuda):
        least = _needed_driver(build.cuda)
        remedy = f"update the driver to {least} or newer, or: {reinstall}"
        return f"{build.version} needs driver {least}, there is {first.driver}", remedy
    if build.architectures and not has_kernels(build.architectures, first.capability):
        major, minor = first.capability
        return f"{build.version} has no kernels for sm_{major}{minor} ({first.name})", reinstall
    if not build.cuda_works:
        remedy = "in a container, start it with --gpus all; else restart after a driver update"
        return f"{build.version} sees no GPU although the driver does", remedy
    return "", ""


def _index(machine: Machine) -> str:
    if not machine.gpus:
        return ""
    return f" --index-url {_BUILDS}/{_best_build(machine.gpus[0])}"


def _best_build(gpu: Gpu) -> str:
    newest = next((build for least, build in _DRIVERS if _driver(gpu) >= least), "cu126")
    return "cu126" if gpu.capability < CUDA_13_SINCE and newest == "cu130" else newest


def _needed_driver(cuda: str) -> int:
    major, _, minor = cuda.partition(".")
    if int(major) >= 13:
        return 580
    # Within CUDA 12 older drivers do, except that 12.8 is the first that knows Blackwell.
    return 570 if (int(major), int(minor or 0)) >= (12, 8) else 525


def _driver(gpu: Gpu) -> int:
    number = gpu.driver.partition(".")[0]
    return int(number) if number.isdigit() else 0
