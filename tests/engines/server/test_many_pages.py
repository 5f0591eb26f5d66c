"""Ten thousand pages in front of servers that fail now and then: each counted once, in order."""

from __future__ import annotations

import json
import random
from collections import Counter, deque

import pytest

from dsocr_integrations.engines.server import ServerEngine
from dsocr_integrations.engines.server.pictures import encoded_page
from dsocr_integrations.records.documents import Page
from dsocr_integrations.runner import Runner
from tests.engines.server.asking import page, session
from tests.engines.server.clocks import FastClock
from tests.engines.server.scripted_server import completion
from tests.scripted_engine import write_pdf

PAGES = 10_000
FAULTS = 0.05
WINDOW = 2_500
KINDS = (
    "429",
    "500",
    "reset",
    "half",
    "silence",
    "wrong model",
    "loop",
    "error",
)


class Unreliable:
    """Answers each page with its own name, but for a share of faults."""

    def __init__(self, share=FAULTS, seed=7, kinds=KINDS):
        self.random = random.Random(seed)
        self.share = share
        self.kinds = kinds
        self.given = Counter()

    async def __call__(self, exchange):
        name = json.loads(exchange.data)["messages"][0]["content"][1]["text"]
        if self.random.random() >= self.share:
            await exchange.reply(completion(f"This is {name}."))
            return
        kind = self.random.choice(self.kinds)
        self.given[kind] += 1
        if kind == "429":
            await exchange.reply({"error": "busy"}, 429, Retry_After="1")
        elif kind == "500":
            await exchange.reply({"error": {"message": "out of luck"}}, 500)
        elif kind == "reset":
            await exchange.cut_off(completion("never seen"))
        elif kind == "half":
            await exchange.reply(b'{"choices": [{"message": {"content": "hal')
        elif kind == "silence":
            await exchange.silence()
        elif kind == "wrong model":
            await exchange.reply(completion("never seen", model="gpt-x"))
        elif kind == "loop":
            await exchange.reply(completion(f"{name} again. " * 300, finish="length"))
        else:
            await exchange.reply({"error": {"message": "CUDA error"}})


def in_order(opened, count):
    """Submit with a bounded window and take the answers in order."""
    ahead = deque()
    for number in range(count):
        ahead.append((number, opened.submit(page(f"page {number}", key=str(number)))))
        if len(ahead) == WINDOW:
            first, future = ahead.popleft()
            yield first, future.result(60)
    for rest, future in ahead:
        yield rest, future.result(60)


@pytest.mark.slow
def test_ten_thousand_pages_are_each_accounted_for_once_and_in_order(serve):
    unreliable = Unreliable()
    server = serve(unreliable)
    server.keep_exchanges = False
    picture = encoded_page(page())

    # Real seconds on a busy machine count fifty times for the clock: patience must be long. So
    # must the time for an answer, which only silence is to use up; the window holds several.
    settings = {"requests": 32, "timeout": 20.0, "patience": 1e6}
    with session(server, clock=FastClock(), encode=lambda _: picture, **settings) as opened:
        outcomes = list(in_order(opened, PAGES))

    assert [number for number, _ in outcomes] == list(range(PAGES))
    ends = Counter()
    for number, reading in outcomes:
        if reading.failure is not None:
            ends[reading.failure.kind] += 1
            assert reading.text == ""
        elif reading.finish_reason == "loop":
            ends["loop"] += 1
            assert reading.text.startswith(f"page {number} again.")
        else:
            ends["read"] += 1
            assert reading.text == f"This is page {number}."
    assert min(unreliable.given[kind] for kind in KINDS) > 20
    # Silence uses up a page's time; four faults of other kinds in a row are one in a million.
    assert ends["timeout"] == unreliable.given["silence"]
    assert ends["loop"] == unreliable.given["loop"]
    assert ends["read"] >= PAGES - ends["timeout"] - ends["loop"] - 3


def test_a_document_comes_out_whole_and_in_order_through_the_runner(serve, tmp_path):
    pdf = write_pdf(tmp_path / "long.pdf", ["The valve is shut."] * 60)
    kinds = tuple(kind for kind in KINDS if kind != "silence")
    servers = [serve(Unreliable(0.2, seed=seed, kinds=kinds)) for seed in (1, 2)]
    engine = ServerEngine(",".join(server.url for server in servers), requests=4, attempts=6)

    with Runner(engine, cache=False, dpi=36) as runner:
        records = list(runner.pages(pdf))

    assert [record.number for record in records] == list(range(1, 61))
    read = [record for record in records if isinstance(record, Page)]
    assert len(read) >= 55
    assert all("<|" not in record.markdown for record in read)
