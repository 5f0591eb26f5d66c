"""What is known of the objects of a corpus: as they were listed, and what came of reading them.

They are named tuples because there may be millions of them.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

Change = Literal["new", "changed", "retry", "gone", "unchanged", "quarantined"]
"""What a listing says of an object: the first four are work, the others are left alone."""

WORK = frozenset({"new", "changed", "retry", "gone"})
READ = frozenset({"new", "changed", "retry"})

Outcome = Literal["read", "partial", "failed", "quarantined"]
"""What came of reading an object: `partial` and `failed` lack something for a reason that may pass
and are tried by the next run, `quarantined` cannot be read as it is."""


class Listed(NamedTuple):
    """An object as its store lists it.

    Attributes:
        key: Path below the corpus's folder.
        etag: What the store says of its bytes; empty where it says nothing.
        size: Bytes.
        modified: Microseconds since the epoch.
    """

    key: str
    etag: str
    size: int
    modified: int


class Work(NamedTuple):
    """An object that a run has something to do about.

    Attributes:
        key: As in `Listed`.
        etag: As in `Listed`; for one that is gone, as it was last seen.
        size: As in `Listed`, likewise.
        modified: As in `Listed`, likewise.
        change: Why there is something to do.
        pages: Pages when it was last read; 0 where it was not.
    """

    key: str
    etag: str
    size: int
    modified: int
    change: str
    pages: int

    @property
    def listed(self) -> Listed:
        """The object without what is to be done about it."""
        return Listed(self.key, self.etag, self.size, self.modified)


class Taken(NamedTuple):
    """What an index step did about an entry.

    Attributes:
        key: As in `Entry`.
        etag: As in `Entry`.
        size: As in `Entry`.
        modified: As in `Entry`.
        revision: As in `Entry`.
        run: As in `Entry`.
        came_to: `settled`, `lost` where its document was not in the output, or `gone`.
    """

    key: str
    etag: str
    size: int
    modified: int
    revision: str
    run: str
    came_to: str

    @classmethod
    def of(cls, entry: Entry, came_to: Literal["settled", "lost", "gone"]) -> Taken:
        """What was done about an entry."""
        return cls(*entry.listed, revision=entry.revision, run=entry.run, came_to=came_to)

    def applied(self, known: Entry | None) -> Entry | None:
        """The entry as it is afterwards; one that another run has noted since stays as it is."""
        if known is None or self[:-1] != (*known.listed, known.revision, known.run):
            return known
        if self.came_to == "gone":
            return None
        if self.came_to == "lost":
            reason = "Its document is not in the output any more."
            return known._replace(outcome="failed", reason=reason, pending=False)
        return known._replace(pending=False)


class Entry(NamedTuple):
    """A line of the ledger.

    Attributes:
        key: As in `Listed`.
        etag: As in `Listed`, when it was last read.
        size: As in `Listed`, likewise.
        modified: As in `Listed`, likewise.
        outcome: What came of the last reading, an `Outcome`.
        reason: Why something is missing; empty where nothing is.
        doc_id: Its document in the output.
        revision: SHA-256 of the bytes that its document was read from; empty where there is none.
        pages: Pages that the document holds.
        failed_pages: Pages that could not be read.
        untrusted: Of its pages, those with a quality flag.
        looped: Of these, those that repeat themselves.
        empty: Of these, those that say nothing though there is something.
        run: The run that read it last.
        pending: Whether no index step has taken it up since.
    """

    key: str
    etag: str
    size: int
    modified: int
    outcome: str
    reason: str
    doc_id: str
    revision: str
    pages: int
    failed_pages: int
    untrusted: int
    looped: int
    empty: int
    run: str
    pending: bool

    @property
    def listed(self) -> Listed:
        """The object as it was listed when it was last read."""
        return Listed(self.key, self.etag, self.size, self.modified)

    @property
    def has_document(self) -> bool:
        """Whether the last reading gave a document."""
        return self.outcome in {"read", "partial"}
