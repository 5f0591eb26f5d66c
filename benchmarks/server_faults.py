"""Read ten thousand pages from two servers on this machine that fail in twelve ways.

usage: python benchmarks/server_faults.py [PAGES] [SEED]

Five requests of a hundred fail, and a third of these faults last for their page. Whatever happens,
each page must come back once, in order, with its own text, empty, or as a failure. Prints the
faults given, how pages ended, and the requests that pages cost which failed, those not counted
that a busy server turned away (to reach: 4 at most).
"""

from __future__ import annotations

import sys
import time
from collections import Counter

from dsocr_integrations.engines.server.clock import RealClock
from tests.engines.server.asking import session
from tests.engines.server.failing_server import (
    KINDS,
    FailingServer,
    accounted_for,
    in_order,
    name_of,
    requests_of,
)
from tests.engines.server.scripted_server import ScriptedServer

SHARE = 0.05
WINDOW = 200


def main(count: int, seed: int) -> int:
    lasting: dict[str, str] = {}
    failing = [FailingServer(SHARE, seed + number, lasting=lasting) for number in range(2)]
    servers = [ScriptedServer(script) for script in failing]
    for server in servers:
        server.keep_exchanges = False
    began = time.perf_counter()
    try:
        with session(*servers, clock=RealClock(), requests=16) as opened:
            outcomes = list(in_order(opened, count, WINDOW))
    finally:
        for server in servers:
            server.close()
    spent = time.perf_counter() - began
    ends = accounted_for(outcomes, count, failing)
    given = sum((one.given for one in failing), Counter())
    assert set(given) == set(KINDS), "each kind was given"
    met = {name for one in failing for name in one.faults}
    failed = {name_of(number) for number, reading in outcomes if reading.failure is not None}

    print(f"{count} pages, {sum(server.posts for server in servers)} requests, {spent:.0f} s")
    print("faults given")
    for kind in KINDS:
        print(f"  {kind:24} {given[kind]:6}")
    print("how pages ended")
    for end, number in ends.most_common():
        print(f"  {end:24} {number:6}")
    for what, names in (("met a fault", met), ("failed", failed)):
        cost = [requests_of(name, failing) for name in names]
        mean = sum(cost) / len(cost)
        print(f"{len(cost)} pages {what}: {mean:.2f} requests each, {max(cost)} at most")
    assert max(requests_of(name, failing) for name in failed) <= 4
    return 0


if __name__ == "__main__":
    sys.exit(main(*(int(text) for text in (sys.argv[1:] + ["10000", "7"][len(sys.argv) - 1 :]))))
