"""vLLM at work: one thread hands pages over as they come and takes answers as they grow."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any, Self

from dsocr_integrations.engines import vllm_runner
from dsocr_integrations.engines.base import ReadFailure, Reading, ReadRequest
from dsocr_integrations.engines.delivery import Pieces, deliver, heard_pieces, in_pieces
from dsocr_integrations.engines.loop_watch import LoopWatch
from dsocr_integrations.engines.mode_notes import ModeNotes
from dsocr_integrations.engines.runtime_tiling import RuntimeTiling
from dsocr_integrations.errors import ConfigurationError, EngineUnavailableError, SourceError
from dsocr_integrations.part_versions import shortened
from dsocr_integrations.prompts import IMAGE_PLACEHOLDER

if TYPE_CHECKING:
    from dsocr_integrations.engines.checkpoint import Checkpoint
    from dsocr_integrations.engines.vllm import VllmEngine
    from dsocr_integrations.records.readings import FinishReason

logger = logging.getLogger(__name__)


@dataclass(eq=False)
class _Job:
    request: ReadRequest
    future: Future[Reading] = field(default_factory=Future)
    pieces: Pieces | None = None
    watch: LoopWatch = field(default_factory=LoopWatch)
    text: list[str] = field(default_factory=list)
    prompt_tokens: int | None = None
    vision_tokens: int | None = None
    mode_note: str = ""
    output_tokens: int = 0


class VllmSession:
    """A running vLLM engine and the one thread that talks to it.

    Args:
        engine: The settings.
        checkpoint: Where the weights are.

    Raises:
        EngineUnavailableError: If vLLM cannot start.
    """

    def __init__(self, engine: VllmEngine, checkpoint: Checkpoint) -> None:
        # vLLM, and the process it starts, log to stdout, where the results of a command go.
        os.environ.setdefault("VLLM_LOGGING_STREAM", "ext://sys.stderr")
        vllm_runner.prepare()
        if not vllm_runner.takes_ban():
            logger.warning("%s.", vllm_runner.NO_BAN)
        import vllm

        self._settings = engine
        self._parts = shortened(engine.parts_present())
        self._tiling = RuntimeTiling(checkpoint.family)
        self._notes = ModeNotes(self._tiling)
        try:
            arguments = vllm.EngineArgs(**engine.arguments(checkpoint))
            self._engine: Any = vllm.LLMEngine.from_engine_args(arguments)
        except (RuntimeError, ValueError, TypeError, OSError, MemoryError) as error:
            raise EngineUnavailableError(
                f"vLLM cannot start with the weights in {checkpoint.folder}: {error}",
                remedy="Run `dsocr doctor`; lower `gpu_memory_utilization` where memory is short.",
            ) from error
        self._waiting: SimpleQueue[_Job | None] = SimpleQueue()
        self._jobs: dict[str, _Job] = {}
        self._asked = 0
        self._lock = threading.Lock()
        self._gone: EngineUnavailableError | None = None
        self._thread = threading.Thread(target=self._work, name="dsocr-vllm", daemon=True)
        self._thread.start()

    def submit(self, request: ReadRequest) -> Future[Reading]:
        """Put a page in line; cancelling the future ends its decoding.

        The future raises `ConfigurationError` where no shrinking comes near the mode.

        Raises:
            EngineUnavailableError: If the session is closed or vLLM has died.
        """
        return self._put(_Job(request, pieces=heard_pieces(request)))

    def stream(self, request: ReadRequest) -> Iterator[str]:
        """Yield the answer to one request as it grows.

        Raises:
            PageReadError: If this page cannot be read.
            ConfigurationError: If no shrinking comes near the mode.
            EngineUnavailableError: If vLLM dies.
        """
        pieces: SimpleQueue[str | None] = SimpleQueue()
        future = self._put(_Job(request, pieces=pieces))
        yield from in_pieces(future, pieces)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._give_up(EngineUnavailableError("The model has been closed."))
        self._waiting.put(None)
        self._thread.join()
        self._engine.engine_core.shutdown()

    def _put(self, job: _Job) -> Future[Reading]:
        with self._lock:
            if self._gone is not None:
                raise self._gone
            self._waiting.put(job)
        return job.future

    def _work(self) -> None:
        while self._gone is None:
            try:
                self._admit()
                self._drop_cancelled()
                if self._jobs and self._gone is None:
                    self._take(self._engine.step())
            except Exception as error:  # noqa: BLE001 - the callers get it
                self._give_up(
                    EngineUnavailableError(
                        f"vLLM failed: {error}", remedy="Its own log tells the cause."
                    )
                )
        self._answer_all(self._gone)

    def _admit(self) -> None:
        # One page a turn: drawing it takes longer than a step, and vLLM goes on meanwhile.
        if len(self._jobs) >= self._settings.capacity:
            return
        try:
            job = self._waiting.get(block=not self._jobs)
        except Empty:
            return
        if job is not None and not job.future.cancelled():
            self._start(job)

    def _start(self, job: _Job) -> None:
        try:
            prompt = self._prompt(job)
        except ConfigurationError as error:
            _deliver(job, error)
            return
        except SourceError as error:
            _deliver(job, _failed("render", error))
            return
        except Exception as error:  # noqa: BLE001 - one bad page must not end the others
            _deliver(job, _failed("engine", error))
            return
        self._asked += 1
        name = str(self._asked)
        try:
            self._engine.add_request(name, prompt, self._sampling(job.request))
        except (ValueError, TypeError) as error:
            _deliver(job, _failed("engine", error))
            return
        self._jobs[name] = job

    def _prompt(self, job: _Job) -> dict[str, Any]:
        mode, region, dpi = job.request.mode, job.request.region, job.request.dpi
        self._tiling.refuse(mode)
        picture = self._tiling.draw(region, dpi, mode).convert("RGB")
        job.vision_tokens = self._tiling.vision_tokens(picture.size)
        job.mode_note = self._notes.note(mode, picture.size, region.drawn_size(dpi))
        text = job.request.prompt.removeprefix(IMAGE_PLACEHOLDER).lstrip("\n")
        return {
            "prompt": f"{IMAGE_PLACEHOLDER}\n{text}",
            "multi_modal_data": {"image": picture},
        }

    def _sampling(self, request: ReadRequest) -> Any:
        from vllm import SamplingParams
        from vllm.sampling_params import RequestOutputKind

        return SamplingParams(
            temperature=request.sampling.temperature,
            seed=request.sampling.seed,
            max_tokens=self._settings.max_new_tokens,
            skip_special_tokens=False,
            output_kind=RequestOutputKind.DELTA,
            extra_args=self._settings.ban() or None,
        )

    def _drop_cancelled(self) -> None:
        gone = [name for name, job in self._jobs.items() if job.future.cancelled()]
        if gone:
            self._engine.abort_request(gone)
        for name in gone:
            _close(self._jobs.pop(name))

    def _take(self, outputs: list[Any]) -> None:
        for output in outputs:
            job = self._jobs.get(output.request_id)
            if job is None:
                continue
            answer = output.outputs[0]
            self._grow(job, output, answer)
            if answer.finish_reason is not None:
                self._finish(output.request_id, _finish_reason(answer.finish_reason))
            elif job.watch.is_lost(job.output_tokens, lambda: "".join(job.text)):  # noqa: B023 - asked at once
                self._engine.abort_request([output.request_id])
                self._finish(output.request_id, "loop")

    @staticmethod
    def _grow(job: _Job, output: Any, answer: Any) -> None:
        if output.prompt_token_ids is not None:
            job.prompt_tokens = len(output.prompt_token_ids)
        job.output_tokens += len(answer.token_ids)
        job.text.append(answer.text)
        if job.pieces is not None and answer.text:
            job.pieces.put(answer.text)

    def _finish(self, name: str, reason: FinishReason) -> None:
        job = self._jobs.pop(name)
        reading = Reading(
            "".join(job.text),
            reason,
            prompt_tokens=job.prompt_tokens,
            vision_tokens=job.vision_tokens,
            output_tokens=job.output_tokens,
            mode_note=job.mode_note,
            parts=self._parts,
            failure=ReadFailure("engine", "vLLM gave the page up.") if reason == "error" else None,
        )
        _deliver(job, reading)

    def _give_up(self, reason: EngineUnavailableError) -> None:
        with self._lock:
            if self._gone is None:
                self._gone = reason

    def _answer_all(self, reason: EngineUnavailableError) -> None:
        # Nothing is put in line any more, see `_put`.
        while not self._waiting.empty():
            waiting = self._waiting.get()
            if waiting is not None:
                _deliver(waiting, reason)
        for job in self._jobs.values():
            _deliver(job, reason)
        self._jobs.clear()


def _finish_reason(said: str) -> FinishReason:
    # vLLM says stop, length, abort or error; a page that vLLM itself aborted was not read.
    if said == "stop":
        return "stop"
    return "length" if said == "length" else "error"


def _failed(kind: str, error: Exception) -> Reading:
    return Reading("", "error", failure=ReadFailure(kind, str(error)))


def _deliver(job: _Job, result: Reading | Exception) -> None:
    deliver(job.future, result)
    _close(job)


def _close(job: _Job) -> None:
    if job.pieces is not None:
        job.pieces.put(None)
