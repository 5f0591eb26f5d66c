"""Weights from a folder into a native network."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dsocr_integrations.errors import ConfigurationError, EngineUnavailableError

if TYPE_CHECKING:
    import torch
    from transformers import PreTrainedModel


def load_weights(network: Any, folder: Path, config: Any, dtype: torch.dtype) -> PreTrainedModel:
    """Load safetensors into a network; no network access, no code from the folder.

    Args:
        network: Model class of transformers.
        folder: Holds the safetensors files.
        config: Configuration of the network.
        dtype: Of the weights in memory.

    Returns:
        The model on the CPU, ready to read.

    Raises:
        ConfigurationError: If weights are missing; transformers would fill them with noise.
        EngineUnavailableError: If a file is cut off, as after a broken download.
    """
    from safetensors import SafetensorError

    heed_thread_limit()
    try:
        with _without_progress_bar():
            model, report = network.from_pretrained(
                folder,
                config=config,
                dtype=dtype,
                use_safetensors=True,
                local_files_only=True,
                output_loading_info=True,
            )
    except SafetensorError as error:
        raise EngineUnavailableError(
            f"The weights in {folder} are cut off or damaged ({error}).",
            remedy="Download them anew; `dsocr doctor` tells which files are not whole.",
        ) from error
    missing = sorted(report["missing_keys"])
    if missing:
        raise ConfigurationError(
            f"The checkpoint in {folder} lacks {len(missing)} weights, such as {missing[0]}.",
            remedy="Download it anew.",
        )
    ready: PreTrainedModel = model.eval()
    return ready


def heed_thread_limit() -> None:
    """Let torch use no more threads than `OMP_THREAD_LIMIT` allows.

    torch 2.13 does not look at the limit: its bfloat16 products are shared out among threads
    that are never started, and the parts of those that are missing hold whatever was in memory.
    """
    import torch

    limit = os.environ.get("OMP_THREAD_LIMIT", "")
    if limit.isdecimal() and 0 < int(limit) < torch.get_num_threads():
        torch.set_num_threads(int(limit))


@contextmanager
def _without_progress_bar() -> Iterator[None]:
    # transformers draws on stderr, over the bar of whoever reads documents.
    from transformers.utils import logging as untyped

    logging: Any = untyped
    shown = logging.is_progress_bar_enabled()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        if shown:
            logging.enable_progress_bar()
