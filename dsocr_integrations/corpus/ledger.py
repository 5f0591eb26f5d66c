"""The ledger of a corpus, which steps of several runs may write at once without a lock.

A step writes what it did into a note of its own. What is known is the ledger with the notes that it
does not name; to settle is to write that as the new ledger, which names them. Of two that settle at
once one may write over the other's ledger, but over no note: a note is removed only once the ledger
in place names it.
"""

from __future__ import annotations

import heapq
import json
import tempfile
import uuid
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import chain, groupby
from operator import attrgetter
from pathlib import Path
from typing import BinaryIO

from dsocr_integrations.corpus.entries import Entry, Taken
from dsocr_integrations.corpus.json_lines import json_lines
from dsocr_integrations.corpus.parquet_rows import read_rows, said_by, write_rows
from dsocr_integrations.storage import FileTree

LEDGER = "ledger.parquet"
QUARANTINE = "quarantine.jsonl"
_NOTES = "outcomes"
_TAKEN = ".parquet"
_NAMES = "notes"
"""What a ledger says beside its rows: the notes that it holds."""

Noted = Entry | Taken
Entries = Callable[[], Iterator[Entry]]


class Ledger:
    """What is known of the objects of a corpus.

    Args:
        tree: The corpus's state.
    """

    def __init__(self, tree: FileTree) -> None:
        self._tree = tree

    def entries(self) -> Iterator[Entry]:
        """What was last settled, ordered by key; nothing before the first run."""
        file = self._tree.open(LEDGER)
        return iter(()) if file is None else read_rows(file, Entry)

    @contextmanager
    def known(self) -> Iterator[Entries]:
        """Settle, and give what is known now, ordered by key, as often as it is asked for.

        What others write meanwhile does not change it.
        """
        with tempfile.TemporaryDirectory(prefix="dsocr-") as folder:
            path = self._settled(Path(folder))
            yield lambda: _rows(path)

    def settle(self) -> None:
        """Take up into the ledger what steps of any run have noted, whether it ended or not."""
        with self.known():
            pass

    def note_outcomes(self, run: str, shard: int, entries: Iterable[Entry]) -> None:
        """Note what came of a shard, ordered by key, in place of what came of it before."""
        stem = f"{_NOTES}/{run}/{shard:04}"
        former = [note for note in self._notes(run) if note.startswith((f"{stem}-", f"{stem}."))]
        self._tree.write(
            f"{stem}-{uuid.uuid4().hex}.jsonl", json_lines(entry._asdict() for entry in entries)
        )
        for note in former:
            self._tree.delete(note)

    def note_taken(self, run: str, taken: Iterable[Taken]) -> None:
        """Note what an index step did, ordered by key."""
        rows = iter(taken)
        first = next(rows, None)
        if first is None:
            return
        with tempfile.TemporaryDirectory(prefix="dsocr-") as folder:
            path = Path(folder, "taken.parquet")
            write_rows(path, chain([first], rows), Taken)
            self._tree.adopt(path, f"{_NOTES}/{run}/taken-{uuid.uuid4().hex}{_TAKEN}")

    def _settled(self, folder: Path) -> Path:
        """A local copy of the ledger once it is settled; there is no such file where it is empty."""
        known, merged, quarantine = (folder / name for name in (LEDGER, "merged", QUARANTINE))
        while True:
            # In this order: what is noted in between is named by no ledger yet.
            notes = self._notes()
            named = _named_by(known.open("rb")) if self._tree.fetch(LEDGER, known) else frozenset()
            fresh = [note for note in notes if note not in named]
            if fresh:
                noted = [self._noted(one, folder) for one in _chains(fresh)]
                with quarantine.open("wb") as listed:
                    latest = _listing_quarantined(_latest(_rows(known), noted), listed.write)
                    write_rows(merged, latest, Entry, said={_NAMES: json.dumps(notes)})
                if not self._is_in_place(named):
                    continue
                known.unlink(missing_ok=True)
                known.hardlink_to(merged)
                self._tree.adopt(merged, LEDGER)
                self._tree.adopt(quarantine, QUARANTINE)
            for note in named.intersection(notes):
                self._tree.delete(note)
            return known

    def _noted(self, notes: list[str], folder: Path) -> Iterator[Noted]:
        # One that is not there any more is named by a ledger that was put in place meanwhile.
        for note in notes:
            if note.endswith(_TAKEN):
                copy = folder / note.rpartition("/")[2]
                if self._tree.fetch(note, copy):
                    yield from read_rows(copy.open("rb"), Taken)
            else:
                for line in (self._tree.read(note) or b"").splitlines():
                    yield Entry(**json.loads(line))

    def _notes(self, run: str = "") -> list[str]:
        return sorted(file.path for file in self._tree.files(f"{_NOTES}/{run}".rstrip("/")))

    def _is_in_place(self, named: frozenset[str]) -> bool:
        """Whether the ledger still is the one that names these."""
        try:
            file = self._tree.open(LEDGER)
            return named == (frozenset() if file is None else _named_by(file))
        except OSError:  # a store says so where it was replaced while it is read
            return False


def _latest(ledger: Iterator[Entry], noted: Iterable[Iterator[Noted]]) -> Iterator[Entry]:
    """What entries become by what is noted beside them; all ordered by key."""
    by_key = attrgetter("key")
    # Of equal keys `merge` gives those of the later iterable last.
    merged: Iterator[Noted] = heapq.merge(ledger, *noted, key=by_key)
    for _, same in groupby(merged, key=by_key):
        entry: Entry | None = None
        for one in same:
            entry = one.applied(entry) if isinstance(one, Taken) else one
        if entry is not None:
            yield entry


def _rows(ledger: Path) -> Iterator[Entry]:
    if ledger.exists():
        yield from read_rows(ledger.open("rb"), Entry)


def _named_by(ledger: BinaryIO) -> frozenset[str]:
    """Notes that an open ledger names; none where it is of a former release."""
    return frozenset(json.loads(said_by(ledger).get(_NAMES, "[]")))


def _chains(notes: list[str]) -> list[list[str]]:
    """Notes that follow each other in the order of their keys, together; index steps' at the end.

    Shards of a run do, unless one was read by two tasks at once.
    """
    chains: defaultdict[tuple[str, int], list[str]] = defaultdict(list)
    times: Counter[str] = Counter()
    for note in notes:
        if not note.endswith(_TAKEN):
            run, _, name = note.rpartition("/")
            shard = f"{run}/{name.partition('-')[0]}"
            chains[run, times[shard]].append(note)
            times[shard] += 1
    return [*chains.values(), *([note] for note in notes if note.endswith(_TAKEN))]


def _listing_quarantined(
    entries: Iterable[Entry], write: Callable[[bytes], object]
) -> Iterator[Entry]:
    """The entries as they come, those in quarantine written down by the way."""
    for entry in entries:
        if entry.outcome == "quarantined":
            facts = {"key": entry.key, "reason": entry.reason, "etag": entry.etag, "run": entry.run}
            write(json_lines([facts]))
        yield entry
