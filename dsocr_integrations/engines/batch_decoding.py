"""Several answers grown together, one token each a step, joining and leaving as they please."""

from __future__ import annotations

import inspect
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from dsocr_integrations.engines.base import Sampling
from dsocr_integrations.engines.no_repeat_ngram import BannedTokens

if TYPE_CHECKING:
    import torch
    from transformers import PreTrainedModel

_GROUPED_FROM = 4
"""Rows from which grouped expert kernels win on a CPU (`benchmarks/model_decoding.py --full`:
0.26 against 0.30 CPU-s a step for one row, 0.88 against 0.78 for eight)."""


@dataclass(eq=False)
class Answer:
    """One answer as it grows.

    Attributes:
        banned: What may not come next.
        budget: Tokens it may have at most.
        sampling: How tokens are drawn.
        tokens: What has been said, the end token left out.
        finish: `stop` or `length` once it is complete, `error` where the network gave no numbers
            for it; `loop` where somebody ended it so.
        seen: Tokens the model has taken in for it, the picture and prompt included.
    """

    banned: BannedTokens
    budget: int
    sampling: Sampling = field(default_factory=Sampling)
    tokens: list[int] = field(default_factory=list)
    finish: str | None = None
    seen: int = 0
    generator: Any = None


class DecodingBatch:
    """Rows of the decoder with a common cache.

    A row joins with its own prefill, so that pages are never padded to each other while their
    pictures are taken in; rows of different length then stand in one cache, filled up on the
    left, and the filling is masked.

    Args:
        model: A native model with `model.language_model` and `lm_head`.
        end: Id of the end token.
    """

    def __init__(self, model: PreTrainedModel, end: int) -> None:
        self._network: Any = model
        self._end = end
        self._answers: list[Answer] = []
        self._cache: Any = None
        self._experts = ""

    def __len__(self) -> int:
        return len(self._answers)

    @property
    def answers(self) -> tuple[Answer, ...]:
        """The rows in their order."""
        return tuple(self._answers)

    def join(self, answer: Answer, prompt: torch.Tensor) -> None:
        """Take in a prompt and say the first token.

        Args:
            answer: Empty so far.
            prompt: Embeddings, `(tokens, hidden)`.
        """
        from transformers import DynamicCache

        cache = DynamicCache(config=self._network.config.text_config)
        logits = self._logits(cache, inputs_embeds=prompt[None])
        self._merge(cache)
        answer.seen = prompt.shape[0]
        self._answers.append(answer)
        self._choose([answer], logits)

    def step(self) -> None:
        """Say one more token in each row. Rows must be unfinished.

        Where this raises, the rows are as they were before.
        """
        import torch

        self._fit_experts()
        device = self._network.device
        last = torch.tensor([[one.tokens[-1]] for one in self._answers], device=device)
        places = torch.tensor([[one.seen] for one in self._answers], device=device)
        width = self._width()
        try:
            logits = self._logits(
                self._cache,
                input_ids=last,
                attention_mask=self._mask(width + 1),
                position_ids=places,
            )
        except BaseException:
            # Memory may have run out in the middle of the layers.
            self._keep(slice(None), slice(0, width))
            raise
        for one in self._answers:
            one.seen += 1
        self._choose(self._answers, logits)

    def leave(self, gone: set[Answer]) -> None:
        """Drop rows and the filling nobody needs any more."""
        import torch

        kept = [place for place, one in enumerate(self._answers) if one not in gone]
        self._answers = [self._answers[place] for place in kept]
        if not kept:
            self._cache = None
            return
        self._cache.batch_select_indices(torch.tensor(kept, device=self._network.device))
        spare = self._width() - max(one.seen for one in self._answers)
        self._keep(slice(None), slice(spare, None))

    def _fit_experts(self) -> None:
        if self._network.device.type != "cpu":
            return
        experts = "eager" if len(self._answers) < _GROUPED_FROM else "grouped_mm"
        if experts != self._experts:
            self._network.set_experts_implementation(experts)
            self._experts = experts

    def _width(self) -> int:
        return int(self._cache.get_seq_length())

    def _mask(self, width: int) -> torch.Tensor:
        import torch

        # The token that is about to be fed counts too.
        seen = torch.tensor([[one.seen + 1] for one in self._answers])
        filled = torch.arange(width)[None] >= width - seen
        return filled.to(self._network.device, torch.long)

    def _merge(self, cache: Any) -> None:
        if self._cache is None:
            self._cache = cache
            return
        rows, width = len(self._answers), self._width()
        wide = max(width, int(cache.get_seq_length()))
        try:
            for mine, new in zip(self._cache.layers, cache.layers, strict=True):
                mine.keys = _below(mine.keys, new.keys, wide)
                mine.values = _below(mine.values, new.values, wide)
        except BaseException:
            self._keep(slice(0, rows), slice(-width, None))
            raise

    def _keep(self, rows: slice, places: slice) -> None:
        for layer in self._cache.layers:
            layer.keys = layer.keys[rows, :, places]
            layer.values = layer.values[rows, :, places]

    @cached_property
    def _cache_argument(self) -> str:
        """What the decoder calls its cache: `past_key_values` up to transformers 5.23, then `cache`."""
        parameters = inspect.signature(self._network.model.language_model.forward).parameters
        return "cache" if "cache" in parameters else "past_key_values"

    def _logits(self, cache: Any, **inputs: torch.Tensor) -> torch.Tensor:
        decoder = self._network.model.language_model
        hidden = decoder(**inputs, **{self._cache_argument: cache}, use_cache=True)
        logits: torch.Tensor = self._network.lm_head(hidden.last_hidden_state[:, -1])
        return logits

    def _choose(self, answers: list[Answer], logits: torch.Tensor) -> None:
        logits = logits.float()
        for row, one in enumerate(answers):
            banned = one.banned.now()
            if banned:
                logits[row, banned] = float("-inf")
        best, greedy = logits.max(-1)
        # What is no number, or beyond all numbers, is the highest wherever it stands in a row.
        is_number = best.isfinite().tolist()
        for row, (one, token) in enumerate(zip(answers, greedy.tolist(), strict=True)):
            if not is_number[row]:
                one.finish = "error"
                continue
            self._say(one, token if one.sampling.temperature <= 0 else _draw(one, logits[row]))

    def _say(self, answer: Answer, token: int) -> None:
        if token == self._end:
            answer.finish = "stop"
            return
        answer.tokens.append(token)
        answer.banned.append(token)
        if len(answer.tokens) >= answer.budget:
            answer.finish = "length"


def _below(mine: torch.Tensor, new: torch.Tensor, width: int) -> torch.Tensor:
    """Rows of a cache below others, all filled up on the left to one width."""
    import torch
    from torch.nn.functional import pad

    return torch.cat([pad(rows, (0, 0, width - rows.shape[-2], 0)) for rows in (mine, new)])


def _draw(answer: Answer, logits: torch.Tensor) -> int:
    import torch

    # On the CPU and from the row's own seed: the same whatever shares the batch.
    if answer.generator is None:
        answer.generator = torch.Generator().manual_seed(answer.sampling.seed)
    chances = torch.softmax(logits.cpu() / answer.sampling.temperature, -1)
    return int(torch.multinomial(chances, 1, generator=answer.generator))
