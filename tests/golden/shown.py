"""What model engines are shown of the samples, and asked: their own part in a reading."""

from __future__ import annotations

import base64
import hashlib
import io
from typing import TYPE_CHECKING, Any

from PIL import Image

from dsocr_integrations.engines.base import DEFAULT_DPI, ReadRequest, Sampling
from dsocr_integrations.engines.image_views import make_views
from dsocr_integrations.engines.runtime_tiling import fit_picture
from dsocr_integrations.engines.server import ServerEngine
from dsocr_integrations.engines.server.pictures import encoded_page
from dsocr_integrations.engines.server.requests import body_of
from dsocr_integrations.modes import mode_named
from dsocr_integrations.prompts import Prompt

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dsocr_integrations.rendering import PageRegion

_MODEL = "deepseek-ai/DeepSeek-OCR"
_DIALECTS = ("vllm", "ollama")
_SENT_MODES = ("auto", "tiny")
_VIEWS = ("base", "gundam", "v2")


def to_servers(regions: Mapping[str, PageRegion]) -> dict[str, str]:
    """Pictures and requests that servers get."""
    shown = {}
    for name, region in regions.items():
        for mode in _SENT_MODES:
            sent = encoded_page(ReadRequest(region, Prompt.MARKDOWN, mode))
            shown[f"{name}, {mode}"] = _seen(Image.open(io.BytesIO(base64.b64decode(sent))))
    for dialect in _DIALECTS:
        served = ServerEngine("http://localhost", model=_MODEL, dialect=dialect).served
        question = served.profile.question(Prompt.MARKDOWN)
        assert question is not None
        body = body_of(question, Sampling(), "", served, stream=False)
        shown[f"request, {dialect}"] = body.decode()
    return shown


def to_vllm(regions: Mapping[str, PageRegion]) -> dict[str, str]:
    """Pictures that vLLM gets."""
    return {
        f"{name}, {mode}": _seen(fit_picture(region.render(DEFAULT_DPI), mode).convert("RGB"))
        for name, region in regions.items()
        for mode in _SENT_MODES
    }


def to_transformers(regions: Mapping[str, PageRegion]) -> dict[str, str]:
    """Arrays that the network gets."""
    shown = {}
    for name, region in regions.items():
        for mode in _VIEWS:
            views = make_views(region.render(DEFAULT_DPI), mode_named(mode))
            shape = f"{views.overview.shape} {views.tiles.shape}"
            shown[f"{name}, {mode}"] = _hashed(
                shape, views.overview.tobytes() + views.tiles.tobytes()
            )
    return shown


def _seen(picture: Image.Image) -> str:
    return _hashed(f"{picture.mode} {picture.size}", picture.tobytes())


def _hashed(told: str, data: Any) -> str:
    return f"{hashlib.sha256(data).hexdigest()[:16]} {told}"
