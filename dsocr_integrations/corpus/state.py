"""What a corpus remembers between its runs, in a folder of any store.

| file | what it holds |
|---|---|
| `corpus.json` | the folder that it is the state of |
| `ledger.parquet` | every object that was read: key, ETag, size, time, outcome |
| `quarantine.jsonl` | those that cannot be read, with the reason |
| `runs/<run>/listing.parquet`, `listing.json` | what a run found to do; the second is the commit mark |
| `runs/<run>/plan.json`, `shards/0007.jsonl` | how that was divided |
| `runs/<run>/read/0007.json`, `report.json` | what it came to |
| `outcomes/<run>/0007-<id>.jsonl`, `taken-<id>.parquet` | what steps did, until the ledger has it |

Every file is put in place as a whole. Nothing is locked: `ledger.py` says why runs at once lose
nothing of each other's.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from dsocr_integrations.corpus.entries import Entry, Taken, Work
from dsocr_integrations.corpus.json_lines import json_lines
from dsocr_integrations.corpus.ledger import Entries, Ledger
from dsocr_integrations.corpus.parquet_rows import read_rows, write_rows
from dsocr_integrations.corpus.records import Cost, Listing, Plan, RunReport, ShardReport
from dsocr_integrations.errors import ConfigurationError, SourceNotFoundError
from dsocr_integrations.records.base import Record
from dsocr_integrations.storage import open_tree

_CORPUS = "corpus.json"

AnyRecord = TypeVar("AnyRecord", bound=Record)
Row = TypeVar("Row", bound=NamedTuple)
Found = TypeVar("Found", Listing, bytes)


class _Corpus(Record):
    """Which corpus a state is of, and what its last reading cost."""

    source: str
    last_cost: Cost | None = None


class CorpusState:
    """The state of one corpus.

    Args:
        root: Local folder or fsspec URL.
        storage_options: Passed on to fsspec.
    """

    def __init__(
        self,
        root: str | os.PathLike[str],
        *,
        storage_options: Mapping[str, Any] | None = None,
    ) -> None:
        self.tree = open_tree(root, storage_options=storage_options)
        self._ledger = Ledger(self.tree)

    @property
    def root(self) -> str:
        """Where it is."""
        return self.tree.root

    def claim(self, source: str) -> None:
        """Note which folder this is the state of.

        Raises:
            ConfigurationError: If it is another's.
        """
        known = self._record(_CORPUS, _Corpus)
        if known is None:
            self._write(_CORPUS, _Corpus(source=source))
        elif known.source != source:
            raise ConfigurationError(
                f"{self.root} is the state of {known.source}, not of {source}.",
                remedy=f"Give each corpus a state folder; where it has moved, write {_CORPUS} anew.",
            )

    def last_cost(self) -> Cost | None:
        """What the last run that read anything truly cost."""
        known = self._record(_CORPUS, _Corpus)
        return None if known is None else known.last_cost

    def ledger(self) -> Iterator[Entry]:
        """What was last settled, ordered by key; nothing before the first run."""
        return self._ledger.entries()

    def known(self) -> AbstractContextManager[Entries]:
        """Settle, and give what is known now, ordered by key, as often as it is asked for.

        What other runs note meanwhile does not change it.
        """
        return self._ledger.known()

    def settle(self) -> None:
        """Take up into the ledger what steps of any run have noted, whether it ended or not."""
        self._ledger.settle()

    def listing(self, run: str) -> Listing | None:
        """What a run found; `None` for one that has listed nothing yet."""
        return self._record(f"runs/{run}/listing.json", Listing)

    def expect_listing(self, run: str) -> Listing:
        """What a run found.

        Raises:
            SourceNotFoundError: If it has listed nothing yet.
        """
        return self._expected(self.listing(run), f"{self.root} holds no listing of run {run}.")

    def work(self, run: str) -> Iterator[Work]:
        """What a run has to do, ordered by key."""
        return self._rows(f"runs/{run}/listing.parquet", Work)

    def write_work(self, run: str, work: Iterable[Work]) -> None:
        """Note what a run has to do, ordered by key; its listing is to follow."""
        with tempfile.TemporaryDirectory(prefix="dsocr-") as folder:
            path = Path(folder, "listing.parquet")
            write_rows(path, work, Work)
            self.tree.adopt(path, f"runs/{run}/listing.parquet")

    def write_listing(self, listing: Listing) -> None:
        """Note that all work of a run is noted."""
        self._write(f"runs/{listing.run}/listing.json", listing)

    def write_shards(self, run: str, shards: Iterable[list[Work]]) -> int:
        """Note how a run's work is divided, in place of how it was; returns the number of shards."""
        # Outcomes of shards that are cut otherwise do not follow each other in order.
        self.settle()
        for folder in ("shards", "read"):
            self.tree.delete(f"runs/{run}/{folder}")
        count = 0
        for count, shard in enumerate(shards, 1):
            self.tree.write(
                f"runs/{run}/shards/{count - 1:04}.jsonl",
                json_lines(one._asdict() for one in shard),
            )
        return count

    def write_plan(self, plan: Plan) -> None:
        """Note what a run is expected to cost."""
        self._write(f"runs/{plan.run}/plan.json", plan)

    def shard(self, run: str, number: int) -> list[Work]:
        """The work of one task.

        Raises:
            SourceNotFoundError: If there is no such shard.
        """
        path = f"runs/{run}/shards/{number:04}.jsonl"
        data = self._expected(self.tree.read(path), f"{self.root} holds no {path}.")
        return [Work(**json.loads(line)) for line in data.splitlines()]

    def write_outcomes(self, run: str, entries: Iterable[Entry], report: ShardReport) -> None:
        """Note what came of a shard.

        Args:
            run: Name of its run.
            entries: Ordered by key.
            report: What it came to.
        """
        self._write(f"runs/{run}/read/{report.shard:04}.json", report)
        self._ledger.note_outcomes(run, report.shard, entries)

    def write_taken(self, run: str, taken: Iterable[Taken]) -> None:
        """Note what the index step of a run did, ordered by key."""
        self._ledger.note_taken(run, taken)

    def shard_reports(self, run: str) -> Iterator[ShardReport]:
        """What the shards of a run came to, as far as they ended."""
        for path in sorted(file.path for file in self.tree.files(f"runs/{run}/read")):
            if report := self._record(path, ShardReport):
                yield report

    def write_report(self, report: RunReport) -> None:
        """Note what a run came to."""
        self._write(f"runs/{report.listing.run}/report.json", report)
        if report.cost.pages > report.cached:
            source, cost = report.listing.source, report.cost
            # As if no page had been recorded before: that is what new ones will take.
            all_to_read = cost.pages / (cost.pages - report.cached)
            cost = cost.model_copy(
                update={
                    "task_hours": cost.task_hours * all_to_read,
                    "vision_tokens": round(cost.vision_tokens * all_to_read),
                }
            )
            self._write(_CORPUS, _Corpus(source=source, last_cost=cost))

    def _rows(self, path: str, kind: type[Row]) -> Iterator[Row]:
        file = self.tree.open(path)
        return iter(()) if file is None else read_rows(file, kind)

    def _record(self, path: str, kind: type[AnyRecord]) -> AnyRecord | None:
        data = self.tree.read(path)
        return None if data is None else kind.model_validate_json(data)

    def _write(self, path: str, record: Record) -> None:
        self.tree.write(path, record.model_dump_json(indent=1).encode() + b"\n")

    def _expected(self, found: Found | None, otherwise: str) -> Found:
        if found is None:
            raise SourceNotFoundError(otherwise, remedy="Run the steps before this one first.")
        return found
