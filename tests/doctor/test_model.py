"""What machines mean for the model, without having any of them."""

from __future__ import annotations

import subprocess
from dataclasses import replace

import pytest

from dsocr_integrations.doctor import machine as looking
from dsocr_integrations.doctor import memory
from dsocr_integrations.doctor.machine import Gpu, Machine, TorchBuild, gpus
from dsocr_integrations.doctor.model import examine, has_kernels

GIGABYTE = 10**9
CU130 = ("sm_75", "sm_80", "sm_86", "sm_90", "sm_100", "sm_120")


def gpu(memory_gb: float | None = 24, capability=(8, 9), driver="580.82.09", used_gb=0.5) -> Gpu:
    size = None if memory_gb is None else int(memory_gb * 2**30)
    return Gpu("NVIDIA Test", driver, size, int(used_gb * 2**30), capability)


def build(**changes) -> TorchBuild:
    return replace(TorchBuild("2.13.0+cu130", "13.0", CU130, cuda_works=True), **changes)


def found_on(machine: Machine) -> dict:
    findings = {finding.part: finding for finding in examine(machine)}
    assert all(finding.present != bool(finding.remedy) for finding in findings.values())
    return findings


def test_the_driver_s_table_is_read_and_nonsense_left_out():
    table = (
        "NVIDIA GeForce RTX 4090, 580.82.09, 24564, 512, 8.9\n"
        "NVIDIA GB10, 580.82.09, [N/A], [N/A], 12.1\n"
        "No devices were found\n"
        "a, b, c, d, e\n"
    )
    rtx, gb10 = gpus(table)
    assert rtx == Gpu("NVIDIA GeForce RTX 4090", "580.82.09", 24564 * 2**20, 512 * 2**20, (8, 9))
    assert (gb10.memory, gb10.used, gb10.capability) == (None, 0, (12, 1))


def test_a_sound_gpu_is_found_with_all_that_matters():
    found = found_on(Machine("x86_64", 64 * GIGABYTE, (gpu(),), build()))
    assert found["GPU"].found == "NVIDIA Test (sm_89, driver 580.82.09)"
    assert found["torch and GPU"].found == "2.13.0+cu130 uses the GPU"
    assert "8 pages at a time" in found["GPU memory"].found
    assert "memory" not in found


@pytest.mark.parametrize(
    ("changes", "one", "problem", "remedy"),
    [
        ({"cuda": "", "cuda_works": False}, gpu(), "is a build for the CPU", "whl/cu130"),
        ({"cuda_works": False}, gpu(), "sees no GPU although the driver does", "--gpus all"),
        ({}, gpu(driver="550.54"), "needs driver 580, there is 550.54", "whl/cu126"),
        ({"cuda": "12.8"}, gpu(driver="550.54"), "needs driver 570", "update the driver"),
        ({}, gpu(capability=(7, 0)), "no kernels for sm_70", "whl/cu126"),
        (
            {"version": "2.5.1+cu124", "cuda": "12.4", "architectures": ("sm_50", "sm_90")},
            gpu(capability=(12, 1)),
            "2.5.1+cu124 has no kernels for sm_121",
            "whl/cu130",
        ),
    ],
)
def test_a_torch_that_does_not_fit_the_gpu_is_told_with_the_build_that_does(
    changes, one, problem, remedy
):
    finding = found_on(Machine("x86_64", None, (one,), build(**changes)))["torch and GPU"]
    assert problem in finding.problem
    assert remedy in finding.remedy


def test_arm64_with_cuda_13_needs_its_own_build_and_shares_its_memory():
    spark = gpu(memory_gb=None, capability=(12, 1))
    plain = TorchBuild("2.13.0+cpu")
    found = found_on(Machine("aarch64", 128 * GIGABYTE, (spark,), plain))
    assert "the plain package for ARM64" in found["torch and GPU"].problem
    assert found["torch and GPU"].remedy.endswith("whl/cu130")
    assert "fits in half precision, capacity=8" in found["memory"].found
    assert found_on(Machine("aarch64", None, (spark,), build()))["torch and GPU"].present


