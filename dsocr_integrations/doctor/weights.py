"""The weights of the model: whether they are on this machine, and whole."""

from __future__ import annotations

import json
from pathlib import Path

from dsocr_integrations.doctor.findings import Finding
from dsocr_integrations.engines.checkpoint import Checkpoint, find_checkpoint
from dsocr_integrations.engines.selection import local_checkpoint
from dsocr_integrations.errors import DsocrError
from dsocr_integrations.settings import Settings

PART, PURPOSE = "weights", "DeepSeek-OCR in process"
DOWNLOAD = "hf download deepseek-ai/DeepSeek-OCR (6.7 GB), or set DSOCR_MODEL_PATH to their folder"
_MAX_HEADER = 100_000_000
"""Bytes of a safetensors header that the format's own reader accepts."""


def examine(settings: Settings) -> Finding:
    """Find the weights and check that each file is as long as it says; nothing is loaded."""
    place = local_checkpoint(settings)
    if place is None:
        return Finding(PART, PURPOSE, "", DOWNLOAD)
    try:
        checkpoint = find_checkpoint(place, takes_quantised=settings.engine == "vllm")
    except (DsocrError, ImportError) as error:
        remedy = error.remedy if isinstance(error, DsocrError) else ""
        message = error.message if isinstance(error, DsocrError) else str(error)
        return Finding(PART, PURPOSE, "", remedy or DOWNLOAD, message)
    problem = _problem(checkpoint.folder)
    if problem:
        return Finding(PART, PURPOSE, "", DOWNLOAD, problem)
    return Finding(PART, PURPOSE, _described(checkpoint))


def _described(checkpoint: Checkpoint) -> str:
    folder = checkpoint.folder
    size = sum(file.stat().st_size for file in folder.glob("*.safetensors"))
    in_cache = folder.parent.name == "snapshots"
    revision = folder.name if in_cache else checkpoint.revision
    return f"{checkpoint.family}, revision {revision}, {size / 1e9:.1f} GB in {folder}"


def _problem(folder: Path) -> str:
    if not (folder / "tokenizer.json").is_file():
        return f"{folder} lacks tokenizer.json"
    cut = [file.name for file in sorted(folder.glob("*.safetensors")) if not is_whole(file)]
    return f"{', '.join(cut)} in {folder} is cut off or damaged" if cut else ""


def is_whole(file: Path) -> bool:
    """Whether a safetensors file is as long as its header says.

    Source: the format's description at github.com/huggingface/safetensors: eight bytes with the
    header's length, the header with each tensor's offsets, the tensors.
    """
    try:
        with file.open("rb") as opened:
            length = int.from_bytes(opened.read(8), "little")
            if length > _MAX_HEADER:
                return False
            header = json.loads(opened.read(length))
        ends = [entry["data_offsets"][1] for name, entry in header.items() if name[:2] != "__"]
        return file.stat().st_size == 8 + length + max(ends, default=0)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, IndexError):
        return False
