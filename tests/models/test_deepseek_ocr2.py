"""The second version: both layouts of its config, and pages read with a tiny one."""

from __future__ import annotations

import pytest

from dsocr_integrations.engines.base import ReadRequest
from dsocr_integrations.engines.transformers import TransformersEngine
from dsocr_integrations.models import deepseek_ocr, deepseek_ocr2
from dsocr_integrations.modes import mode_named
from dsocr_integrations.prompts import Prompt
from dsocr_integrations.rendering import open_document
from dsocr_integrations.sources import resolve_source
from tests.engines.tiny_checkpoint import write_tokenizer
from tests.small_documents import make_pdf

torch = pytest.importorskip("torch", reason="pip install torch==2.13.0")
transformers = pytest.importorskip(
    "transformers", reason="pip install 'dsocr-integrations[transformers]'"
)


@pytest.fixture(scope="module")
def small():
    config = transformers.DeepseekOcr2Config(
        text_config={
            "hidden_size": 48,
            "intermediate_size": 96,
            "max_position_embeddings": 8192,
            "mlp_layer_types": ["dense", "sparse"],
            "moe_intermediate_size": 32,
            "n_routed_experts": 4,
            "n_shared_experts": 1,
            "num_attention_heads": 3,
            "num_experts_per_tok": 2,
            "num_hidden_layers": 2,
            "num_key_value_heads": 3,
            "vocab_size": 320,
        },
        vision_config={
            "sam_config": {
                "downsample_channels": [32, 48],
                "global_attn_indexes": [1],
                "hidden_size": 32,
                "num_attention_heads": 2,
                "num_hidden_layers": 2,
            },
            "encoder_config": {
                "hidden_size": 48,
                "intermediate_size": 96,
                "num_attention_heads": 3,
                "num_hidden_layers": 2,
                "num_key_value_heads": 1,
            },
        },
    )
    model = transformers.DeepseekOcr2ForConditionalGeneration(config)
    generator = torch.Generator().manual_seed(3)
    with torch.no_grad():
        for weight in model.parameters():
            weight.normal_(0, 0.3, generator=generator)
    return model


@pytest.fixture(scope="module")
def checkpoint(small, tmp_path_factory):
    folder = tmp_path_factory.mktemp("second")
    small.save_pretrained(folder)
    write_tokenizer(folder)
    return folder


def test_published_key_names_load_into_the_native_network(small, checkpoint):
    from safetensors import safe_open

    with safe_open(checkpoint / "model.safetensors", "pt") as file:
        assert "model.sam_model.blocks.0.attn.qkv.weight" in file.keys()  # noqa: SIM118
    loaded = deepseek_ocr2.load(checkpoint, dtype=torch.float32).state_dict()
    assert all(torch.equal(loaded[name], weight) for name, weight in small.state_dict().items())


def test_pages_decoded_together_say_what_they_say_alone(checkpoint, tmp_path):
    path = make_pdf(tmp_path / "pages.pdf", 2)
    document = open_document(resolve_source(path))
    # Larger than one tile, and smaller.
    requests = [
        ReadRequest(document.region(number), Prompt.FREE.value, dpi=dpi)
        for number, dpi in ((1, 150), (2, 72))
    ]
    engine = TransformersEngine(
        checkpoint, device="cpu", dtype="float32", max_new_tokens=12, capacity=2
    )
    with engine.open() as session:
        together = [future.result() for future in [session.submit(one) for one in requests]]
        alone = [session.submit(one).result() for one in requests]
    assert together == alone
    for reading, request in zip(together, requests, strict=True):
        size = request.region.render(request.dpi).size
        assert reading.vision_tokens == mode_named("v2").vision_tokens(*size).placeholders
    assert together[0].vision_tokens > together[1].vision_tokens
    assert engine.fingerprint().startswith("deepseek-ocr-2@")


@pytest.mark.parametrize(
    ("module", "network", "parameters"),
    [
        # The published index counts 3,336,106,754 values with the CLIP patch layer and position
        # ids that its own code never uses (602,112 and 257 as int64).
        (deepseek_ocr, "UnlimitedOcrForConditionalGeneration", 3_336_106_754 - 602_112 - 514),
        (deepseek_ocr2, "DeepseekOcr2ForConditionalGeneration", 3_389_119_360),
    ],
)
def test_the_published_config_gives_the_published_size(module, network, parameters):
    with torch.device("meta"):
        model = getattr(transformers, network)(module.make_config({}))
    assert sum(weight.numel() for weight in model.parameters()) == parameters


def test_both_layouts_of_the_config_are_recognised():
    assert deepseek_ocr2.is_deepseek_ocr2({"architectures": ["DeepseekOCR2ForCausalLM"]})
    assert deepseek_ocr2.is_deepseek_ocr2({"model_type": "deepseek_ocr2"})
    assert not deepseek_ocr2.is_deepseek_ocr2({"architectures": ["DeepseekOCRForCausalLM"]})
