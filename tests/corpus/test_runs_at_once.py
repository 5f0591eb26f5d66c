"""Two runs over one corpus at the same time, its state on a disk or a store."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from dsocr_integrations.corpus import CorpusState, index_run
from dsocr_integrations.corpus.ledger import Ledger
from dsocr_integrations.corpus.records import RunReport
from dsocr_integrations.index import open_index
from tests.corpus.one_run import OPEN, Corpus
from tests.object_store import running_store
from tests.scripted_engine import write_pdf

SOURCES = ["a.pdf", "b.pdf", "c.pdf"]


class Interrupted:
    """Something before whose first call of a method another run does what it does."""

    def __init__(self, ours: Any, method: str, another_run: Callable[[], object]) -> None:
        self._ours = ours
        self._method = method
        self._due = [another_run]

    def __getattr__(self, name: str) -> Any:
        if name == self._method and self._due:
            self._due.pop()()
        return getattr(self._ours, name)


@pytest.fixture(scope="module")
def store():
    with running_store() as store:
        yield store


@pytest.fixture(params=["disk", "store"])
def corpora(request, tmp_path) -> Callable[[], Corpus]:
    """Makes the corpus as one process has it: a run of its own engine, over the same places."""
    (tmp_path / "documents").mkdir()
    for name in SOURCES[:2]:
        write_pdf(tmp_path / "documents" / name, [f"The pump of {name} runs."])

    def made() -> Corpus:
        corpus = Corpus(str(tmp_path / "documents"), tmp_path)
        if request.param == "store":
            store = request.getfixturevalue("store")
            url = f"s3://at-once/{tmp_path.name}/state"
            corpus.state = CorpusState(url, storage_options=store.options)
        return corpus

    if request.param == "store":
        import s3fs

        s3fs.S3FileSystem(**request.getfixturevalue("store").options).mkdirs(
            "at-once", exist_ok=True
        )
    return made


def indexed(corpus: Corpus, another_run: Callable[[], object]) -> RunReport:
    """Make the index step of the run `scheduled`, and another one in the midst of it."""
    with open_index(corpus.index, embedder="none") as index:
        interrupted: Any = Interrupted(index, "upsert_document", another_run)
        return index_run(corpus.state, "scheduled", corpus.output, interrupted, gate=OPEN)


def nothing_is_lost(corpus: Corpus, sources: list[str]) -> None:
    later = corpus.run("later")
    listing = later.listing
    assert (listing.to_read, listing.gone, listing.unchanged) == (0, 0, len(sources))
    assert corpus.found("pump") == sources
    entries = list(corpus.state.ledger())
    assert [entry.key for entry in entries] == sources
    assert not any(entry.pending for entry in entries)


@pytest.mark.parametrize("moment", ["open", "adopt"])
def test_a_ledger_that_another_run_replaces_meanwhile_loses_nothing(corpora, tmp_path, moment):
    ours, theirs = corpora(), corpora()
    ours.listed("scheduled")
    ours.planned("scheduled")
    ours.read("scheduled", 0)
    write_pdf(tmp_path / "documents" / "c.pdf", ["The pump of c runs."])

    def another_run() -> None:
        theirs.listed("manual")
        for shard in range(theirs.planned("manual").shards):
            theirs.read("manual", shard)
        theirs.state.settle()

    tree: Any = Interrupted(ours.state.tree, moment, another_run)
    ours.state.tree, ours.state._ledger = tree, Ledger(tree)
    ours.indexed("scheduled")

    assert theirs.indexed("manual").documents == 3
    nothing_is_lost(theirs, SOURCES)


def test_a_run_within_the_index_step_of_another_loses_nothing(corpora, tmp_path):
    ours, theirs = corpora(), corpora()
    ours.listed("scheduled")
    ours.planned("scheduled")
    ours.read("scheduled", 0)
    write_pdf(tmp_path / "documents" / "c.pdf", ["The pump of c runs."])

    assert indexed(ours, lambda: theirs.run("manual")).indexed == 2
    nothing_is_lost(theirs, SOURCES)


def test_what_another_run_changed_since_stays_to_be_taken_up(corpora, tmp_path):
    ours, theirs = corpora(), corpora()
    ours.run("first")
    write_pdf(tmp_path / "documents" / "a.pdf", ["The pump of a was mended, at last."])
    ours.listed("scheduled")
    ours.planned("scheduled")
    ours.read("scheduled", 0)

    def another_run() -> None:
        write_pdf(tmp_path / "documents" / "a.pdf", ["The pump of a leaks once more, badly."])
        theirs.listed("manual")
        theirs.planned("manual")
        theirs.read("manual", 0)

    indexed(ours, another_run)

    assert theirs.indexed("manual").indexed == 1
    assert theirs.found("badly") == ["a.pdf"]
    assert theirs.found("mended") == []
    nothing_is_lost(theirs, SOURCES[:2])


def test_two_runs_side_by_side_lose_nothing(corpora):
    start = threading.Barrier(2)

    def run(name: str) -> None:
        corpus = corpora()
        start.wait()
        corpus.run(name)

    with ThreadPoolExecutor() as threads:
        list(threads.map(run, ["scheduled", "manual"]))

    corpus = corpora()
    nothing_is_lost(corpus, SOURCES[:2])


def test_a_shard_that_two_tasks_read_is_known_once(corpora):
    ours, theirs = corpora(), corpora()
    ours.listed("scheduled")
    assert ours.planned("scheduled", pages_each=1).shards == 2
    theirs.read("scheduled", 0)
    notes = {file.path: theirs.state.tree.read(file.path) for file in theirs.state.tree.files()}
    ours.read("scheduled", 0)
    ours.read("scheduled", 1)
    for path, data in notes.items():
        ours.state.tree.write(path, data)

    assert ours.indexed("scheduled").indexed == 2
    nothing_is_lost(ours, SOURCES[:2])
