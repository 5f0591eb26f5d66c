"""A small HTTP server on the loopback interface that answers as it is told, faults included."""

from __future__ import annotations

import asyncio
import json
import ssl
import threading
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

ANSWER = "<|ref|>text<|/ref|><|det|>[[80, 60, 900, 100]]<|/det|>\nThe valve is shut.\n"
MODEL = "deepseek-ai/DeepSeek-OCR"


def completion(text: str = ANSWER, *, finish: str | None = "stop", model: str = MODEL) -> dict:
    """The body of an OpenAI-style answer."""
    return {
        "model": model,
        "choices": [{"message": {"content": text}, "finish_reason": finish}],
        "usage": {"prompt_tokens": 905, "completion_tokens": 20},
    }


def event(text: str, finish: str | None = None) -> str:
    """One event of a streamed answer."""
    choice = {"delta": {"content": text}, "finish_reason": finish}
    return f"data: {json.dumps({'choices': [choice]})}\n\n"


@dataclass
class Exchange:
    """One request and the means to answer it."""

    method: str
    path: str
    headers: dict[str, str]
    data: bytes
    reader: asyncio.StreamReader = field(repr=False)
    writer: asyncio.StreamWriter = field(repr=False)

    @property
    def body(self) -> dict[str, Any]:
        return json.loads(self.data)

    async def reply(self, body: Any, status: int = 200, **headers: str) -> None:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        lines = [f"HTTP/1.1 {status} Scripted", f"Content-Length: {len(data)}"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        self.writer.write("\r\n".join(lines).encode() + b"\r\n\r\n" + data)
        await self.writer.drain()

    async def say(self, *raw: bytes) -> None:
        """Send bytes as they are, each piece by itself."""
        for piece in raw:
            self.writer.write(piece)
            await self.writer.drain()

    async def stream(self, pieces: list[str], *, whole: bool = True) -> None:
        self.writer.write(b"HTTP/1.1 200 Scripted\r\nTransfer-Encoding: chunked\r\n\r\n")
        for piece in pieces:
            data = piece.encode()
            self.writer.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
            await self.writer.drain()
        if whole:
            self.writer.write(b"0\r\n\r\n")
            await self.writer.drain()

    async def cut_off(self, body: Any) -> None:
        """Send half of an answer and reset the connection."""
        data = json.dumps(body).encode()
        self.writer.write(b"HTTP/1.1 200 Scripted\r\nContent-Length: %d\r\n\r\n" % len(data))
        self.writer.write(data[: len(data) // 2])
        await self.writer.drain()
        self.writer.transport.abort()

    async def silence(self) -> None:
        """Say nothing until the other side hangs up."""
        await self.reader.read()
        self.writer.close()


Script = Callable[[Exchange], Awaitable[None]]


async def answer_well(exchange: Exchange) -> None:
    await exchange.reply(completion())


def statuses(*codes: int, **headers: str) -> Script:
    """Answer with these statuses one after the other, then well."""
    left = list(codes)

    async def script(exchange: Exchange) -> None:
        status = left.pop(0) if left else 200
        body = completion() if status == 200 else {"error": {"message": f"status {status}"}}
        await exchange.reply(body, status, **(headers if status != 200 else {}))

    return script


class ScriptedServer:
    """Runs until closed; `script` answers what is posted, `get` the rest."""

    def __init__(
        self,
        script: Script = answer_well,
        *,
        models: list[str | dict[str, Any]] | None = None,
        owner: str = "vllm",
        get: Script | None = None,
        host: str = "127.0.0.1",
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.script = script
        self.get = get
        self.models = [MODEL] if models is None else models
        self.owner = owner
        self.host = host
        self.tls = tls
        self.exchanges: list[Exchange] = []
        self.keep_exchanges = True
        self.posts = 0
        self.hung_up = threading.Event()
        self._writers: set[asyncio.StreamWriter] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._server: asyncio.Server | None = None
        self.port = 0
        self.listen()

    @property
    def url(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http{'s' if self.tls else ''}://{host}:{self.port}/v1"

    @property
    def asked(self) -> list[dict[str, Any]]:
        return [exchange.body for exchange in self.exchanges if exchange.method == "POST"]

    @property
    def connections(self) -> int:
        return len(self._writers)

    def listen(self) -> None:
        """Start, or start again at the same port."""
        self._server = self._run(
            asyncio.start_server(self._serve, self.host, self.port, ssl=self.tls)
        )
        self.port = self._server.sockets[0].getsockname()[1]

    def kill(self) -> None:
        """Reset every connection and stop listening."""
        self._run(self._kill())

    def close(self) -> None:
        self.kill()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _run(self, coroutine: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(10)

    async def _kill(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None
        for writer in list(self._writers):
            writer.transport.abort()
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        try:
            while not writer.is_closing():
                await self._answer(await _read(reader, writer))
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            self._writers.discard(writer)
            writer.transport.abort()
            with suppress(OSError):
                await writer.wait_closed()
            self.hung_up.set()

    async def _answer(self, exchange: Exchange) -> None:
        if self.keep_exchanges:
            self.exchanges.append(exchange)
        if exchange.method == "POST":
            self.posts += 1
            await self.script(exchange)
        elif exchange.path.endswith("/models") and self.models:
            entries = (one if isinstance(one, dict) else {"id": one} for one in self.models)
            data = [{"owned_by": self.owner, **entry} for entry in entries]
            await exchange.reply({"data": data})
        elif self.get is not None:
            await self.get(exchange)
        else:
            await exchange.reply({"detail": "Not Found"}, 404)


async def _read(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> Exchange:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *lines = head.rstrip().split("\r\n")
    method, path, _ = first.split(" ", 2)
    headers = {
        name.strip().lower(): value.strip()
        for name, _, value in (line.partition(":") for line in lines)
    }
    data = await reader.readexactly(int(headers.get("content-length", "0")))
    return Exchange(method, path, headers, data, reader, writer)
