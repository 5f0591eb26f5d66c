"""A loaded model: pages wait in line, are encoded one by one and decoded together."""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any, Self, cast

from dsocr_integrations.engines.base import ReadFailure, Reading, ReadRequest
from dsocr_integrations.engines.batch_decoding import Answer, DecodingBatch
from dsocr_integrations.engines.delivery import Pieces, deliver, heard_pieces, in_pieces
from dsocr_integrations.engines.image_views import make_views
from dsocr_integrations.engines.loop_watch import LoopWatch
from dsocr_integrations.engines.mode_choice import mode_among
from dsocr_integrations.engines.no_repeat_ngram import BannedTokens
from dsocr_integrations.engines.token_text import TokenText, load_tokenizer
from dsocr_integrations.engines.useful_pixels import useful_dpi
from dsocr_integrations.errors import ConfigurationError, DsocrError, EngineUnavailableError
from dsocr_integrations.models import deepseek_ocr, deepseek_ocr2
from dsocr_integrations.models.int8_decoding import add_int8_weights
from dsocr_integrations.modes import AUTO_MODE, GUNDAM, V2, Mode
from dsocr_integrations.part_versions import shortened
from dsocr_integrations.prompts import IMAGE_PLACEHOLDER
from dsocr_integrations.records.readings import FinishReason

if TYPE_CHECKING:
    import torch

    from dsocr_integrations.engines.checkpoint import Checkpoint
    from dsocr_integrations.engines.transformers import TransformersEngine

logger = logging.getLogger(__name__)

_MODELS = {"deepseek-ocr": deepseek_ocr, "deepseek-ocr-2": deepseek_ocr2}


@dataclass(eq=False)
class _Job:
    request: ReadRequest
    future: Future[Reading]
    pieces: Pieces | None = None
    text: TokenText | None = None
    watch: LoopWatch = field(default_factory=LoopWatch)
    prompt_tokens: int = 0
    vision_tokens: int = 0


