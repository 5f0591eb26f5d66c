"""Start a server of somebody else's on the loopback, wait until it is ready, and end it."""

from __future__ import annotations

import os
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from tenacity import Retrying, retry_if_exception_type, stop_after_delay, wait_fixed

READY_SECONDS = 900
"""Building the vision towers takes minutes on a loaded machine."""

SERVERS = Path(os.environ.get("TEST_SERVERS", ".venv-servers")).absolute()
"""Where `make test-servers` keeps the servers' environments."""

QUIET = {
    "HF_HUB_OFFLINE": "1",
    "HF_HUB_DISABLE_UPDATE_CHECK": "1",
    "VLLM_NO_USAGE_STATS": "1",
    "DO_NOT_TRACK": "1",
}


def program(environment: str, name: str) -> Path:
    """A program of a server's environment."""
    found = SERVERS / environment / "bin" / name
    if not found.exists():
        pytest.skip(f"{found} is missing; `make test-servers` installs it")
    return found


@contextmanager
def serving(command: list[str], log: Path, health: str = "/health", **variables: str) -> Iterator:
    """Run a server; yields its base URL once it answers.

    Args:
        command: How it is started; `--host` and `--port` are added.
        log: File for what it prints.
        health: Path that answers 200 when it is ready.
        variables: For its environment.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    with log.open("w") as output:
        process = subprocess.Popen(
            [*command, "--host", "127.0.0.1", "--port", str(port)],
            env=os.environ | QUIET | variables,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            for attempt in Retrying(
                retry=retry_if_exception_type((httpx.TransportError, httpx.HTTPStatusError)),
                stop=stop_after_delay(READY_SECONDS),
                wait=wait_fixed(1),
                reraise=True,
            ):
                with attempt:
                    assert process.poll() is None, log.read_text()[-4000:]
                    httpx.get(f"{url}{health}", timeout=5).raise_for_status()
            yield url
        finally:
            process.terminate()
            try:
                process.wait(60)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(60)
