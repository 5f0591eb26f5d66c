"""DeepSeek-OCR and DeepSeek-OCR-2 in this process, through transformers and without remote code."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from dsocr_integrations.engines.base import PAGE_SECONDS
from dsocr_integrations.engines.checkpoint import Checkpoint, find_checkpoint
from dsocr_integrations.engines.no_repeat_ngram import NgramBan
from dsocr_integrations.errors import ConfigurationError, EngineUnavailableError
from dsocr_integrations.models.int8_decoding import MAX_ROWS
from dsocr_integrations.modes import BASE, DEFAULT_MAX_TILES, GUNDAM, SMALL, TINY, V2, Mode

if TYPE_CHECKING:
    import torch

    from dsocr_integrations.engines.transformers_session import TransformersSession

READING_VERSION = 2
"""Raised by hand when pages are shown, decoded or unpacked otherwise than before."""

MAX_NEW_TOKENS = 7000
"""The model's context is 8,192 tokens in all; the largest prompt takes about 1,100."""

_TOKEN_SECONDS = {"cpu": 2.0, "mps": 0.5, "cuda": 0.2}
"""Patience with one token of each of `capacity` pages; measured are 0.8 s on two CPU cores."""

_DTYPES = ("float32", "float16", "bfloat16")
_DECODE_WEIGHTS = ("full", "int8")
_PACKAGES = ("torch", "transformers", "safetensors")
_LIBRARIES = ("torch", "transformers")


