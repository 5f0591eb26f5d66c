"""Several servers: who is asked, what a dead one costs, and when all are given up."""

from __future__ import annotations

import asyncio
import threading
import time
from collections import Counter
from concurrent.futures import as_completed
from itertools import islice

import pytest

from dsocr_integrations.engines.server.pictures import encoded_page
from dsocr_integrations.errors import ConfigurationError, EngineUnavailableError
from tests.engines.server.asking import ask, page, session
from tests.engines.server.clocks import FakeClock, FastClock
from tests.engines.server.scripted_server import (
    ANSWER,
    answer_well,
    completion,
    statuses,
)

LONG = 1e6
"""Patience by a clock that runs fifty times as fast: a busy machine must not end it."""


class Gate:
    """A script that holds every request until it is opened."""

    def __init__(self):
        self.open = threading.Event()
        self.held = 0
        self.most = 0
        self.changed = threading.Condition()

    async def __call__(self, exchange):
        with self.changed:
            self.held += 1
            self.most = max(self.most, self.held)
            self.changed.notify_all()
        await asyncio.to_thread(self.open.wait, 60)
        with self.changed:
            self.held -= 1
        await exchange.reply(completion())

    def wait_for(self, count):
        with self.changed:
            return self.changed.wait_for(lambda: self.held >= count, 20)


def test_requests_in_flight_are_bounded_and_shared_evenly(serve):
    gates = [Gate(), Gate(), Gate()]
    servers = [serve(gate) for gate in gates]
    with session(*servers, requests=4) as opened:
        futures = [opened.submit(page()) for _ in range(40)]
        assert all(gate.wait_for(4) for gate in gates)
        for gate in gates:
            gate.open.set()
        assert {future.result(20).text for future in futures} == {ANSWER}

    assert [gate.most for gate in gates] == [4, 4, 4]


def test_a_slow_server_gets_what_it_can_take(serve):
    slow, quick = Gate(), serve()
    slow_server = serve(slow)
    with session(slow_server, quick, requests=2) as opened:
        futures = [opened.submit(page()) for _ in range(30)]
        assert slow.wait_for(2)
        # All but the two that the slow one holds.
        for _ in islice(as_completed(futures, timeout=60), 28):
            pass
        slow.open.set()
        assert [future.result(20).text for future in futures] == [ANSWER] * 30

    assert slow_server.posts == 2


def test_one_of_four_servers_dies_and_no_page_is_lost(serve):
    servers = [serve() for _ in range(4)]
    with session(*servers, requests=4, clock=FastClock()) as opened:
        early = [opened.submit(page()) for _ in range(200)]
        early[50].result(20)
        servers[1].kill()
        late = [opened.submit(page()) for _ in range(200)]
        readings = [future.result(60) for future in early + late]

    assert [reading.failure for reading in readings] == [None] * 400
    assert {reading.text for reading in readings} == {ANSWER}


def test_a_page_whose_server_dies_goes_to_another_at_once_and_then_has_time(serve):
    async def die(exchange):
        exchange.writer.transport.abort()

    clock = FakeClock()
    reading = ask(session(serve(die), serve(), clock=clock))

    assert (reading.text, clock.waits) == (ANSWER, [])
    assert ask(session(serve(die), serve(die), clock=clock, attempts=3)).failure is not None
    assert len(clock.waits) == 1


def test_a_server_that_comes_back_is_asked_again(serve, caplog):
    servers = [serve(), serve()]
    with session(*servers, requests=2, clock=FastClock()) as opened:
        servers[0].kill()
        before = [opened.submit(page()).result(20).failure for _ in range(6)]
        asked = servers[0].posts
        servers[0].listen()
        deadline = time.monotonic() + 60
        while servers[0].posts == asked and time.monotonic() < deadline:
            assert opened.submit(page()).result(20).failure is None

    assert before == [None] * 6
    assert servers[0].posts > asked
    assert f"127.0.0.1:{servers[0].port} is left out for now" in caplog.text


