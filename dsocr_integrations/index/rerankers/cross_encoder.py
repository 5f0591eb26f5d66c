"""A cross-encoder by name or folder, from files that are already here, through transformers."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import PurePath
from typing import Any

from dsocr_integrations.errors import MissingDependencyError, RerankerUnavailableError

MAX_TOKENS = 512
"""Of query and passage together, or what the model was trained for if that is less."""

BATCH = 16


class CrossEncoderReranker:
    """Reads query and passage together and gives one number; loaded on first use.

    Args:
        model: Name on the hub, or a folder. It is never downloaded, and code that comes with a
            model is never run.
    """

    def __init__(self, model: str) -> None:
        self._where = model
        # A folder's place on this machine is nobody else's business.
        self._shown = PurePath(model).name if PurePath(model).is_absolute() else model
        self._loaded: tuple[Any, Any] | None = None
        self._lock = threading.Lock()

    def __call__(self, query: str, passages: Sequence[str], /) -> list[float]:
        """Score each passage; more is better, the unit is the model's own.

        Raises:
            MissingDependencyError: If transformers or torch is not installed.
            RerankerUnavailableError: If the model is not there, or is no cross-encoder.
        """
        with self._lock:
            tokenizer, model = self._load()
            import torch

            scores: list[float] = []
            for start in range(0, len(passages), BATCH):
                batch = list(passages[start : start + BATCH])
                pairs = tokenizer(
                    [query] * len(batch),
                    batch,
                    padding=True,
                    truncation="longest_first",
                    max_length=min(MAX_TOKENS, tokenizer.model_max_length),
                    return_tensors="pt",
                )
                with torch.inference_mode():
                    scores += model(**pairs).logits[:, 0].tolist()
            return scores

    def _load(self) -> tuple[Any, Any]:
        if self._loaded is not None:
            return self._loaded
        try:
            import torch  # noqa: F401 - what transformers needs, and says only when it is used
            from transformers import AutoModelForSequenceClassification, AutoTokenizer
        except ImportError as error:
            raise MissingDependencyError(
                "A cross-encoder needs transformers and torch.",
                remedy="Run: pip install 'dsocr-integrations[transformers]'",
            ) from error
        try:
            tokenizer = AutoTokenizer.from_pretrained(
                self._where, local_files_only=True, trust_remote_code=False
            )
            model, found = AutoModelForSequenceClassification.from_pretrained(
                self._where,
                local_files_only=True,
                trust_remote_code=False,
                output_loading_info=True,
            )
        except (OSError, ValueError, KeyError) as error:
            raise self._unavailable(
                f"cannot be loaded ({type(error).__name__})",
                "Give its folder, or put it into the local hub cache first; it is not downloaded.",
            ) from error
        # Another model is loaded, too, with a last layer of random numbers.
        if found["missing_keys"] or model.config.num_labels != 1:
            raise self._unavailable(
                "does not score a query and a passage with one number",
                "Give a cross-encoder that was trained to rank.",
            )
        self._loaded = (tokenizer, model.eval())
        return self._loaded

    def _unavailable(self, what: str, remedy: str) -> RerankerUnavailableError:
        return RerankerUnavailableError(f"The model {self._shown} {what}.", remedy=remedy)
