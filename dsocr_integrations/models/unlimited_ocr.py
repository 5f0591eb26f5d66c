"""Unlimited-OCR, told from DeepSeek-OCR, whose towers and names of weights it shares.

Its decoder looks back on a window of the answer instead of the whole, so in DeepSeek-OCR's
network its weights would load without a word and be misread. It is read on servers only.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

NAME = "baidu/Unlimited-OCR"


def is_unlimited_ocr(config: Mapping[str, Any]) -> bool:
    """Whether a checkpoint's `config.json` describes this model, published or converted.

    A copy that goes by DeepSeek-OCR's name still tells its window.
    """
    names = (config.get("model_type") or "", *(config.get("architectures") or []))
    decoder = config.get("language_config") or config.get("text_config") or {}
    window = config.get("sliding_window") or decoder.get("sliding_window")
    return bool(window) or any("unlimited" in str(name).lower() for name in names)
