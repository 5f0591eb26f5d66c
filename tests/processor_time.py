"""What a piece of work costs the processor, whatever else the machine and the suite do."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable


def least_seconds(work: Callable[[], object], runs: int = 3) -> float:
    """Processor seconds of the cheapest of some runs, in this thread alone.

    Garbage is not collected meanwhile: a collection walks over all that earlier tests left.
    """
    spent = []
    collects = gc.isenabled()
    gc.disable()
    try:
        for _ in range(runs):
            began = time.thread_time()
            work()
            spent.append(time.thread_time() - began)
    finally:
        if collects:
            gc.enable()
    return min(spent)