@dataclass(frozen=True)
class TransformersEngine:
    """The model itself, from weights on this machine; nothing is ever downloaded.

    Attributes:
        checkpoint: Folder of the weights, or a name such as `deepseek-ai/DeepSeek-OCR` that is
            in the Hugging Face cache.
        revision: Revision in the cache, or what the weights of a folder are called in the
            fingerprint; made from the files when `None`.
        device: `auto` takes a CUDA GPU, else Apple's, else the CPU; or a torch device.
        dtype: `auto`, `float32`, `float16` or `bfloat16`.
        max_new_tokens: Tokens of one answer; the model's context may end it sooner.
        capacity: Pages decoded together. Each takes up to 0.5 GB beside the weights' 6.7 GB.
        ngram_ban: What keeps the model from looping.
        max_tiles: Tiles of a page in mode `gundam`. The model's own code cuts up to 9, vLLM and
            SGLang 6: with 6, pages about twice as wide as high are read at half the detail.
        decode_weights: `full`, or `int8` to decode up to 4 pages at a time on a CPU with rounded
            weights: faster, half as much memory again, its effect on the published model unknown.
    """

    checkpoint: str | Path
    revision: str | None = None
    device: str = "auto"
    dtype: str = "auto"
    max_new_tokens: int = MAX_NEW_TOKENS
    capacity: int = 8
    ngram_ban: NgramBan = field(default_factory=NgramBan)
    max_tiles: int = DEFAULT_MAX_TILES
    decode_weights: str = "full"
    name: str = field(default="transformers", init=False)
    # Not in the sense of the retry ladder: another temperature or seed says something else.
    deterministic: bool = field(default=False, init=False)
    in_worker_processes: bool = field(default=False, init=False)

    def __post_init__(self) -> None:
        """Check what can be checked without loading anything.

        Raises:
            ConfigurationError: If a setting cannot be used.
        """
        if self.dtype not in {"auto", *_DTYPES}:
            raise ConfigurationError(
                f"There is no dtype {self.dtype!r} for weights.",
                remedy=f"Choose auto, {', '.join(_DTYPES)}.",
            )
        if self.max_new_tokens < 1 or self.capacity < 1:
            raise ConfigurationError("max_new_tokens and capacity must be at least 1.")
        if self.decode_weights not in _DECODE_WEIGHTS:
            raise ConfigurationError(
                f"There are no decode_weights {self.decode_weights!r}.",
                remedy=f"Choose one of {', '.join(_DECODE_WEIGHTS)}.",
            )
        # Larger batches decode with the full weights: what a page says would hang on how many
        # others are read beside it.
        if self.decode_weights == "int8" and self.capacity > MAX_ROWS:
            raise ConfigurationError(
                f"With decode_weights='int8', at most {MAX_ROWS} pages are decoded together.",
                remedy=f"Set capacity={MAX_ROWS}, or less.",
            )

    @property
    def page_seconds(self) -> float:
        """Time one page may take: the longest answer, on this kind of device.

        Raises:
            EngineUnavailableError: If torch is missing.
        """
        self._need_packages()
        token = _TOKEN_SECONDS.get(self.resolve_device().type, 0.5)
        return max(PAGE_SECONDS, self.max_new_tokens * token)

    def reading_version(self) -> str:
        """Model, revision, number format and decoding settings.

        Raises:
            EngineUnavailableError: If the weights or torch are missing.
        """
        found = self.find()
        dtype = self.resolve_dtype(self.resolve_device())
        settings = {
            "decode_weights": self.decode_weights,
            "dtype": str(dtype).removeprefix("torch."),
            "max_new_tokens": self.max_new_tokens,
            "max_tiles": self.max_tiles,
            "ngram": [
                self.ngram_ban.size,
                self.ngram_ban.window,
                sorted(self.ngram_ban.whitelist),
            ],
        }
        model = f"{found.family}@{found.revision}"
        return f"transformers/{READING_VERSION}:{model} {json.dumps(settings, sort_keys=True)}"

    def parts_present(self) -> tuple[str, ...]:
        """The libraries with their versions, and the kind of device.

        Raises:
            EngineUnavailableError: If torch is missing.
        """
        self._need_packages()
        libraries = (f"{name}={version(name)}" for name in _LIBRARIES)
        return (f"device={self.resolve_device().type}", *libraries)

    def mode_ladder(self) -> tuple[Mode, ...]:
        """Modes to climb: four for the first model, none for DeepSeek-OCR-2, which has one.

        Raises:
            EngineUnavailableError: If weights or packages are missing.
        """
        if self.find().family == V2.model:
            return ()
        return (TINY, SMALL, BASE, GUNDAM.with_max_tiles(self.max_tiles))

    def own_modes(self) -> tuple[Mode, ...]:
        """The modes of the model whose weights are here.

        Raises:
            EngineUnavailableError: If weights or packages are missing.
        """
        return self.find().own_modes()

    def open(self) -> TransformersSession:
        """Load the weights.

        Raises:
            EngineUnavailableError: If weights or packages are missing or memory does not do.
            ConfigurationError: If the folder holds another model, or int8 weights are asked for
                where they are not to be had.
        """
        import torch

        from dsocr_integrations.engines.transformers_session import TransformersSession

        found = self.find()
        device = self.resolve_device()
        dtype = self.resolve_dtype(device)
        if self.decode_weights == "int8" and (device.type != "cpu" or dtype != torch.bfloat16):
            raise ConfigurationError(
                f"decode_weights='int8' is for a CPU with bfloat16, not {device.type} with "
                f"{str(dtype).removeprefix('torch.')}.",
                remedy="Set device='cpu' and dtype='bfloat16', or decode_weights='full'.",
            )
        return TransformersSession(self, found, device, dtype)

    def find(self) -> Checkpoint:
        """Find the weights.

        Raises:
            EngineUnavailableError: If weights or packages are missing.
            ConfigurationError: If the folder holds another model.
        """
        self._need_packages()
        return find_checkpoint(self.checkpoint, self.revision)

    def _need_packages(self) -> None:
        missing = [name for name in _PACKAGES if find_spec(name) is None]
        if missing:
            raise EngineUnavailableError(
                f"DeepSeek-OCR in this process needs {', '.join(missing)}.",
                remedy="Install them with: pip install 'dsocr-integrations[transformers]'",
            )

    def resolve_device(self) -> torch.device:
        """The torch device that `device` stands for.

        Raises:
            ConfigurationError: If torch knows no such device.
        """
        import torch

        if self.device != "auto":
            try:
                return torch.device(self.device)
            except RuntimeError as error:
                raise ConfigurationError(f"There is no device {self.device!r}.") from error
        if torch.cuda.is_available():
            return torch.device("cuda")
        return torch.device("mps" if torch.backends.mps.is_available() else "cpu")

    def resolve_dtype(self, device: torch.device) -> torch.dtype:
        """The number format that `dtype` stands for on a device.

        Half precision wherever the device multiplies it natively; on other CPUs bfloat16 is
        slower than float32, though half its size.
        """
        import torch

        if self.dtype != "auto":
            chosen: torch.dtype = getattr(torch, self.dtype)
            return chosen
        if device.type == "cuda":
            return torch.bfloat16 if torch.cuda.is_bf16_supported() else torch.float16
        if device.type == "mps":
            return torch.float16
        return torch.bfloat16 if _cpu_multiplies_bfloat16() else torch.float32


def _cpu_multiplies_bfloat16() -> bool:
    import torch

    return bool(torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported())  # noqa: SLF001
