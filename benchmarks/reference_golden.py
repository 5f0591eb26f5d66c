"""Run the published DeepSeek-OCR code on shrunk weights and record what it answers.

    PYTHONPATH=<transformers 4.46.3 folder>:. python benchmarks/reference_golden.py <reference>

`<reference>` is a folder with the model's own `modeling_deepseekocr.py`, `deepencoder.py`,
`modeling_deepseekv2.py` and `configuration_deepseek_v2.py` (the published repository, or a
mirror of it). They need transformers 4.46.3, torchvision and addict, installed in a folder of
their own. Nothing of the reference is kept but the numbers in `tests/models`, against which
`tests/models/test_deepseek_ocr.py` checks our network.
"""

from __future__ import annotations

import argparse
import importlib
import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

sys.path.insert(0, str(Path(__file__).parents[1]))

from dsocr_integrations.engines.image_views import make_views
from dsocr_integrations.modes import Mode, mode_named
from tests.models import shrunk

SIZES_COMPARED = 200
FEATURES_KEPT = 7
"""Every how-manieth picture feature is recorded."""


def import_reference(folder: Path) -> Any:
    if not (folder / "modeling_deepseekocr.py").is_file():
        sys.exit(f"{folder} holds no modeling_deepseekocr.py; see this script's first lines.")
    if not hasattr(torch.ops.torchvision, "nms"):
        # A torchvision built for another torch lacks these two; nothing here calls them.
        library = torch.library.Library("torchvision", "DEF")
        for name in ("nms", "qnms"):
            library.define(f"{name}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
        import_reference.library = library
    sys.path.insert(0, str(folder.resolve().parent))
    return importlib.import_module(f"{folder.resolve().name}.modeling_deepseekocr")


def build(reference: Any) -> tuple[Any, dict[str, list[int]]]:
    """The reference model with small towers and weights from their names."""
    encoder = sys.modules[f"{reference.__package__}.deepencoder"]
    config = shrunk.CONFIG
    width = config["vision_config"]["width"]
    sam, clip = width["sam_vit_b"], width["clip-l-14-224"]

    def small_sam() -> Any:
        tower = encoder.ImageEncoderViT(
            depth=sam["layers"],
            embed_dim=sam["width"],
            img_size=1024,
            mlp_ratio=4,
            norm_layer=lambda size: torch.nn.LayerNorm(size, eps=1e-6),
            num_heads=sam["heads"],
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

    def small_clip() -> Any:
        settings = encoder.vit_model_cfg
        settings.update(
            num_layers=clip["layers"],
            hidden_size=clip["width"],
            num_heads=clip["heads"],
            num_attention_heads=clip["heads"],
            ffn_hidden_size=4 * clip["width"],
        )
        return encoder.build_clip_l()

    projector = reference.MlpProjector
    reference.build_sam_vit_b, reference.build_clip_l = small_sam, small_clip
    reference.MlpProjector = lambda _: projector(reference.Dict(config["projector_config"]))
    model = reference.DeepseekOCRForCausalLM(
        reference.DeepseekOCRConfig(**config, _attn_implementation="eager")
    ).eval()
    size = config["hidden_size"]
    model.model.image_newline = torch.nn.Parameter(torch.zeros(size))
    model.model.view_seperator = torch.nn.Parameter(torch.zeros(size))
    state = model.state_dict()
    for name, value in state.items():
        if value.is_floating_point():
            value.copy_(torch.from_numpy(shrunk.weight(name, tuple(value.shape))))
    return model, {k: list(v.shape) for k, v in state.items() if v.is_floating_point()}


def reference_views(reference: Any, image: Any, mode: Mode) -> tuple[Any, Any, Any, int]:
    """What `infer` makes of a picture, step for step, in float32."""
    from PIL import ImageOps

    transform = reference.BasicImageTransform(mean=(0.5,) * 3, std=(0.5,) * 3, normalize=True)
    colour, grid, crops = (127, 127, 127), (1, 1), []
    if mode.tiled:
        if image.width > mode.tile_size or image.height > mode.tile_size:
            crops, grid = reference.dynamic_preprocess(image)
    elif mode.tile_size <= 640:
        image = image.resize((mode.tile_size, mode.tile_size))
    overview = ImageOps.pad(image, (mode.base_size, mode.base_size), color=colour)
    local = torch.stack([transform(c) for c in crops]) if crops else torch.zeros(1, 3, 1024, 1024)
    return transform(overview)[None], local, tuple(grid), len(crops)


def compare_preprocessing(reference: Any, names: tuple[str, ...], golden: Path) -> None:
    """Hold our views of random pictures against the reference's, and keep its checksums."""
    rng = np.random.default_rng(7)
    unequal, kept = 0, []
    for _ in range(SIZES_COMPARED):
        width, height = (int(x) for x in rng.integers(40, 1600, 2))
        image = shrunk.picture((width, height))
        mode = mode_named(names[int(rng.integers(len(names)))])
        overview, local, grid, count = reference_views(reference, image, mode)
        ours = make_views(image, mode)
        theirs = replace(ours, overview=overview.numpy(), tiles=local.numpy()[:count])
        same = (
            np.array_equal(ours.overview, theirs.overview)
            and (count == 0 or np.array_equal(ours.tiles, theirs.tiles))
            and (ours.tokens.tiles, ours.tokens.grid) == (count, grid)
        )
        unequal += not same
        kept.append([width, height, mode.name, shrunk.checksum(theirs)])
    equal = SIZES_COMPARED - unequal
    print(f"preprocessing: {equal} of {SIZES_COMPARED} sizes equal to the bit")
    golden.write_text("[\n" + ",\n".join(map(json.dumps, kept)) + "\n]\n")


def answer(reference: Any, model: Any, name: str) -> tuple[Any, Any, Any]:
    """Features, logits of the prompt's end and greedy tokens of one mode."""
    mode = mode_named(name)
    overview, local, grid, _ = reference_views(
        reference, shrunk.picture(shrunk.PICTURES[name]), mode
    )
    places = mode.vision_tokens(*shrunk.PICTURES[name]).placeholders
    ids = torch.tensor([[0, *[300] * places, *shrunk.TEXT_TOKENS]])
    seen = {}
    decoder = sys.modules[f"{reference.__package__}.modeling_deepseekv2"].DeepseekV2Model
    hook = decoder.forward

    def spy(self: Any, *args: Any, **kwargs: Any) -> Any:
        seen.setdefault("embeds", kwargs["inputs_embeds"].detach().clone())
        return hook(self, *args, **kwargs)

    decoder.forward = spy
    pictures = {
        "images": [(local, overview)],
        "images_seq_mask": ids == 300,
        "images_spatial_crop": torch.tensor([grid]),
    }
    with torch.no_grad():
        logits = model(ids, **pictures, use_cache=False).logits[0]
        decoder.forward = hook
        for _ in range(shrunk.STEPS):
            # The whole sequence anew each step: the reference's cache is not under test.
            mask = torch.cat(
                [
                    pictures["images_seq_mask"],
                    torch.zeros(
                        1, ids.shape[1] - places - 1 - len(shrunk.TEXT_TOKENS), dtype=torch.bool
                    ),
                ],
                dim=1,
            )
            step = model(ids, **(pictures | {"images_seq_mask": mask}), use_cache=False).logits[
                0, -1
            ]
            ids = torch.cat([ids, step.argmax()[None, None]], dim=1)
            if name != "tiny":
                break
    features = seen["embeds"][0, 1 : 1 + places]
    return (
        features[::FEATURES_KEPT],
        logits[-8:],
        ids[0, -shrunk.STEPS :] if name == "tiny" else ids[0, -1:],
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("reference", type=Path)
    reference = import_reference(parser.parse_args().reference)
    compare_preprocessing(reference, tuple(shrunk.PICTURES), shrunk.VIEWS)
    model, shapes = build(reference)
    arrays = {}
    for name in shrunk.PICTURES:
        features, logits, tokens = answer(reference, model, name)
        arrays[f"{name}_features"] = features.numpy()
        arrays[f"{name}_logits"] = logits.numpy()
        arrays[f"{name}_tokens"] = tokens.numpy()
        print(name, arrays[f"{name}_features"].shape, "logits up to", float(logits.abs().max()))
    shrunk.SHAPES.write_text(json.dumps(shapes, indent=0) + "\n")
    np.savez_compressed(shrunk.GOLDEN, **arrays)
    print(f"wrote {shrunk.GOLDEN.name}: {shrunk.GOLDEN.stat().st_size / 1024:.0f} kB")


if __name__ == "__main__":
    main()
