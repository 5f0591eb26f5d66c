"""An engine that never ends the first reading of the second page of a document."""

from __future__ import annotations

import os
import threading
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from dsocr_integrations.engines.base import Reading

LOG_VARIABLE = "HANGING_ONCE_LOG"


@dataclass(frozen=True)
class HangingOnceEngine:
    """Notes `name;page` in a file for each page that it is asked for."""

    log: Path
    name: str = "hanging-once"
    capacity: int = 1
    deterministic: bool = True
    in_worker_processes: bool = True

    def reading_version(self) -> str:
        return "hanging-once/1"

    def open(self) -> HangingOnceEngine:
        return self

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_):
        pass

    def submit(self, request) -> Future:
        region = request.region
        line = f"{region.source.name};{region.number}\n"
        with self.log.open("a") as log:
            log.write(line)
        if region.number == 2 and self.log.read_text().count(line) == 1:
            threading.Event().wait()
        answer: Future = Future()
        text = f"<|ref|>text<|/ref|><|det|>[[50, 100, 900, 300]]<|/det|>\nPage {region.number}.\n"
        answer.set_result(Reading(text, output_tokens=7))
        return answer


def engine(settings) -> HangingOnceEngine:
    return HangingOnceEngine(Path(os.environ[LOG_VARIABLE]))
