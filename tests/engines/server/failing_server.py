"""Servers that fail now and then, at random but the same each time, in every way that is known."""

from __future__ import annotations

import json
import random
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from dsocr_integrations.engines.base import Reading
from dsocr_integrations.engines.server.session import ServerSession
from tests.engines.server.asking import page
from tests.engines.server.scripted_server import MODEL, Exchange, Script, completion

SEEN = "never seen"
BUSY = "429 with Retry-After"


def _replies(body: object, status: int = 200, **headers: str) -> Script:
    async def script(exchange: Exchange) -> None:
        await exchange.reply(body, status, **headers)

    return script


def _reset() -> Script:
    async def script(exchange: Exchange) -> None:
        exchange.writer.transport.abort()

    return script


def _slow_then_cut() -> Script:
    async def script(exchange: Exchange) -> None:
        data = json.dumps(completion(SEEN)).encode()
        head = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(data)
        await exchange.say(
            head, *(data[place : place + 7] for place in range(0, len(data) // 2, 7))
        )
        exchange.writer.transport.abort()

    return script


def _silence() -> Script:
    return Exchange.silence


KINDS: dict[str, Script] = {
    "500": _replies({"error": {"message": "CUDA out of memory"}}, 500),
    "502 in HTML": _replies(b"<html><h1>502 Bad Gateway</h1></html>", 502),
    BUSY: _replies({"error": "busy"}, 429, Retry_After="1"),
    "400": _replies({"error": {"message": "The picture is broken."}}, 400),
    "413": _replies(b"<html>413 Request Entity Too Large</html>", 413),
    "reset": _reset(),
    "slow, then cut": _slow_then_cut(),
    "half of the JSON": _replies(b'{"choices": [{"message": {"content": "' + SEEN.encode()),
    "empty content": _replies(completion("")),
    "another model": _replies(completion(SEEN, model="gpt-x")),
    "parts without text": _replies(completion([{"type": "image_url"}, {"type": "refusal"}])),
    "NaN and an odd end": _replies(
        {
            "model": MODEL,
            "choices": [{"message": {"content": None}, "finish_reason": float("nan")}],
            "usage": {"prompt_tokens": float("nan"), "completion_tokens": -1},
        }
    ),
}
"""Twelve kinds of faults; each tells something else than what stands on a page, or nothing."""

MORE_KINDS: dict[str, Script] = {
    "silence": _silence(),
    "error with status 200": _replies({"error": {"message": "CUDA error"}}),
    "503": _replies({"error": {"message": "Loading model", "code": 503}}, 503),
}


@dataclass
class FailingServer:
    """A script that answers each page with its own name, but for a share of faults.

    Attributes:
        share: Of requests that fail.
        seed: Of which, and how.
        kinds: Faults that are drawn from.
        lasts: Share of faults that a page meets each time from then on, but for that of a busy
            server.
        lasting: Pages that meet one fault from then on; one table for servers of one run.
        asked: Requests for each page.
        given: Faults of each kind.
        faults: Those that each page met.
    """

    share: float
    seed: int
    kinds: dict[str, Script] = field(default_factory=lambda: KINDS)
    lasts: float = 1 / 3
    lasting: dict[str, str] = field(default_factory=dict)
    asked: Counter[str] = field(default_factory=Counter)
    given: Counter[str] = field(default_factory=Counter)
    faults: dict[str, list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)

    async def __call__(self, exchange: Exchange) -> None:
        name = json.loads(exchange.data)["messages"][0]["content"][1]["text"]
        self.asked[name] += 1
        kind = self.lasting.get(name) or self._drawn(name)
        if kind is None:
            await exchange.reply(completion(f"This is {name}."))
            return
        self.given[kind] += 1
        self.faults.setdefault(name, []).append(kind)
        await self.kinds[kind](exchange)

    def _drawn(self, name: str) -> str | None:
        if self._random.random() >= self.share:
            return None
        kind = self._random.choice(list(self.kinds))
        if kind != BUSY and self._random.random() < self.lasts:
            self.lasting[name] = kind
        return kind


def name_of(number: int) -> str:
    return f"page {number}"


def in_order(opened: ServerSession, count: int, window: int) -> Iterator[tuple[int, Reading]]:
    """Submit pages with a bounded window and take the answers in order."""
    ahead: deque = deque()
    for number in range(count):
        ahead.append((number, opened.submit(page(name_of(number), key=str(number)))))
        if len(ahead) == window:
            first, future = ahead.popleft()
            yield first, future.result(300)
    for rest, future in ahead:
        yield rest, future.result(300)


def end_of(number: int, reading: Reading) -> str:
    """How a page ended; what it says is its own or nothing."""
    if reading.failure is not None:
        assert reading.text == ""
        return f"failed ({reading.failure.kind})"
    if not reading.text:
        return f"empty ({reading.finish_reason})"
    assert reading.text == f"This is {name_of(number)}."
    return "read"


def accounted_for(
    outcomes: Sequence[tuple[int, Reading]], count: int, servers: Sequence[FailingServer]
) -> Counter[str]:
    """How many pages ended how, once it is sure that each did once, in order, with its own text."""
    assert [number for number, _ in outcomes] == list(range(count))
    asked = sum((server.asked for server in servers), Counter())
    assert set(asked) == {name_of(number) for number in range(count)}
    return Counter(end_of(number, reading) for number, reading in outcomes)


def requests_of(name: str, servers: Sequence[FailingServer]) -> int:
    """Requests that a page cost, without those that a busy server turned away."""
    return sum(one.asked[name] - one.faults.get(name, []).count(BUSY) for one in servers)
