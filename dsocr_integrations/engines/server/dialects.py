"""What each kind of server understands: one table, of which `docs/servers.md` is made.

All of them are sent the prompt without `<image>`: each puts the placeholder in front itself,
and a second one makes SGLang refuse the request.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import urlsplit

from dsocr_integrations.engines import vllm_runner
from dsocr_integrations.engines.no_repeat_ngram import NgramBan
from dsocr_integrations.engines.runtime_tiling import MAX_TILES
from dsocr_integrations.engines.server import bans
from dsocr_integrations.errors import ConfigurationError
from dsocr_integrations.part_versions import numbers

AUTO = "auto"

_SELF_SERVED = "serve the model with vLLM, SGLang or `llama-server --special`"


@dataclass(frozen=True)
class Dialect:
    """One kind of server. What is written for people is Markdown.

    Attributes:
        name: As in the settings.
        server: What runs there.
        run: What was run for this package; empty where everything is from documents.
        read: Which documents the rest is from.
        command: How it is started with DeepSeek-OCR; empty where nobody starts it.
        advice: What else makes pages come back whole, or how it is reached.
        tags: Whether special tokens, which hold boxes and tables, come back: `kept`,
            `stripped` (Ollama and llama.cpp then say `label[[x0, y0, x1, y1]]`), or `unknown`.
        lost_tags: What to do where they do not come back.
        ban: The fields that forbid repeated n-grams; `None` where they cannot be forbidden.
        banning: How that works there, and since when.
        tiles: Tiles the server cuts a large picture into at most; `None` where nobody says.
        tiled_since: First version that does; empty where all do.
        tiling: What it makes of pictures.
        requests: Requests kept in flight at one server unless told otherwise.
        wire: `openai` for `/v1/chat/completions`, `ollama` for Ollama's own `/api/chat`.
        names_model: Whether an answer names the model exactly as the request did.
        fields: Sent with every request beside the standard ones.
        owners: `owned_by` of its models, by which it is recognised.
        hosts: Ends of host names, by which a hosted service is recognised.
        paths: Path of its own interface description by which it is recognised.
        signature: Part of the header `Server`, in lower case, by which it is recognised.
        version_at: Path, from the root, and field of its version; that in the header if `None`.
        loaded_at: The same of what its model was loaded from, where its list of models does not
            say that.
    """

    name: str
    server: str
    tags: Literal["kept", "stripped", "unknown"]
    requests: int
    advice: str
    run: str = ""
    read: str = ""
    command: str = ""
    lost_tags: str = ""
    banning: str = ""
    tiling: str = ""
    wire: Literal["openai", "ollama"] = "openai"
    ban: Callable[[NgramBan], Mapping[str, Any]] | None = None
    tiles: int | None = None
    tiled_since: tuple[int, ...] = ()
    names_model: bool = False
    fields: Mapping[str, Any] = field(default_factory=dict, repr=False)
    owners: frozenset[str] = frozenset()
    hosts: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    signature: str = ""
    version_at: tuple[str, str] | None = None
    loaded_at: tuple[str, str] | None = None

    @property
    def start(self) -> str:
        """How to start or to reach it, in a sentence without an end."""
        started = f"start it with `{self.command}`" if self.command else ""
        return "; ".join(filter(None, (started, self.advice)))

    def tiles_in(self, version: str) -> int | None:
        """Tiles that a version of it cuts at most; `None` where that is not known."""
        return self.tiles if numbers(version) >= self.tiled_since else None


_SIX = (
    f"a view of 1,024 pixels and up to {MAX_TILES} tiles of 640 (DeepSeek-OCR-2: 768), whatever is "
    "asked for"
)
VLLM = Dialect(
    "vllm",
    "vLLM",
    run="protocol, on a CPU build of 0.32.0 with random weights; configuration and tiling of "
    "0.32.0 and 0.33.0",
    read="the source of 0.30 to 0.33",
    command=f"{vllm_runner.VARIABLE}={vllm_runner.FIRST} vllm serve deepseek-ai/DeepSeek-OCR "
    f"--logits-processors {vllm_runner.PROCESSOR} "
    "--no-enable-prefix-caching --mm-processor-cache-gb 0",
    advice="",
    tags="kept",
    ban=bans.vllm,
    banning="by the model's own processor, which the command names. From 0.31 on it needs "
    f"`{vllm_runner.VARIABLE}={vllm_runner.FIRST}`: the second model runner, the default on GPUs, "
    "refuses it, and the server does not start. Started without both, the server takes the fields "
    "and forbids nothing: loops are only watched for",
    tiles=MAX_TILES,
    tiling=_SIX,
    requests=64,
    names_model=True,
    fields={"skip_special_tokens": False},
    owners=frozenset({"vllm"}),
    paths=("/tokenize",),
    version_at=("/version", "version"),
)
SGLANG = Dialect(
    "sglang",
    "SGLang",
    read="the source of 0.5.23",
    command="python -m sglang.launch_server --model-path deepseek-ai/DeepSeek-OCR "
    "--enable-custom-logit-processor",
    advice="",
    tags="kept",
    ban=bans.sglang,
    banning="by SGLang's own processor, which looks at the prompt's tokens too. A server started "
    "without the flag refuses its name: it is left out, and loops are only watched for",
    tiles=MAX_TILES,
    tiling=f"{_SIX}. Until September 2026 DeepSeek-OCR-2 was shown tiles of 640",
    requests=64,
    names_model=True,
    fields={"skip_special_tokens": False},
    owners=frozenset({"sglang"}),
    paths=("/get_model_info",),
    loaded_at=("/get_model_info", "model_path"),
)
_NINE = "a view of 1,024 pixels and up to 9 tiles of 640 (DeepSeek-OCR-2: 6 of 768)"
OLLAMA = Dialect(
    "ollama",
    "Ollama",
    read="the source of 0.13 and 0.33, the latter of which starts llama.cpp's server of build 10488",
    command="ollama serve",
    advice="`ollama pull deepseek-ocr` gets the model once; `OLLAMA_NUM_PARALLEL` above 1 lets it "
    "read more at once",
    wire="ollama",
    tags="stripped",
    lost_tags="Ollama has no option that lets special tokens through. Where boxes and tables "
    f"matter, {_SELF_SERVED}",
    tiles=9,
    tiled_since=(0, 32, 2),
    tiling=f"from 0.32.2 on {_NINE}; from 0.30, since when llama.cpp runs in it, one view; before, "
    "2 to 9 tiles even of small pictures",
    requests=1,
    owners=frozenset({"library"}),
    version_at=("/api/version", "version"),
)
LLAMA_CPP = Dialect(
    "llama.cpp",
    "llama.cpp's llama-server",
    read="its pull requests 17400, 20975, 24717 and 25481, and its source before and after them: the "
    "preprocessing of pictures and the schema of requests",
    command="llama-server -hf ggml-org/DeepSeek-OCR-GGUF --special -c 32768 -np 4",
    advice="`-c` is 8,192 for each of `-np` slots; no `--chat-template`",
    tags="stripped",
    lost_tags="Start it with `--special`, which lets special tokens through",
    ban=bans.llama_cpp,
    banning="by DRY sampling in its place: what would go on with a repeat as long, in a window as "
    "long, is made as good as impossible. A cell of a table ends a repeat there, so loops across "
    "cells are only watched for",
    tiles=9,
    tiled_since=(9993,),
    tiling=f"{_NINE}, from build 9993 (July 2026) on; before, one view of 1,024 or 1,280 pixels, "
    "whichever is nearer",
    requests=4,
    owners=frozenset({"llamacpp"}),
    signature="llama.cpp",
    version_at=("/props", "build_info"),
)
LM_STUDIO = Dialect(
    "lm-studio",
    "LM Studio",
    read="its documentation and its users' reports, up to 0.4",
    command="lms server start",
    advice="load the model with a context of 8,192 (`lms load … --context-length 8192`); versions "
    "whose runtimes do not know DeepSeek-OCR refuse to",
    tags="unknown",
    lost_tags="LM Studio documents no option that lets special tokens through. Where boxes and "
    f"tables matter, {_SELF_SERVED}",
    tiling="as its runtime, llama.cpp or MLX, cuts them",
    requests=1,
    owners=frozenset({"organization_owner"}),
)
MLX_VLM = Dialect(
    "mlx-vlm",
    "mlx-vlm's server",
    read="the source of 0.7.10, whose server was started to be recognised; no page was read with it",
    command="mlx_vlm.server --model mlx-community/DeepSeek-OCR-8bit",
    advice="it lists every model of the hub's cache, and loads what it is asked for: those loaded "
    "are taken first, others with `--model`",
    tags="stripped",
    lost_tags="Its server leaves special tokens out, and requests have no field for them. Where "
    f"boxes and tables matter, {_SELF_SERVED}",
    tiles=9,
    tiling=_NINE,
    requests=1,
    signature="mlx_vlm",
)
_HOSTED_TAGS = (
    f"Nothing can be set at a hosted service. Where boxes and tables matter, {_SELF_SERVED}"
)
SILICONFLOW = Dialect(
    "siliconflow",
    "SiliconFlow (hosted)",
    read="its documentation",
    advice="`https://api.siliconflow.cn/v1`, model `deepseek-ai/DeepSeek-OCR`, and a key",
    tags="unknown",
    lost_tags=_HOSTED_TAGS,
    requests=16,
    hosts=("siliconflow.cn", "siliconflow.com"),
)
NOVITA = Dialect(
    "novita",
    "Novita (hosted)",
    read="its documentation",
    advice="`https://api.novita.ai/openai`, model `deepseek/deepseek-ocr`, and a key",
    tags="unknown",
    lost_tags=_HOSTED_TAGS,
    requests=16,
    hosts=("novita.ai",),
)
TRANSFORMERS = Dialect(
    "transformers",
    "transformers serve",
    run="protocol, on 5.23.0 and 5.24.0 with DeepSeek-OCR-2 of random weights",
    command="transformers serve deepseek-community/DeepSeek-OCR-2",
    advice="it runs DeepSeek-OCR-2 only, and wants `pip install 'transformers[serving]'`. It lists the models of the hub's "
    "cache; one in another folder is named with `--model FOLDER` and "
    "`DSOCR_SERVER_DIALECT=transformers`. It takes a temperature and goes on without sampling, so "
    "a page asked again with other sampling is read alike",
    tags="stripped",
    lost_tags="It leaves special tokens out of every answer; for pages use vLLM, SGLang or "
    "`--engine transformers`",
    tiles=6,
    tiling="a view of 1,024 pixels and up to 6 tiles of 768",
    requests=1,
    paths=("/load_model",),
)
OPENAI = Dialect(
    "openai",
    "any other OpenAI-style server",
    read="OpenAI's documentation; it was tried with scripted servers only",
    advice="only standard fields are sent; name another dialect if the server knows more",
    tags="unknown",
    lost_tags="Name the server's own dialect where it has one (`DSOCR_SERVER_DIALECT`): only "
    "standard fields are sent to one that is not known",
    requests=16,
)

DIALECTS: Mapping[str, Dialect] = {
    dialect.name: dialect
    for dialect in (
        VLLM,
        SGLANG,
        OLLAMA,
        LLAMA_CPP,
        LM_STUDIO,
        MLX_VLM,
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
