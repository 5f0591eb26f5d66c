"""How each kind of server is told to forbid repeated n-grams."""

from __future__ import annotations

import json
from typing import Any

from dsocr_integrations.engines.no_repeat_ngram import NgramBan

_SGLANG_MODULE = b"sglang.srt.sampling.custom_logit_processor"
_SGLANG_CLASS = b"DeepseekOCRNoRepeatNGramLogitProcessor"

_CELLS = {128821: "<td>", 128822: "</td>"}
"""DeepSeek-OCR's tokens that a ban excepts, by their number."""

_NEVER_SAID = "<|grounding|>"
_AS_GOOD_AS_NEVER = 100.0
"""What is taken from a logit: no token is so much likelier than the next."""


def vllm(ban: NgramBan) -> dict[str, Any]:
    """For the processor of vLLM's model."""
    return {"vllm_xargs": _ngrams(ban)}


def sglang(ban: NgramBan) -> dict[str, Any]:
    """For the processor of SGLang, which is sent by its name."""
    processor = json.dumps({"callable": _by_name(_SGLANG_MODULE, _SGLANG_CLASS)})
    return {"custom_logit_processor": processor, "custom_params": _ngrams(ban)}


def llama_cpp(ban: NgramBan) -> dict[str, Any]:
    """For DRY sampling, which makes a token unlikely that would go on with a repeat.

    It excepts no tokens, but ends a repeat at them, which spares tables as well. Its list of such
    must not be empty, or it has its own, with the end of a line in it.
    """
    breakers = [_CELLS[token] for token in sorted(ban.whitelist & _CELLS.keys())]
    return {
        "dry_multiplier": _AS_GOOD_AS_NEVER,
        "dry_allowed_length": ban.size - 1,
        "dry_penalty_last_n": ban.window,
        "dry_sequence_breakers": breakers or [_NEVER_SAID],
    }


def _ngrams(ban: NgramBan) -> dict[str, Any]:
    fields: dict[str, Any] = {"ngram_size": ban.size, "window_size": ban.window}
    return fields | ({"whitelist_token_ids": sorted(ban.whitelist)} if ban.whitelist else {})


def _by_name(module: bytes, name: bytes) -> str:
    # SGLang wants its own class named in the pickle format. The name alone is written:
    # protocol 4, two short strings, "look that up", end.
    strings = b"".join(b"\x8c" + bytes([len(text)]) + text for text in (module, name))
    return (b"\x80\x04" + strings + b"\x93.").hex()
