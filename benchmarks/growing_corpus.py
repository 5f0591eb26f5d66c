"""A corpus that grows: memory for millions of keys, and what an unchanged one is asked for.

    python benchmarks/growing_corpus.py keys [--keys 2000000]
    python benchmarks/growing_corpus.py requests [--objects 10000]

`keys` takes a generated listing, without a store: the first run lists and plans all keys, its
outcomes (made up) are taken up into the ledger, and the second run compares with that ledger a
listing of which each hundredth object has changed and each hundredth is gone. Every step is a
process of its own, as it is in Airflow. Prints seconds and peak memory of each step, and the size
of what XCom holds of it. To reach: less than 500 MB a step, less than 8 KB in XCom for one task.

`requests` lists an S3 store of moto's in this process, makes up what reading it came to, and runs
again over the unchanged store, all four steps. Prints what that run asked the store for. To reach:
no GET of an object. `tests/corpus/test_stores.py` does the same with a few that are truly read.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from dsocr_integrations.corpus import CorpusState, list_new, plan_shards
from dsocr_integrations.corpus.entries import Entry, Listed
from dsocr_integrations.corpus.records import Cost, Plan, ShardReport
from dsocr_integrations.corpus.shards import MAX_SHARDS
from dsocr_integrations.records.identity import document_id, revision_of

MEMORY_MB, XCOM_KB = 500, 8
SOURCE = "s3://archive/in"


def generated(keys: int, *, run: int) -> Iterator[Listed]:
    """A listing, in an order of no use; in the second run some objects differ or are gone."""
    for place in range(keys):
        number = place * 7_919 % keys
        if run == 2 and number % 100 == 1:
            continue
        version = 2 if run == 2 and number % 100 == 2 else 1
        key = f"{number % 1000:03}/documents/of-the-archive-{number:09}.pdf"
        etag = revision_of(f"{number}-{version}".encode())[:32]
        yield Listed(key, etag, 50_000 + number % 100_000, 1_700_000_000_000_000 + number)


def listed(place: str, keys: int, run: int) -> object:
    objects = generated(keys, run=run)
    return list_new(CorpusState(place), str(run), SOURCE, objects).model_dump()


def planned(place: str, _: int, run: int) -> object:
    plan = plan_shards(CorpusState(place), str(run))
    assert plan.shards <= MAX_SHARDS
    return list(range(plan.shards))


def read(place: str, _: int, run: int) -> object:
    """What a mapped task leaves, for every shard; its own XCom is that of the last."""
    state = CorpusState(place)
    plan = Plan.model_validate_json(state.tree.read(f"runs/{run}/plan.json") or b"")
    report = None
    for shard in range(plan.shards):
        work = state.shard(str(run), shard)
        entries = [
            Entry(
                *one.listed, "read", "", document_id(one.key), revision_of(one.key.encode()),
                pages=10, failed_pages=0, untrusted=0, looped=0, empty=0, run=str(run), pending=True,
            )
            for one in work
        ]  # fmt: skip
        cost = Cost(documents=len(work), pages=10 * len(work), task_hours=0.5)
        report = ShardReport(shard=shard, cost=cost)
        state.write_outcomes(str(run), entries, report)
    return report and report.model_dump()


def settled(place: str, _: int, __: int) -> object:
    CorpusState(place).settle()
    return None


Step = Callable[[str, int, int], object]


def in_process(step: Step, place: str, keys: int, run: int, pipe: object) -> None:
    began = time.perf_counter()
    xcom = len(json.dumps(step(place, keys, run)))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    pipe.send((time.perf_counter() - began, peak, xcom / 1024))


def measure(keys: int) -> None:
    spawning = multiprocessing.get_context("spawn")
    with tempfile.TemporaryDirectory() as place:
        for run in (1, 2):
            for step in (listed, planned, read, settled):
                ours, theirs = spawning.Pipe()
                process = spawning.Process(target=in_process, args=(step, place, keys, run, theirs))
                process.start()
                theirs.close()
                seconds, peak, xcom = ours.recv()
                process.join()
                print(
                    f"run {run}  {step.__name__:8} {seconds:7.1f} s  {peak:6.0f} MB"
                    f"  XCom {xcom:5.2f} KB",
                    flush=True,
                )
                assert peak < MEMORY_MB
                assert xcom < XCOM_KB
        listing = CorpusState(place).listing("2")
        ledger = Path(place, "ledger.parquet").stat().st_size / 1e6
        print(f"{listing}; ledger of {ledger:.0f} MB")


def ask(objects: int) -> None:
    from s3fs import S3FileSystem

    from dsocr_integrations.corpus import index_run, listed_objects
    from dsocr_integrations.output import OutputFolder
    from tests.object_store import running_store

    with tempfile.TemporaryDirectory() as place, running_store() as store:
        files = S3FileSystem(**store.options)
        files.mkdir("archive")
        files.pipe({f"archive/in/{n % 100:02}/{n:05}.pdf": b"%PDF" for n in range(objects)})
        state = CorpusState(Path(place, "state"))
        output = OutputFolder(Path(place, "output"))

        def run(number: int) -> None:
            found = listed_objects(SOURCE, storage_options=store.options)
            print(list_new(state, str(number), SOURCE, found).summary, flush=True)
            plan_shards(state, str(number))
            read(state.root, objects, number)

        run(1)
        store.told()
        began = time.perf_counter()
        run(2)
        index_run(state, "2", output, None)
        asked = store.told()
        lists = sum("list-type=2" in line for line in asked)
        print(f"{time.perf_counter() - began:.1f} s; {lists} LIST, {len(asked) - lists} others")
        assert lists == len(asked)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=("keys", "requests"))
    parser.add_argument("--keys", type=int, default=2_000_000)
    parser.add_argument("--objects", type=int, default=10_000)
    options = parser.parse_args()
    if options.what == "keys":
        measure(options.keys)
    else:
        ask(options.objects)


if __name__ == "__main__":
    main()
