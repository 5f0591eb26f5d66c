"""What each kind of server understands: one table, the same as in `docs/servers.md`.

All of them are sent the prompt without `<image>`: each puts the placeholder in front itself,
and a second one makes SGLang refuse the request.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import urlsplit

from dsocr_integrations.engines.no_repeat_ngram import NgramBan
from dsocr_integrations.engines.runtime_tiling import MAX_TILES
from dsocr_integrations.errors import ConfigurationError

AUTO = "auto"


def _ngrams(ban: NgramBan) -> dict[str, Any]:
    fields: dict[str, Any] = {"ngram_size": ban.size, "window_size": ban.window}
    return fields | ({"whitelist_token_ids": sorted(ban.whitelist)} if ban.whitelist else {})


def _vllm_ban(ban: NgramBan) -> dict[str, Any]:
    return {"vllm_xargs": _ngrams(ban)}


_SGLANG_MODULE = b"sglang.srt.sampling.custom_logit_processor"
_SGLANG_CLASS = b"DeepseekOCRNoRepeatNGramLogitProcessor"


def _by_name(module: bytes, name: bytes) -> str:
    # SGLang wants its own class named in the pickle format. The name alone is written:
    # protocol 4, two short strings, "look that up", end.
    strings = b"".join(b"\x8c" + bytes([len(text)]) + text for text in (module, name))
    return (b"\x80\x04" + strings + b"\x93.").hex()


def _sglang_ban(ban: NgramBan) -> dict[str, Any]:
    processor = json.dumps({"callable": _by_name(_SGLANG_MODULE, _SGLANG_CLASS)})
    return {"custom_logit_processor": processor, "custom_params": _ngrams(ban)}


@dataclass(frozen=True)
class Dialect:
    """One kind of server.

    Attributes:
        name: As in the settings.
        server: What runs there.
        wire: `openai` for `/v1/chat/completions`, `ollama` for Ollama's own `/api/chat`.
        tags: Whether special tokens, which hold boxes and tables, come back: `kept`,
            `stripped` (Ollama and llama.cpp then say `label[[x0, y0, x1, y1]]`), or `unknown`.
        ban: The fields that forbid repeated n-grams; `None` where they cannot be forbidden.
        tiles: Tiles the server cuts a large picture into at most; `None` where nobody says.
        requests: Requests kept in flight at one server unless told otherwise.
        names_model: Whether an answer names the model exactly as the request did.
        fields: Sent with every request beside the standard ones.
        owners: `owned_by` of its models, by which it is recognised.
        hosts: Ends of host names, by which a hosted service is recognised.
        paths: Path of its own interface description by which it is recognised.
        checked: What was run for this package, as opposed to read in documents.
        advice: How to start or address it so that pages come back whole.
    """

    name: str
    server: str
    tags: Literal["kept", "stripped", "unknown"]
    requests: int
    checked: str
    advice: str
    wire: Literal["openai", "ollama"] = "openai"
    ban: Callable[[NgramBan], Mapping[str, Any]] | None = None
    tiles: int | None = None
    names_model: bool = False
    fields: Mapping[str, Any] = field(default_factory=dict, repr=False)
    owners: frozenset[str] = frozenset()
    hosts: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()


VLLM = Dialect(
    "vllm",
    "vLLM",
    tags="kept",
    ban=_vllm_ban,
    tiles=MAX_TILES,
    requests=64,
    names_model=True,
    fields={"skip_special_tokens": False},
    owners=frozenset({"vllm"}),
    paths=("/tokenize",),
    checked="protocol, on a CPU build of 0.32.0 with random weights",
    advice="start it with `--logits-processors "
    "vllm.model_executor.models.deepseek_ocr:NGramPerReqLogitsProcessor`",
)
SGLANG = Dialect(
    "sglang",
    "SGLang",
    tags="kept",
    ban=_sglang_ban,
    tiles=MAX_TILES,
    requests=64,
    names_model=True,
    fields={"skip_special_tokens": False},
    owners=frozenset({"sglang"}),
    paths=("/get_model_info",),
    checked="nothing; from documents",
    advice="start it with `--enable-custom-logit-processor`",
)
OLLAMA = Dialect(
    "ollama",
    "Ollama",
    wire="ollama",
    tags="stripped",
    requests=1,
    owners=frozenset({"library"}),
    checked="nothing; from documents",
    advice="`ollama pull deepseek-ocr` first; raise `OLLAMA_NUM_PARALLEL` to read more at once",
)
LLAMA_CPP = Dialect(
    "llama.cpp",
    "llama.cpp's llama-server",
    tags="stripped",
    tiles=9,
    requests=4,
    owners=frozenset({"llamacpp"}),
    checked="nothing; from documents",
    advice="start it with `-c` of 8,192 for each slot, `--special`, and no `--chat-template`",
)
SILICONFLOW = Dialect(
    "siliconflow",
    "SiliconFlow (hosted)",
    tags="unknown",
    requests=16,
    hosts=("siliconflow.cn", "siliconflow.com"),
    checked="nothing; from documents",
    advice="`https://api.siliconflow.cn/v1`, model `deepseek-ai/DeepSeek-OCR`, and a key",
)
NOVITA = Dialect(
    "novita",
    "Novita (hosted)",
    tags="unknown",
    requests=16,
    hosts=("novita.ai",),
    checked="nothing; from documents",
    advice="`https://api.novita.ai/openai`, model `deepseek/deepseek-ocr`, and a key",
)
TRANSFORMERS = Dialect(
    "transformers",
    "transformers serve",
    tags="stripped",
    tiles=6,
    requests=1,
    paths=("/load_model",),
    checked="protocol, on 5.23.0 with DeepSeek-OCR-2 of random weights",
    advice="its answers have no boxes and no tables; for pages use vLLM, SGLang or "
    "`--engine transformers`",
)
OPENAI = Dialect(
    "openai",
    "any other OpenAI-style server",
    tags="unknown",
    requests=16,
    checked="scripted server",
    advice="only standard fields are sent; name another dialect if the server knows more",
)

DIALECTS: Mapping[str, Dialect] = {
    dialect.name: dialect
    for dialect in (
        VLLM,
        SGLANG,
        OLLAMA,
        LLAMA_CPP,
        SILICONFLOW,
        NOVITA,
        TRANSFORMERS,
        OPENAI,
    )
}


def dialect_named(name: str) -> Dialect:
    """Look a dialect up.

    Raises:
        ConfigurationError: If there is none of that name.
    """
    try:
        return DIALECTS[name.lower()]
    except KeyError:
        raise ConfigurationError(
            f"There is no server dialect {name!r}.",
            remedy=f"Choose {AUTO}, {', '.join(DIALECTS)}.",
        ) from None


def hosted_dialect(url: str) -> Dialect | None:
    """The dialect of a hosted service, by its host name."""
    host = (urlsplit(url).hostname or "").lower()
    return next(
        (
            dialect
            for dialect in DIALECTS.values()
            if any(host == end or host.endswith(f".{end}") for end in dialect.hosts)
        ),
        None,
    )
