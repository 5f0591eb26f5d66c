"""An engine that reads a page when it is let, so that a test sees a reading under way."""

from __future__ import annotations

import threading
from concurrent.futures import Future

from dsocr_integrations.engines.base import Reading, ReadRequest
from tests.scripted_engine import ScriptedEngine, ScriptedSession


class GatedEngine(ScriptedEngine):
    """Reads one page for each that it was let."""

    capacity = 1

    def __init__(self) -> None:
        super().__init__()
        self.permits = threading.Semaphore(0)

    def let(self, pages: int) -> None:
        """Allow that many more pages to be read."""
        self.permits.release(pages)

    def open(self) -> GatedSession:
        return GatedSession(self)


class GatedSession(ScriptedSession):
    engine: GatedEngine

    def submit(self, request: ReadRequest) -> Future[Reading]:
        answer: Future[Reading] = Future()
        threading.Thread(target=self._answer_when_let, args=(answer, request), daemon=True).start()
        return answer

    def _answer_when_let(self, answer: Future[Reading], request: ReadRequest) -> None:
        if request.heard is not None:
            request.heard("<|ref|>title<|/ref|><|det|>[[80, 60, 900, 100]]<|/det|>\n# Beginning of")
            request.heard(f" page {request.region.number}\n<|ref|>te")
        self.engine.permits.acquire()
        answer.set_result(self._answer(request))
