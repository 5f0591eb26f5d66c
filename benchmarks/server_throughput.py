"""Measure what the client of the server engine costs, against servers of known speed.

usage: python benchmarks/server_throughput.py [PDF ...]

Each server answers in fixed 200 ms and takes 64 pages at once (16 where there are four), so the
best possible rate is known. Run it on an idle machine with at least two cores: rates are of
wall-clock time. Without files, a document of text, tables and pictures is made.

Prints: share of the best possible rate with ready-encoded pages (to reach: 0.95) and the growth
of the client's memory meanwhile; client CPU seconds a page with real rendering and encoding (to
reach: 0.12 at most); the rate after one of four servers was killed, as a share of the rate
before (to reach: 0.70), and pages that failed (to reach: 0).
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
import os
import sys
import tempfile
import time
from collections import deque
from collections.abc import Callable, Iterator
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import psutil
from bench_documents import mixed

from dsocr_integrations.engines.base import ReadRequest
from dsocr_integrations.engines.server import ServerEngine
from dsocr_integrations.engines.server.dialects import VLLM
from dsocr_integrations.engines.server.pictures import encoded_page
from dsocr_integrations.engines.server.profiles import DEEPSEEK_OCR
from dsocr_integrations.engines.server.served import Served
from dsocr_integrations.engines.server.session import ServerSession
from dsocr_integrations.prompts import Prompt
from dsocr_integrations.rendering import open_document
from dsocr_integrations.sources import resolve_source

SECONDS = 0.2
MODEL = "deepseek-ai/DeepSeek-OCR"
ROUNDS = 50
IN_FLIGHT = 72
"""A few more than the server takes, so that one is there when a place becomes free."""


class FixedTime(asyncio.Protocol):
    """Answers every page in the same time; pages beyond its places wait for one."""

    def __init__(self, places: asyncio.Semaphore, answer: bytes) -> None:
        self.places, self.answer = places, answer
        self.head, self.missing = b"", 0

    def connection_made(self, transport: Any) -> None:
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        if not self.missing:
            self.head += data
            head, end, body = self.head.partition(b"\r\n\r\n")
            if not end:
                return
            length = next(
                (
                    int(line[15:])
                    for line in head.split(b"\r\n")
                    if line.lower().startswith(b"content-length:")
                ),
                0,
            )
            self.head, self.missing = b"", length - len(body)
        else:
            self.missing -= len(data)
        if self.missing <= 0:
            self.missing = 0
            self.task = asyncio.ensure_future(self.reply())

    async def reply(self) -> None:
        async with self.places:
            await asyncio.sleep(SECONDS)
        self.transport.write(self.answer)


def serve(at_once: int, port: Connection) -> None:
    text = "<|ref|>text<|/ref|><|det|>[[80, 60, 900, 100]]<|/det|>\nThe valve is shut.\n" * 20
    choice = {"message": {"content": text}, "finish_reason": "stop"}
    body = json.dumps({"model": MODEL, "data": [], "choices": [choice]}).encode()
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)

    async def run() -> None:
        places = asyncio.Semaphore(at_once)
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: FixedTime(places, answer), "127.0.0.1", 0)
        port.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(run())


@contextlib.contextmanager
def servers(count: int, at_once: int) -> Iterator[tuple[list[Any], str]]:
    context = get_context("spawn")
    started, urls = [], []
    for _ in range(count):
        ours, theirs = context.Pipe()
        process = context.Process(target=serve, args=(at_once, theirs), daemon=True)
        process.start()
        started.append(process)
        urls.append(f"http://127.0.0.1:{ours.recv()}/v1")
    try:
        yield started, ",".join(urls)
    finally:
        for process in started:
            process.kill()
            process.join()


def session(url: str, requests: int, encode: Callable[[ReadRequest], str]) -> ServerSession:
    engine = ServerEngine(url, model=MODEL, dialect="vllm", requests=requests)
    return ServerSession(engine, Served(MODEL, VLLM, DEEPSEEK_OCR, MODEL), encode=encode)


def read(opened: ServerSession, requests: Iterator[ReadRequest], window: int) -> Iterator[bool]:
    """Keep a window of pages in the works; whether each was read, in order."""
    ahead: deque[Any] = deque()
    for request in requests:
        ahead.append(opened.submit(request))
        if len(ahead) >= window:
            yield ahead.popleft().result().failure is None
    while ahead:
        yield ahead.popleft().result().failure is None


def ready_encoded(request: ReadRequest) -> None:
    picture = encoded_page(request)
    memory = psutil.Process()
    with servers(1, 64) as (_, url), session(url, IN_FLIGHT, lambda _: picture) as opened:
        assert all(read(opened, iter([request] * IN_FLIGHT), IN_FLIGHT))
        sizes = []
        cpu, began = time.process_time(), time.perf_counter()
        count = 64 * ROUNDS
        for number, good in enumerate(read(opened, iter([request] * count), 192)):
            assert good
            if number % (count // 4) == count // 4 - 1:
                sizes.append(memory.memory_info().rss / 1e6)
        spent, cpu = time.perf_counter() - began, time.process_time() - cpu
    rate, best = count / spent, 64 / SECONDS
    print(f"ready-encoded pages of {len(base64.b64decode(picture)) / 1e3:.0f} kB, {count} of them")
    print(f"  rate            {rate:7.1f} pages/s of {best:.0f} possible")
    print(f"  share           {rate / best:7.3f}    (to reach: 0.95)")
    print(f"  client CPU      {1e3 * cpu / count:7.2f} ms a page")
    print(f"  memory          {', '.join(f'{size:.0f}' for size in sizes)} MB at each quarter")


def rendered(files: list[Path]) -> None:
    with servers(1, 64) as (_, url), session(url, 64, encoded_page) as opened:
        for file in files:
            source = resolve_source(file)
            with open_document(source) as document:
                numbers = document.page_numbers()[:200]
                requests = [ReadRequest(document.region(n), Prompt.MARKDOWN) for n in numbers]
                cpu, began = time.process_time(), time.perf_counter()
                good = sum(read(opened, iter(requests), 96))
                cpu, spent = time.process_time() - cpu, time.perf_counter() - began
            assert good == len(requests)
            print(f"{file.name}: {good} pages drawn, encoded and sent, {good / spent:.1f} pages/s")
            print(f"  client CPU      {cpu / good:7.3f} s a page    (to reach: 0.12 at most)")


def one_of_four_dies(request: ReadRequest) -> None:
    picture = encoded_page(request)
    with servers(4, 16) as (processes, url), session(url, 16, lambda _: picture) as opened:
        ends, failed = [], 0
        count = 64 * ROUNDS
        for number, good in enumerate(read(opened, iter([request] * count), 192)):
            ends.append(time.perf_counter())
            failed += not good
            if number == count // 2:
                processes[1].kill()
    # The first fifth warms up; a tenth after the death is given for noticing it.
    before = _rate(ends[count // 5 : count // 2])
    after = _rate(ends[count // 2 : count * 9 // 10])
    print(f"one of four servers killed after half of {count} pages")
    print(f"  before, after   {before:7.1f}, {after:.1f} pages/s")
    print(f"  share           {after / before:7.3f}    (to reach: 0.70)")
    print(f"  failed pages    {failed:7d}    (to reach: 0)")


def _rate(ends: list[float]) -> float:
    return (len(ends) - 1) / (ends[-1] - ends[0])


def main(files: list[Path]) -> None:
    missing = [file for file in files if not file.is_file()]
    if missing:
        sys.exit(f"There is no file {missing[0]}.")
    with tempfile.TemporaryDirectory() as folder:
        made = mixed(Path(folder, "mixed.pdf"), 60)
        with open_document(resolve_source(files[0] if files else made)) as document:
            request = ReadRequest(document.region(1), Prompt.MARKDOWN)
            ready_encoded(request)
            one_of_four_dies(request)
        rendered(files or [made])
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the end")


if __name__ == "__main__":
    main([Path(argument) for argument in sys.argv[1:]])
