"""What vLLM makes of pictures, asked of its own processor; runs in vLLM's environment."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from dsocr_integrations.engines.image_views import make_views
from dsocr_integrations.engines.runtime_tiling import RuntimeTiling, fit_picture
from dsocr_integrations.modes import GUNDAM, V2

pytest.importorskip("vllm", reason="run by `make test-servers` in vLLM's environment")
pytestmark = pytest.mark.servers

IMAGE = "<image>"
SIDES = (1, 300, 512, 640, 641, 724, 768, 769, 1024, 1191, 1280, 1684, 2400)
SIZES = [(width, height) for width in SIDES for height in SIDES]
MODES = {
    GUNDAM.model: ("auto", "tiny", "small", "base", "large", "gundam"),
    V2.model: ("auto", "v2"),
}


@pytest.fixture(scope="module", params=list(MODES))
def vllm(request):
    """What vLLM has for a model: its count of placeholders, and its processor."""
    from vllm.model_executor.models import deepseek_ocr, deepseek_ocr2
    from vllm.transformers_utils.processors.deepseek_ocr import (
        BASE_SIZE,
        CROP_MODE,
        DeepseekOCRProcessor,
        ImageTransform,
    )

    # The tokenizer plays no part in it, and real weights bring a large one.
    processor = DeepseekOCRProcessor.__new__(DeepseekOCRProcessor)
    first = request.param == GUNDAM.model
    module = deepseek_ocr if first else deepseek_ocr2
    info = module.DeepseekOCRProcessingInfo if first else module.DeepseekOCR2ProcessingInfo
    plain = SimpleNamespace(
        bos_token_id=0,
        eos_token_id=1,
        pad_token_id=2,
        vocab={IMAGE: 3},
        encode=lambda text, **_: [4] * len(text),
    )
    vars(processor).update(
        tokenizer=plain,
        image_size=module.IMAGE_SIZE,
        base_size=BASE_SIZE,
        max_crops=6,
        strategy="v1" if first else "v2",
        patch_size=16,
        downsample_ratio=4,
        image_token_id=3,
        image_token=IMAGE,
        ignore_id=-100,
        image_transform=ImageTransform(),
    )

    def count(size):
        return info.get_num_image_tokens(
            None, image_width=size[0], image_height=size[1], cropping=CROP_MODE
        )

    return SimpleNamespace(family=request.param, count=count, processor=processor)


def test_what_is_counted_is_what_vllm_spends_in_every_mode(vllm):
    tiling = RuntimeTiling(vllm.family)
    for size in SIZES:
        picture = Image.new("1", size)
        for name in MODES[vllm.family]:
            given = fit_picture(picture, name).size
            assert tiling.vision_tokens(given) == vllm.count(given), (name, size)


@pytest.mark.parametrize("size", [(1191, 1684), (500, 400), (640, 640), (641, 90), (2400, 1200)])
def test_views_and_tiles_are_vllms_own(vllm, size):
    noise = np.random.default_rng(0).integers(0, 256, (size[1], size[0], 3), np.uint8)
    tiling = RuntimeTiling(vllm.family)
    for name in MODES[vllm.family]:
        picture = fit_picture(Image.fromarray(noise), name)
        (_, pixels, crops, _, grid, counts, _) = vllm.processor.tokenize_with_images(
            f"{IMAGE}\nFree OCR.", [picture], cropping=True
        )
        ours = make_views(picture, tiling.own_mode)
        assert counts == [tiling.vision_tokens(picture.size)]
        assert grid.tolist() == [list(ours.tokens.grid)]
        np.testing.assert_allclose(pixels.numpy(), ours.overview, atol=1e-6)
        np.testing.assert_allclose(crops.numpy(), ours.tiles, atol=1e-6)