def test_a_server_that_answers_only_with_errors_is_left_out(serve):
    broken, sound = serve(statuses(*[500] * 1000)), serve()
    with session(broken, sound, requests=2, attempts=8, clock=FastClock(1)) as opened:
        readings = [opened.submit(page()).result(20) for _ in range(60)]

    assert [reading.failure for reading in readings] == [None] * 60
    assert broken.posts < 30


def test_dead_servers_are_given_up_when_patience_ends(serve):
    servers = [serve(), serve()]
    clock = FakeClock()
    watched, given_up = threading.Event(), []
    for server in servers:
        server.kill()

    def encode(request):
        assert watched.wait(20)
        return encoded_page(request)

    with session(*servers, clock=clock, patience=60, encode=encode) as opened:
        future = opened.submit(page())
        # To be seen at once: the servers are tried on and on, and each try takes ten seconds.
        future.add_done_callback(lambda _: given_up.append(clock.time))
        watched.set()
        with pytest.raises(EngineUnavailableError) as raised:
            future.result(20)

    assert 60 < given_up[0] < 200
    assert all(
        f"127.0.0.1:{server.port} (no connection)" in str(raised.value) for server in servers
    )
    assert "dsocr doctor" in raised.value.remedy


def test_everybody_who_waits_is_told_that_the_servers_are_gone(serve):
    server = serve()
    with session(server, requests=2, patience=30) as opened:
        server.kill()
        futures = [opened.submit(page()) for _ in range(10)]
        for future in futures:
            with pytest.raises(EngineUnavailableError):
                future.result(20)
        # A later page is told at once, until the server answers again.
        with pytest.raises(EngineUnavailableError):
            opened.submit(page()).result(20)
        server.listen()
        deadline = time.monotonic() + 60
        text = ""
        while text != ANSWER and time.monotonic() < deadline:
            try:
                text = opened.submit(page()).result(20).text
            except EngineUnavailableError:
                continue

    assert text == ANSWER


def test_a_server_that_is_busy_for_ever_is_given_up(serve):
    server = serve(statuses(*[503] * 1000))
    clock = FakeClock()

    with pytest.raises(EngineUnavailableError, match="status 503"):
        ask(session(server, clock=clock, patience=100))
    assert clock.time >= 100
    assert server.posts < 20


def test_a_restart_in_between_costs_a_page_no_try(serve):
    server = serve()
    with session(server, attempts=1, clock=FastClock(), patience=LONG) as opened:
        assert opened.submit(page()).result(20).text == ANSWER
        server.kill()
        future = opened.submit(page())
        server.listen()
        assert future.result(20).text == ANSWER


def test_a_poisoned_page_does_not_end_the_others(serve):
    async def script(exchange):
        if b"poison" in exchange.data:
            await exchange.reply(b"", 502)
        else:
            await answer_well(exchange)

    with session(serve(script), clock=FastClock(), patience=LONG) as opened:
        futures = [opened.submit(page("poison" if n == 3 else "Free OCR.")) for n in range(8)]
        failed = [future.result(30).failure is not None for future in futures]

    assert failed == [n == 3 for n in range(8)]


def test_a_server_with_another_model_is_left_out_while_others_have_it(serve, caplog):
    async def wrong(exchange):
        await exchange.reply({"error": {"message": "The model `m` does not exist."}}, 404)

    servers = [serve(wrong, models=["other"]), serve()]
    with session(*servers) as opened:
        readings = [opened.submit(page()).result(20) for _ in range(6)]

    assert [reading.failure for reading in readings] == [None] * 6
    assert servers[0].posts == 1
    assert "is not asked any more" in caplog.text


def test_servers_that_all_refuse_are_told_as_a_matter_of_configuration(serve):
    async def locked(exchange):
        await exchange.reply({"error": {"message": "no"}}, 401)

    with pytest.raises(ConfigurationError, match="refuses the key"):
        ask(session(serve(locked), serve(locked)))


def test_cancelled_pages_give_their_places_back(serve):
    gate = Gate()
    server = serve(gate)
    with session(server, requests=2) as opened:
        futures = [opened.submit(page()) for _ in range(20)]
        assert gate.wait_for(2)
        for future in futures[::2]:
            future.cancel()
        gate.open.set()
        left = Counter(future.result(20).text for future in futures[1::2])

    assert left == {ANSWER: 10}
