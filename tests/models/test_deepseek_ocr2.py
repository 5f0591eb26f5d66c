"""The second version: both layouts of its config, and pages read with a tiny one."""

from __future__ import annotations

import numpy as np
import pytest

from dsocr_integrations.engines.base import ReadRequest
from dsocr_integrations.engines.image_views import make_views
from dsocr_integrations.engines.transformers import READING_VERSION, TransformersEngine
from dsocr_integrations.errors import ConfigurationError
from dsocr_integrations.models import deepseek_ocr, deepseek_ocr2
from dsocr_integrations.modes import mode_named
from dsocr_integrations.prompts import Prompt
from dsocr_integrations.rendering import open_document
from dsocr_integrations.sources import resolve_source
from tests.engines.tiny_checkpoint import write_tokenizer
from tests.models import shrunk, shrunk_v2
from tests.small_documents import make_pdf

torch = pytest.importorskip("torch", reason="pip install torch==2.13.0")
transformers = pytest.importorskip(
    "transformers", reason="pip install 'dsocr-integrations[transformers]'"
)

FEATURES_KEPT = 7


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory):
    folder = shrunk_v2.write_checkpoint(tmp_path_factory.mktemp("second"))
    write_tokenizer(folder)
    return folder


@pytest.fixture(scope="module")
def model(checkpoint):
    return deepseek_ocr2.load(checkpoint, dtype=torch.float32)


@pytest.fixture(scope="module", params=shrunk_v2.PICTURES)
def looked_at(request, model):
    """A picture's name, what the network makes of it, and the prompt it stands in."""
    views = make_views(shrunk.picture(shrunk_v2.PICTURES[request.param]), mode_named("v2"))
    tiles = torch.from_numpy(views.tiles) if len(views.tiles) else None
    embed = model.get_input_embeddings()
    with torch.inference_mode():
        features = model.get_image_features(
            torch.from_numpy(views.overview), tiles, [len(views.tiles)]
        ).pooler_output[0]
        before, after = torch.tensor([0]), torch.tensor(shrunk.TEXT_TOKENS)
        prompt = torch.cat([embed(before), features, embed(after)])[None]
    assert features.shape[0] == views.tokens.placeholders
    return request.param, features, prompt


def test_features_and_logits_are_those_of_the_published_code(model, looked_at):
    name, features, prompt = looked_at
    with np.load(shrunk_v2.GOLDEN) as golden:
        expected, said = golden[f"{name}_features"], golden[f"{name}_logits"]
    with torch.inference_mode():
        logits = model(inputs_embeds=prompt, use_cache=False).logits[0, -8:]
    assert np.abs(features[::FEATURES_KEPT].numpy() - expected).max() < 1e-4
    assert np.abs(logits.numpy() - said).max() < 1e-4


def test_sixty_four_greedy_tokens_are_those_of_the_published_code(model, looked_at):
    name, _, prompt = looked_at
    with np.load(shrunk_v2.GOLDEN) as golden:
        expected = golden[f"{name}_tokens"].tolist()
    assert shrunk.greedy(model, prompt) == expected


def test_weights_that_are_missing_are_told(checkpoint, tmp_path):
    from safetensors.numpy import load_file, save_file

    tensors = load_file(checkpoint / "model.safetensors")
    del tensors["model.qwen2_model.query_768.weight"]
    save_file(tensors, tmp_path / "model.safetensors", metadata={"format": "pt"})
    (tmp_path / "config.json").write_text((checkpoint / "config.json").read_text())
    with pytest.raises(ConfigurationError, match="query_768"):
        deepseek_ocr2.load(tmp_path, dtype=torch.float32)


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
    assert engine.reading_version().startswith(f"transformers/{READING_VERSION}:deepseek-ocr-2@")


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
