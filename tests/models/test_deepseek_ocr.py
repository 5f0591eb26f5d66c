"""Our network against the numbers of the published code on the same weights."""

from __future__ import annotations

import json

import numpy as np
import pytest

from dsocr_integrations.engines.image_views import make_views
from dsocr_integrations.errors import ConfigurationError
from dsocr_integrations.models import deepseek_ocr
from dsocr_integrations.modes import mode_named
from tests.models import shrunk

torch = pytest.importorskip("torch", reason="pip install torch==2.13.0")
pytest.importorskip("transformers", reason="pip install 'dsocr-integrations[transformers]'")

FEATURES_KEPT = 7


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    folder = shrunk.write_checkpoint(tmp_path_factory.mktemp("checkpoint"))
    return deepseek_ocr.load(folder, dtype=torch.float32)


@pytest.fixture(scope="module")
def golden():
    with np.load(shrunk.GOLDEN) as arrays:
        return dict(arrays)


def picture_features(model, name: str):
    views = make_views(shrunk.picture(shrunk.PICTURES[name]), mode_named(name))
    tiles = torch.from_numpy(views.tiles)
    with torch.inference_mode():
        found = model.get_image_features(
            torch.from_numpy(views.overview),
            tiles if len(tiles) else None,
            [len(tiles)],
            [list(views.tokens.grid)],
        )
    assert found.pooler_output[0].shape[0] == views.tokens.placeholders
    return found.pooler_output[0]


def prompt(model, features):
    embed = model.get_input_embeddings()
    before, after = torch.tensor([0]), torch.tensor(shrunk.TEXT_TOKENS)
    return torch.cat([embed(before), features, embed(after)])[None]


@pytest.mark.parametrize("name", shrunk.PICTURES)
def test_features_and_logits_are_those_of_the_published_code(model, golden, name):
    features = picture_features(model, name)
    assert np.abs(features[::FEATURES_KEPT].numpy() - golden[f"{name}_features"]).max() < 1e-4
    with torch.inference_mode():
        logits = model(inputs_embeds=prompt(model, features), use_cache=False).logits[0, -8:]
    assert np.abs(logits.numpy() - golden[f"{name}_logits"]).max() < 1e-4
    assert int(logits[-1].argmax()) == golden[f"{name}_tokens"][0]


def test_sixty_four_greedy_tokens_are_those_of_the_published_code(model, golden):
    said = shrunk.greedy(model, prompt(model, picture_features(model, "tiny")))
    assert said == golden["tiny_tokens"].tolist()


def test_published_defaults_give_the_published_sizes():
    config = deepseek_ocr.make_config({"architectures": ["DeepseekOCRForCausalLM"]})
    text, sam = config.text_config, config.vision_config.sam_config
    assert (text.num_hidden_layers, text.hidden_size, text.n_routed_experts) == (12, 1280, 64)
    assert set(text.layer_types) == {"full_attention"}
    assert (sam.mlp_dim, list(sam.downsample_channels)) == (3072, [512, 1024])
    assert config.vision_config.encoder_config.intermediate_size == 4096


@pytest.mark.parametrize(("key", "value"), [("use_mla", True), ("norm_topk_prob", True)])
def test_a_network_of_another_kind_is_refused(key, value):
    with pytest.raises(ConfigurationError, match=key):
        deepseek_ocr.make_config(shrunk.CONFIG | {key: value})


def test_only_the_first_version_is_recognised():
    assert deepseek_ocr.is_deepseek_ocr(shrunk.CONFIG)
    second = {"architectures": ["DeepseekOCR2ForCausalLM"], "vision_config": {"width": {}}}
    assert not deepseek_ocr.is_deepseek_ocr(second)


def test_missing_weights_are_told(tmp_path):
    from safetensors.numpy import load_file, save_file

    folder = shrunk.write_checkpoint(tmp_path)
    tensors = load_file(folder / "model.safetensors")
    del tensors["model.view_seperator"]
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(ConfigurationError, match="view_sep"):
        deepseek_ocr.load(folder, dtype=torch.float32)


def test_the_golden_file_names_the_published_keys():
    names = json.loads(shrunk.SHAPES.read_text())
    assert "model.sam_model.blocks.0.attn.rel_pos_h" in names
    assert "model.layers.1.mlp.experts.5.gate_proj.weight" in names
    assert "model.vision_model.transformer.layers.1.self_attn.qkv_proj.weight" in names
