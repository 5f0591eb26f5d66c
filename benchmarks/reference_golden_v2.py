"""The same as `reference_golden.py` for DeepSeek-OCR-2.

    PYTHONPATH=<transformers 4.46.3 folder>:. python benchmarks/reference_golden_v2.py <reference>

`<reference>` holds the model's own `modeling_deepseekocr2.py`, `deepencoderv2.py`,
`modeling_deepseekv2.py` and `configuration_deepseek_v2.py`.
"""

from __future__ import annotations

import argparse
import importlib
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import torch

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.reference_golden import compare_preprocessing
from dsocr_integrations.engines.image_views import make_views
from dsocr_integrations.modes import V2
from tests.models import shrunk, shrunk_v2

FEATURES_KEPT = 7


def import_reference(folder: Path) -> Any:
    if not (folder / "modeling_deepseekocr2.py").is_file():
        sys.exit(f"{folder} holds no modeling_deepseekocr2.py; see this script's first lines.")
    if not hasattr(torch.ops.torchvision, "nms"):
        library = torch.library.Library("torchvision", "DEF")
        for name in ("nms", "qnms"):
            library.define(f"{name}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
        import_reference.library = library  # type: ignore[attr-defined]
    sys.path.insert(0, str(folder.resolve().parent))
    return importlib.import_module(f"{folder.resolve().name}.modeling_deepseekocr2")


def build(reference: Any) -> tuple[Any, dict[str, list[int]]]:
    """The reference model with small towers and weights from their names."""
    encoder = sys.modules[f"{reference.__package__}.deepencoderv2"]
    sam, qwen, text = shrunk_v2.SAM, shrunk_v2.ENCODER, shrunk_v2.TEXT

    def small_sam() -> Any:
        tower = encoder.ImageEncoderViT(
            depth=sam["num_hidden_layers"],
            embed_dim=sam["hidden_size"],
            img_size=1024,
            mlp_ratio=4,
            norm_layer=lambda size: torch.nn.LayerNorm(size, eps=1e-6),
            num_heads=sam["num_attention_heads"],
            patch_size=16,
            qkv_bias=True,
            use_rel_pos=True,
            global_attn_indexes=sam["global_attn_indexes"],
            window_size=14,
            out_chans=256,
        )
        first, second = sam["downsample_channels"]
        tower.net_2 = torch.nn.Conv2d(256, first, 3, stride=2, padding=1, bias=False)
        tower.net_3 = torch.nn.Conv2d(first, second, 3, stride=2, padding=1, bias=False)
        return tower

    def small_qwen() -> Any:
        return encoder.build_qwen2_decoder_as_encoder(
            decoder_layer=qwen["num_hidden_layers"],
            hidden_dimension=qwen["hidden_size"],
            num_attention_heads=qwen["num_attention_heads"],
            num_key_value_heads=qwen["num_key_value_heads"],
            intermediate_size=qwen["intermediate_size"],
            attn_implementation="eager",
        )

    projector, size = reference.MlpProjector, text["hidden_size"]
    linear = reference.Dict(projector_type="linear", input_dim=qwen["hidden_size"], n_embed=size)
    reference.build_sam_vit_b = small_sam
    reference.build_qwen2_decoder_as_encoder = small_qwen
    reference.MlpProjector = lambda _: projector(linear)
    published = {key: shrunk.CONFIG[key] for key in shrunk.CONFIG if key != "vision_config"}
    config = reference.DeepseekOCR2Config(**(published | text), _attn_implementation="eager")
    model = reference.DeepseekOCR2ForCausalLM(config).eval()
    model.model.view_seperator = torch.nn.Parameter(torch.zeros(size))
    state = model.state_dict()
    for name, value in state.items():
        value.copy_(torch.from_numpy(shrunk.weight(name, tuple(value.shape))))
    return model, {name: list(value.shape) for name, value in state.items()}


def answer(reference: Any, model: Any, size: tuple[int, int]) -> tuple[Any, Any, list[int]]:
    """Features, logits of the prompt's end and greedy tokens, on our views of the picture."""
    views = make_views(shrunk.picture(size), V2)
    tiles = torch.from_numpy(views.tiles)
    local = tiles if len(tiles) else torch.zeros(1, 3, 1024, 1024)
    places = views.tokens.placeholders
    ids = torch.tensor([[0, *[300] * places, *shrunk.TEXT_TOKENS]])
    seen: dict[str, Any] = {}
    decoder = sys.modules[f"{reference.__package__}.modeling_deepseekv2"].DeepseekV2Model
    hook = decoder.forward

    def spy(self: Any, *args: Any, **kwargs: Any) -> Any:
        seen["embeds"] = kwargs["inputs_embeds"].detach().clone()
        return hook(self, *args, **kwargs)

    decoder.forward = spy
    with torch.no_grad():
        logits = model(
            ids,
            images=[(local, torch.from_numpy(views.overview))],
            images_seq_mask=ids == 300,
            images_spatial_crop=torch.tensor([views.tokens.grid]),
            use_cache=False,
        ).logits[0]
    decoder.forward = hook
    features = seen["embeds"][0, 1 : 1 + places : FEATURES_KEPT]
    return features, logits[-8:], greedy(model, hook, seen["embeds"])


def greedy(model: Any, decode: Any, embeds: Any) -> list[int]:
    """Tokens of the reference's decoder; the whole sequence anew, as its cache is not under test."""
    said: list[int] = []
    with torch.no_grad():
        for _ in range(shrunk.STEPS):
            hidden = decode(model.model, inputs_embeds=embeds, use_cache=False)[0]
            said.append(int(model.lm_head(hidden[0, -1]).argmax()))
            next_one = model.get_input_embeddings()(torch.tensor([said[-1:]]))
            embeds = torch.cat([embeds, next_one], dim=1)
    return said


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("reference", type=Path)
    reference = import_reference(parser.parse_args().reference)
    # The published code moves a mask to the GPU whatever the device.
    torch.Tensor.cuda = lambda self, *_: self  # type: ignore[method-assign,assignment]
    compare_preprocessing(reference, (V2.name,), shrunk_v2.VIEWS)
    model, shapes = build(reference)
    arrays = {}
    for name, size in shrunk_v2.PICTURES.items():
        features, logits, tokens = answer(reference, model, size)
        arrays[f"{name}_features"], arrays[f"{name}_logits"] = features.numpy(), logits.numpy()
        arrays[f"{name}_tokens"] = np.array(tokens)
        print(name, tuple(features.shape), "logits up to", float(logits.abs().max()))
    shrunk_v2.SHAPES.write_text(json.dumps(shapes, indent=0) + "\n")
    np.savez_compressed(shrunk_v2.GOLDEN, **arrays)
    print(f"wrote {shrunk_v2.GOLDEN.name}: {shrunk_v2.GOLDEN.stat().st_size / 1024:.0f} kB")


if __name__ == "__main__":
    main()
