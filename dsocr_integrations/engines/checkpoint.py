"""Weights on this machine: where they lie, which model they are, which revision."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dsocr_integrations.errors import ConfigurationError, EngineUnavailableError
from dsocr_integrations.models import deepseek_ocr, deepseek_ocr2, unlimited_ocr
from dsocr_integrations.modes import MODES, Mode

_HUB_NAME = re.compile(r"[\w.-]+/[\w.-]+")
_SIZE = "about 6.7 GB"
_INDEX = "model.safetensors.index.json"


@dataclass(frozen=True)
class Checkpoint:
    """A folder of weights.

    Attributes:
        folder: Holds `config.json`, the tokenizer and safetensors files.
        family: Which model it is; the same words as in `Mode.model`.
        revision: Given by the caller, or made from the files.
    """

    folder: Path
    family: str
    revision: str

    def own_modes(self) -> tuple[Mode, ...]:
        """The modes of this model."""
        return tuple(mode for mode in MODES.values() if mode.model == self.family)


def find_checkpoint(
    place: str | Path, revision: str | None = None, *, takes_quantised: bool = False
) -> Checkpoint:
    """Find weights without the network.

    Args:
        place: A folder, or a name such as `deepseek-ai/DeepSeek-OCR` in the Hugging Face cache.
        revision: Commit or branch of a name in the cache; also what the caller calls the
            weights of a folder.
        takes_quantised: Whether the engine knows how weights of fewer bits are stored; that of
            MLX, no engine here does.

    Raises:
        EngineUnavailableError: If weights are missing; the message tells how to get them.
        ConfigurationError: If the folder holds another model, or weights that would be misread.
    """
    folder = Path(place)
    if not folder.is_dir():
        folder = _in_cache(str(place), revision)
    config_file = folder / "config.json"
    if not config_file.is_file():
        raise _missing(f"{folder} holds no config.json.")
    try:
        config = json.loads(config_file.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ConfigurationError(f"{config_file} is not JSON: {error}") from error
    family = _family(config, folder)
    _refuse_quantised(config, folder, takes_quantised=takes_quantised)
    weights = _weight_files(folder)
    return Checkpoint(folder, family, revision or _revision(folder, weights))


def _family(config: dict[str, Any], folder: Path) -> str:
    if deepseek_ocr2.is_deepseek_ocr2(config):
        return "deepseek-ocr-2"
    if deepseek_ocr.is_deepseek_ocr(config):
        return "deepseek-ocr"
    if unlimited_ocr.is_unlimited_ocr(config):
        raise ConfigurationError(
            f"{folder} holds Unlimited-OCR, which no engine in this process reads.",
            remedy="Serve it with vLLM or SGLang and give the server's address (docs/servers.md).",
        )
    raise ConfigurationError(
        f"{folder} holds {config.get('architectures') or 'another model'}, not DeepSeek-OCR.",
        remedy=f"Give a folder of {deepseek_ocr.NAME} or {deepseek_ocr2.NAME}.",
    )


def _refuse_quantised(config: dict[str, Any], folder: Path, takes_quantised: bool) -> None:
    # Numbers of eight bits have the shape of the published ones: they would load without a word.
    how = config.get("quantization_config") or config.get("quantization")
    if not how:
        return
    method = how.get("quant_method") if isinstance(how, dict) else None
    if method and takes_quantised:
        return
    raise ConfigurationError(
        f"{folder} holds weights quantised by {method or 'MLX'}, which would be misread here.",
        remedy=f"Give the published ones, or read with {'vllm' if method else 'a server of mlx-vlm'}.",
    )


def _in_cache(name: str, revision: str | None) -> Path:
    if not _HUB_NAME.fullmatch(name):
        raise _missing(f"There is no folder {name}.")
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, LocalEntryNotFoundError

    try:
        return Path(snapshot_download(name, revision=revision, local_files_only=True))
    except (LocalEntryNotFoundError, HfHubHTTPError, OSError) as error:
        raise _missing(f"{name} is not in the Hugging Face cache.", name) from error


def _weight_files(folder: Path) -> list[Path]:
    index = folder / _INDEX
    if index.is_file():
        named = json.loads(index.read_text(encoding="utf-8"))["weight_map"].values()
        files = [folder / name for name in sorted(set(named))]
    else:
        files = sorted(folder.glob("*.safetensors"))
    absent = [file.name for file in files if not file.is_file()]
    if not files or absent:
        what = ", ".join(absent) or "safetensors files"
        raise _missing(f"{folder} lacks {what}.")
    return files


def _revision(folder: Path, weights: list[Path]) -> str:
    # Hashing gigabytes at each start would cost more than reading a page; names and sizes of
    # the weights stand for them beside the files that describe them.
    digest = hashlib.sha256()
    for name in ("config.json", "tokenizer.json", "tokenizer_config.json", _INDEX):
        file = folder / name
        digest.update(file.read_bytes() if file.is_file() else b"")
    for file in weights:
        digest.update(f"{file.name}:{file.stat().st_size};".encode())
    return digest.hexdigest()[:16]


def _missing(message: str, name: str = deepseek_ocr.NAME) -> EngineUnavailableError:
    return EngineUnavailableError(
        message,
        remedy=(
            "Name the folder of the weights (--model, DSOCR_MODEL_PATH), or download them "
            f"({_SIZE}, into the Hugging Face cache) with: hf download {name}"
        ),
    )
