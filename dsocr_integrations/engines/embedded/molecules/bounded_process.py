"""Runs a helper program that reads untrusted input, with hard limits on time and memory."""

from __future__ import annotations

import contextlib
import os
import resource
import signal
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

from dsocr_integrations.parent_process import end_with_parent

MAX_OUTPUT = 1_000_000
"""Bytes of the program's answer that are looked at."""

PATIENCE = 4.0
"""Wall-clock seconds granted for each second of CPU time."""


def run_bounded(
    command: Sequence[str],
    *,
    folder: Path,
    seconds: float,
    memory: int,
) -> str | None:
    """Run a program without a shell and return what it printed.

    The program gets its own process group, which is killed as a whole when the time is up, no
    standard input, a small environment, and limits on CPU time, address space, file size and
    core dumps. It ends with the process that started it.

    Args:
        command: Program and arguments.
        folder: Working folder; also the program's home and temporary folder.
        seconds: Limit of CPU time, rounded up. The wall-clock limit is `PATIENCE` times that,
            so that an answer does not depend on how busy the machine is.
        memory: Limit of the address space in bytes.

    Returns:
        Standard output, or `None` when the program is absent, failed, or was killed.
    """
    output = folder / "answer.txt"
    with output.open("wb") as sink:
        try:
            process = subprocess.Popen(
                list(command),
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=sink,
                stderr=subprocess.DEVNULL,
                env=_environment(folder),
                start_new_session=True,
                preexec_fn=_limits(seconds, memory),  # noqa: PLW1509 - calls the kernel only
            )
        except OSError:
            return None
        try:
            code = process.wait(timeout=PATIENCE * seconds)
        except subprocess.TimeoutExpired:
            code = None
        finally:
            _kill_group(process)
    if code != 0:
        return None
    with output.open("rb") as source:
        return source.read(MAX_OUTPUT).decode("utf-8", "replace")


def _environment(folder: Path) -> dict[str, str]:
    kept = {key: os.environ[key] for key in ("PATH", "LD_LIBRARY_PATH") if key in os.environ}
    return {
        **kept,
        "HOME": str(folder),
        "TMPDIR": str(folder),
        "LC_ALL": "C.UTF-8",
        "OMP_NUM_THREADS": "1",
        "OMP_THREAD_LIMIT": "1",
    }


def _limits(seconds: float, memory: int) -> Callable[[], None]:
    cpu = int(seconds) + 1

    def apply() -> None:
        end_with_parent()
        resource.setrlimit(resource.RLIMIT_CPU, (cpu, cpu + 1))
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        resource.setrlimit(resource.RLIMIT_FSIZE, (64 * MAX_OUTPUT, 64 * MAX_OUTPUT))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

    return apply


def _kill_group(process: subprocess.Popen[bytes]) -> None:
    """End the program and whatever it started."""
    with contextlib.suppress(ProcessLookupError, PermissionError):  # nothing of it is left
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
