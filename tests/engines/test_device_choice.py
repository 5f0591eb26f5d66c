"""Device, number format and expert kernels, as `auto` takes them from what the machine has."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from dsocr_integrations.engines import transformers
from dsocr_integrations.engines.batch_decoding import DecodingBatch
from dsocr_integrations.engines.transformers import TransformersEngine
from dsocr_integrations.errors import ConfigurationError
from tests.models import shrunk

torch = pytest.importorskip("torch", reason="pip install torch==2.13.0")


@pytest.fixture
def machine(monkeypatch):
    """A machine with the given parts, as torch tells of them."""

    def machine(*parts):
        answers = {
            "torch.cuda.is_available": bool({"gpu", "old gpu"} & set(parts)),
            "torch.cuda.is_bf16_supported": "gpu" in parts,
            "torch.backends.mps.is_available": "apple" in parts,
        }
        for name, answer in answers.items():
            monkeypatch.setattr(name, lambda answer=answer: answer)
        multiplies = "bfloat16 cpu" in parts
        monkeypatch.setattr(transformers, "_cpu_multiplies_bfloat16", lambda: multiplies)

    return machine


@pytest.mark.parametrize(
    ("parts", "device", "dtype"),
    [
        ((), "cpu", "float32"),
        (("bfloat16 cpu",), "cpu", "bfloat16"),
        (("apple", "bfloat16 cpu"), "mps", "float16"),
        (("gpu", "bfloat16 cpu"), "cuda", "bfloat16"),
        (("old gpu", "bfloat16 cpu"), "cuda", "float16"),
        (("gpu", "apple"), "cuda", "bfloat16"),
    ],
)
def test_half_precision_is_taken_where_the_device_is_good_at_it(machine, parts, device, dtype):
    machine(*parts)
    engine = TransformersEngine("somewhere")
    chosen = engine.resolve_device()
    assert chosen.type == device
    assert engine.resolve_dtype(chosen) == getattr(torch, dtype)


def test_what_is_named_is_taken_as_it_is(machine):
    machine("gpu")
    engine = TransformersEngine("somewhere", device="cpu", dtype="float16")
    assert engine.resolve_device().type == "cpu"
    assert engine.resolve_dtype(torch.device("cpu")) == torch.float16
    with pytest.raises(ConfigurationError, match="no device 'toaster'"):
        TransformersEngine("somewhere", device="toaster").resolve_device()


def test_int8_is_refused_where_it_is_not_to_be_had(machine, tmp_path):
    for parts, device in ((("gpu",), "cuda"), (("apple",), "mps"), ((), "cpu with float32")):
        machine(*parts)
        engine = TransformersEngine(
            shrunk.write_checkpoint(tmp_path), decode_weights="int8", capacity=4
        )
        with pytest.raises(ConfigurationError, match=device):
            engine.open()


@pytest.mark.parametrize(
    ("device", "rows", "kernels"),
    [("cpu", 1, ["eager"]), ("cpu", 4, ["grouped_mm"]), ("cuda", 8, []), ("mps", 1, [])],
)
def test_expert_kernels_are_chosen_on_cpus_and_left_to_the_library_elsewhere(device, rows, kernels):
    taken = []
    network = SimpleNamespace(
        device=SimpleNamespace(type=device), set_experts_implementation=taken.append
    )
    batch = DecodingBatch(network, end=1)
    batch._answers = [object()] * rows
    batch._fit_experts()
    batch._fit_experts()
    assert taken == kernels
