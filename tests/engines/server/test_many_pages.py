"""Many pages in front of servers that fail now and then: each accounted for once, in order."""

from __future__ import annotations

from collections import Counter

from dsocr_integrations.engines.server import ServerEngine
from dsocr_integrations.records.documents import Page
from dsocr_integrations.runner import Runner
from tests.engines.server.asking import session
from tests.engines.server.clocks import FastClock
from tests.engines.server.failing_server import (
    KINDS,
    MORE_KINDS,
    FailingServer,
    accounted_for,
    in_order,
    name_of,
    requests_of,
)
from tests.scripted_engine import write_pdf

PAGES = 600
SHARE = 0.15


def test_each_page_comes_back_once_whatever_fails_and_costs_few_requests(serve):
    # `benchmarks/server_faults.py` does the same with ten thousand and real pauses.
    lasting: dict[str, str] = {}
    failing = [FailingServer(SHARE, seed, lasting=lasting) for seed in (3, 4)]
    servers = [serve(script) for script in failing]
    # Real seconds on a busy machine count fifty times for the clock: patience must be long.
    with session(*servers, clock=FastClock(), requests=8, patience=1e6) as opened:
        outcomes = list(in_order(opened, PAGES, 60))

    ends = accounted_for(outcomes, PAGES, failing)
    assert ends.total() == PAGES
    assert ends["read"] > 0.85 * PAGES
    assert set(sum((one.given for one in failing), Counter())) == set(KINDS)
    cost = [
        requests_of(name_of(number), failing)
        for number, reading in outcomes
        if reading.failure is not None
    ]
    assert len(cost) > 20
    assert max(cost) == 4


def test_a_page_that_meets_silence_is_given_up_alone(serve):
    failing = FailingServer(0.2, 5, KINDS | MORE_KINDS)
    options = {"clock": FastClock(), "requests": 16, "patience": 1e6, "timeout": 2.0}
    with session(serve(failing), **options) as opened:
        outcomes = list(in_order(opened, 100, 100))
    ends = accounted_for(outcomes, 100, [failing])
    assert ends["failed (timeout)"] == failing.given["silence"] > 0


def test_a_document_comes_out_whole_and_in_order_through_the_runner(serve, tmp_path):
    pdf = write_pdf(tmp_path / "long.pdf", ["The valve is shut."] * 60)
    kinds = {name: script for name, script in KINDS.items() if name not in {"400", "413"}}
    servers = [serve(FailingServer(0.2, seed, kinds, lasts=0)) for seed in (1, 2)]
    engine = ServerEngine(",".join(server.url for server in servers), requests=4, attempts=6)

    with Runner(engine, cache=False, dpi=36) as runner:
        records = list(runner.pages(pdf))

    assert [record.number for record in records] == list(range(1, 61))
    read = [record for record in records if isinstance(record, Page)]
    assert len(read) >= 55
    assert all("<|" not in record.markdown for record in read)
