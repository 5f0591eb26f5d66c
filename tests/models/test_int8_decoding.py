"""Rounded weights for decoding: near the model's own, used for few rows only."""

from __future__ import annotations

from copy import deepcopy

import pytest

from dsocr_integrations.engines.base import ReadRequest
from dsocr_integrations.engines.transformers import TransformersEngine
from dsocr_integrations.errors import ConfigurationError
from dsocr_integrations.models import deepseek_ocr
from dsocr_integrations.models.int8_decoding import MAX_ROWS, add_int8_weights, quantise
from dsocr_integrations.prompts import Prompt
from tests.models import shrunk
from tests.models.memorised.lessons import MODE, region_of
from tests.models.memorised.page_blocks import CHECKPOINT, PAGES

torch = pytest.importorskip("torch", reason="pip install torch==2.13.0")
pytest.importorskip("transformers", reason="pip install 'dsocr-integrations[transformers]'")


@pytest.fixture(scope="module")
def networks(tmp_path_factory):
    """The shrunk model with its own weights and with rounded ones."""
    folder = shrunk.write_checkpoint(tmp_path_factory.mktemp("shrunk"))
    full = deepseek_ocr.load(folder, dtype=torch.bfloat16)
    rounded = deepcopy(full)
    add_int8_weights(rounded)
    return full, rounded


def logits(network, rows):
    tokens = torch.arange(3, 3 + rows)[:, None] * 7
    with torch.inference_mode():
        return network(input_ids=tokens, use_cache=False).logits[:, -1].float()


@pytest.mark.parametrize("rows", [1, 2, MAX_ROWS])
def test_few_rows_come_near_the_full_weights(networks, rows):
    full, rounded = (logits(network, rows) for network in networks)
    assert not torch.equal(full, rounded)
    # Measured: 0.02; bfloat16 itself is 0.01 off float32.
    assert (full - rounded).norm() < 0.05 * full.norm()


def test_more_rows_take_the_full_weights(networks):
    full, rounded = (logits(network, MAX_ROWS + 1) for network in networks)
    assert torch.equal(full, rounded)


def test_rounding_is_to_half_a_step_and_zeros_stay():
    weight = torch.randn(3, 5, 16, generator=torch.Generator().manual_seed(1))
    weight[1, 2] = 0
    integers, scales = quantise(weight)
    assert integers.dtype == torch.int8
    again = integers * scales[..., None]
    assert ((again - weight).abs() <= scales[..., None] * 0.5001).all()
    assert not again[1, 2].any()


def test_the_tiny_checkpoint_still_knows_its_pages():
    engine = TransformersEngine(
        CHECKPOINT, device="cpu", dtype="bfloat16", capacity=MAX_ROWS, decode_weights="int8"
    )
    pages = [page for page in PAGES if page.name in {"cover", "staff", "chart", "triangle"}]
    requests = [ReadRequest(region_of(page), Prompt.MARKDOWN.value, mode=MODE) for page in pages]
    with engine.open() as session:
        readings = [future.result() for future in [session.submit(one) for one in requests]]
    assert [reading.text for reading in readings] == [
        page.answer(Prompt.MARKDOWN) for page in pages
    ]


def test_it_is_refused_where_it_would_not_help():
    with pytest.raises(ConfigurationError, match="decode_weights"):
        TransformersEngine(CHECKPOINT, decode_weights="int3")
    with pytest.raises(ConfigurationError, match="at most 4 pages"):
        TransformersEngine(CHECKPOINT, decode_weights="int8", capacity=5)
    engine = TransformersEngine(
        CHECKPOINT, device="cpu", dtype="float32", capacity=2, decode_weights="int8"
    )
    with pytest.raises(ConfigurationError, match="float32"):
        engine.open()


def test_the_fingerprint_tells():
    full, rounded = (
        TransformersEngine(
            CHECKPOINT, device="cpu", dtype="bfloat16", capacity=2, decode_weights=weights
        ).reading_version()
        for weights in ("full", "int8")
    )
    assert full != rounded