class TransformersSession:
    """Weights in memory and one thread that uses them.

    Args:
        engine: The settings.
        checkpoint: Where the weights are.
        device: Where they go.
        dtype: Their number format.

    Raises:
        EngineUnavailableError: If they do not fit the device.
    """

    def __init__(
        self,
        engine: TransformersEngine,
        checkpoint: Checkpoint,
        device: torch.device,
        dtype: torch.dtype,
    ) -> None:
        self._engine = engine
        self._checkpoint = checkpoint
        self._parts = shortened(engine.parts_present())
        self._tokenizer = load_tokenizer(checkpoint.folder)
        try:
            model: Any = _MODELS[checkpoint.family].load(checkpoint.folder, dtype=dtype)
            self._model: Any = model.to(device)
            if engine.decode_weights == "int8":
                add_int8_weights(self._model)
        except (RuntimeError, MemoryError) as error:
            raise EngineUnavailableError(
                f"The weights in {checkpoint.folder} do not load on {device}: {error}",
                remedy="Choose another device, or one with more memory.",
            ) from error
        self._device, self._dtype = device, dtype
        self._batch = DecodingBatch(self._model, self._tokenizer.eos_token_id)
        self._waiting: SimpleQueue[_Job | None] = SimpleQueue()
        # Pages that memory did not do for, first in line once another leaves.
        self._put_back: deque[_Job] = deque()
        self._room = engine.capacity
        self._jobs: dict[Answer, _Job] = {}
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._work, name="dsocr-model", daemon=True)
        self._thread.start()

    def submit(self, request: ReadRequest) -> Future[Reading]:
        """Put a page in line; cancelling the future ends its decoding.

        The future raises `ConfigurationError` where the model does not have the mode.
        """
        return self._put(_Job(request, Future(), heard_pieces(request)))

    def stream(self, request: ReadRequest) -> Iterator[str]:
        """Yield the answer to one request as it grows.

        Raises:
            PageReadError: If this page cannot be read.
            ConfigurationError: If the model does not have the mode.
            EngineUnavailableError: If the model fails.
        """
        pieces: SimpleQueue[str | None] = SimpleQueue()
        future = self._put(_Job(request, Future(), pieces))
        yield from in_pieces(future, pieces)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._closed.set()
        self._waiting.put(None)
        self._thread.join()

    def _put(self, job: _Job) -> Future[Reading]:
        if self._closed.is_set():
            raise EngineUnavailableError("The model has been closed.")
        self._waiting.put(job)
        return job.future

    def _work(self) -> None:
        import torch

        with torch.inference_mode():
            while not self._closed.is_set():
                self._admit()
                try:
                    self._advance()
                except Exception as error:  # noqa: BLE001 - the callers get it
                    self._give_up(error)
        self._close_line()

    def _admit(self) -> None:
        while len(self._batch) < self._room:
            try:
                job = self._next()
            except Empty:
                return
            if job is None:
                return
            if not job.future.cancelled():
                self._start(job)

    def _next(self) -> _Job | None:
        if self._put_back:
            return self._put_back.popleft()
        return self._waiting.get(block=not len(self._batch))

    def _start(self, job: _Job) -> None:
        try:
            mode = self._mode(job.request.mode)
            prompt = self._prompt(job, mode)
            answer = Answer(
                BannedTokens(self._engine.ngram_ban),
                self._budget(job.prompt_tokens),
                job.request.sampling,
            )
            self._batch.join(answer, prompt)
        except ConfigurationError as error:
            _deliver(job, error)
            return
        except (DsocrError, ValueError) as error:
            kind = "unsupported" if isinstance(error, ValueError) else "render"
            _deliver(job, Reading("", "error", failure=ReadFailure(kind, str(error))))
            return
        except Exception as error:  # noqa: BLE001 - one bad page must not end the others
            if _is_out_of_memory(error):
                self._make_room(job, str(error))
                return
            message = f"The picture could not be read: {error}"
            _deliver(job, Reading("", "error", failure=ReadFailure("engine", message)))
            return
        job.text = job.text or TokenText(self._tokenizer)
        job.watch = LoopWatch()
        self._jobs[answer] = job
        self._settle()

    def _advance(self) -> None:
        if not len(self._batch):
            return
        try:
            self._batch.step()
        except Exception as error:
            if not _is_out_of_memory(error):
                raise
            # The newest has the least to lose: it is begun again.
            newest = self._batch.answers[-1]
            self._batch.leave({newest})
            self._make_room(self._jobs.pop(newest), str(error))
            return
        self._settle()

    def _make_room(self, job: _Job, why: str) -> None:
        """Go on with fewer pages at a time; what does not do for one page alone fails it."""
        if not len(self._batch):
            message = f"Memory on {self._device} does not do for this page: {why}"
            _deliver(job, Reading("", "error", failure=ReadFailure("memory", message)))
            return
        self._room = len(self._batch)
        self._put_back.appendleft(job)
        logger.warning(
            "Memory ran out on %s; from now on at most %d pages are decoded together.",
            self._device,
            self._room,
        )

    def _settle(self) -> None:
        gone: set[Answer] = set()
        for answer in self._batch.answers:
            job = self._jobs[answer]
            if answer.finish is None and self._is_lost(job, answer):
                answer.finish = "loop"
            if job.pieces is not None and job.text is not None:
                job.pieces.put(job.text.more(answer.tokens, complete=answer.finish is not None))
            if answer.finish == "error":
                logger.warning(
                    "The model gave no numbers (NaN) for a page in %s on %s; another dtype may.",
                    self._dtype,
                    self._device,
                )
            if answer.finish is not None:
                _deliver(job, self._reading(job, answer))
            elif not job.future.cancelled():
                continue
            gone.add(answer)
            del self._jobs[answer]
        if gone:
            self._batch.leave(gone)

    def _is_lost(self, job: _Job, answer: Answer) -> bool:
        return job.watch.is_lost(
            len(answer.tokens),
            lambda: TokenText(self._tokenizer).more(answer.tokens, complete=True),
        )

    def _mode(self, name: str) -> Mode:
        if name == AUTO_MODE:
            mode = V2 if self._checkpoint.family == V2.model else GUNDAM
        else:
            mode = mode_among(name, self._checkpoint.own_modes(), self._checkpoint.family)
        if mode.model == "deepseek-ocr" and mode.tiled:
            return mode.with_max_tiles(self._engine.max_tiles)
        return mode

    def _prompt(self, job: _Job, mode: Mode) -> torch.Tensor:
        import torch

        features = self._encode(job, mode)
        text = job.request.prompt.removeprefix(IMAGE_PLACEHOLDER).lstrip("\n")
        after = self._tokenizer.encode(f"\n{text}", add_special_tokens=False)
        embed = self._model.get_input_embeddings()
        before, behind = (
            embed(torch.tensor(ids, device=self._device))
            for ids in ([self._tokenizer.bos_token_id], after)
        )
        prompt = torch.cat([before, features.to(before.dtype), behind])
        job.prompt_tokens = prompt.shape[0]
        return prompt

    def _encode(self, job: _Job, mode: Mode) -> torch.Tensor:
        import torch

        region, dpi = job.request.region, job.request.dpi
        views = make_views(region.render(useful_dpi(region, dpi, (mode,))), mode)
        overview, tiles = (
            torch.from_numpy(array).to(self._device, self._dtype)
            for array in (views.overview, views.tiles)
        )
        options: dict[str, Any] = {}
        if len(tiles):
            options = {"pixel_values_local": tiles, "num_local_patches": [len(tiles)]}
            if mode.model == "deepseek-ocr":
                options["patches_grid"] = [list(views.tokens.grid)]
        features = self._model.get_image_features(overview, **options).pooler_output[0]
        job.vision_tokens = views.tokens.placeholders
        return cast("torch.Tensor", features)

    def _budget(self, prompt_tokens: int) -> int:
        room = self._model.config.text_config.max_position_embeddings - prompt_tokens
        if room < 1:
            message = f"The prompt of {prompt_tokens} tokens leaves no room for an answer."
            raise ValueError(message)
        return int(min(self._engine.max_new_tokens, room))

    def _reading(self, job: _Job, answer: Answer) -> Reading:
        return Reading(
            TokenText(self._tokenizer).more(answer.tokens, complete=True),
            cast("FinishReason", answer.finish),
            prompt_tokens=job.prompt_tokens,
            vision_tokens=job.vision_tokens,
            output_tokens=len(answer.tokens),
            parts=self._parts,
        )

    def _give_up(self, error: Exception) -> None:
        gone = EngineUnavailableError(
            f"The model failed on {self._device}: {error}",
            remedy="Where memory ran out, read fewer pages at a time (capacity).",
        )
        for job in self._jobs.values():
            _deliver(job, gone)
        self._jobs.clear()
        self._batch.leave(set(self._batch.answers))

    def _close_line(self) -> None:
        closed = EngineUnavailableError("The model has been closed.")
        for job in (*self._jobs.values(), *self._put_back):
            _deliver(job, closed)
        while not self._waiting.empty():
            waiting = self._waiting.get()
            if waiting is not None:
                _deliver(waiting, closed)


def _deliver(job: _Job, result: Reading | Exception) -> None:
    deliver(job.future, result)
    if job.pieces is not None:
        job.pieces.put(None)


def _is_out_of_memory(error: Exception) -> bool:
    import torch

    # The CPU's allocator and Apple's raise a plain RuntimeError.
    said = str(error).lower()
    return isinstance(error, MemoryError | torch.OutOfMemoryError) or (
        isinstance(error, RuntimeError)
        and ("out of memory" in said or "can't allocate memory" in said)
    )