def test_a_torch_that_breaks_is_a_finding_of_its_own():
    broken = Machine("x86_64", None, (), None, "ImportError: libcudart.so.13")
    assert "libcudart" in found_on(broken)["torch and GPU"].problem


@pytest.mark.parametrize(
    ("size", "says"),
    [
        (4, "the model needs 8.5 GB"),
        (6, "the model needs 8.5 GB"),
        (8, "just fits; transformers with capacity=1"),
        (12, "vllm with max_num_seqs=9"),
        (24, "transformers 8 pages at a time, vllm with its own settings"),
        (80, "transformers 8 pages at a time, vllm with its own settings"),
    ],
)
def test_does_it_fit_and_with_what_settings(size, says):
    finding = found_on(Machine("x86_64", None, (gpu(size, used_gb=0),), build()))["GPU memory"]
    assert says in finding.found + finding.problem


def test_memory_that_others_hold_is_told_apart_from_memory_that_is_not_there():
    finding = found_on(Machine("x86_64", None, (gpu(12, used_gb=6),), build()))["GPU memory"]
    assert "other programs hold 6.4 GB" in finding.problem


def test_without_a_gpu_main_memory_counts_in_the_format_the_cpu_is_good_at():
    cpu = TorchBuild("2.13.0+cpu", cpu_bfloat16=True)
    found = found_on(Machine("x86_64", 24 * GIGABYTE, (), cpu))
    assert "no NVIDIA GPU answers" in found["GPU"].problem
    assert "half precision, capacity=8" in found["memory"].found
    old = found_on(Machine("x86_64", 12 * GIGABYTE, (), replace(cpu, cpu_bfloat16=False)))
    assert "in float32" in old["memory"].problem
    assert "dtype='bfloat16'" in old["memory"].remedy
    small = found_on(Machine("x86_64", 4 * GIGABYTE, (), cpu))
    assert small["memory"].remedy == "read on a server (DSOCR_SERVER_URL)"
    apple = found_on(Machine("arm64", 32 * GIGABYTE, (), replace(cpu, mps_works=True)))
    assert "Apple's" in apple["GPU"].found


def test_half_precision_of_older_gpus_is_named():
    found = found_on(Machine("x86_64", None, (gpu(capability=(7, 5)),), build()))
    assert "float16" in found["GPU"].found


@pytest.mark.parametrize(
    ("architectures", "capability", "runs"),
    [
        (("sm_120",), (12, 1), True),
        (("sm_90",), (8, 9), False),
        (("sm_86",), (8, 0), False),
        (("sm_90a",), (9, 0), True),
        (("sm_100a",), (10, 3), False),
        (("sm_100f",), (10, 3), True),
        (("compute_90",), (12, 0), True),
        (("compute_90a",), (12, 0), False),
        (("gfx942",), (9, 4), False),
        ((), (9, 0), False),
    ],
)
def test_which_kernels_run_on_which_gpu(architectures, capability, runs):
    assert has_kernels(architectures, capability) is runs


def test_the_arithmetic_of_memory():
    assert round(memory.PAGE_BYTES / 1e9, 1) == 0.5
    assert memory.fit(24 * GIGABYTE).needed == pytest.approx(8e9, rel=0.01)
    assert memory.fit(24 * GIGABYTE, 4).pages < memory.fit(24 * GIGABYTE).pages


def test_this_machine_is_looked_at_and_torch_asked_in_its_own_process(monkeypatch):
    pytest.importorskip("torch", reason="pip install torch==2.13.0")
    import torch

    seen = looking.look()
    assert seen.torch is not None
    assert seen.torch.version == torch.__version__
    assert seen.memory is not None

    def hang(command, **_):
        raise subprocess.TimeoutExpired(command, 1)

    monkeypatch.setattr(subprocess, "run", hang)
    assert looking.look().torch is None
    assert "timed out" in looking.look().torch_problem
