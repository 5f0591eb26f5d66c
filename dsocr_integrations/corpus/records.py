"""What the steps of a run leave for the next ones and for people."""

from __future__ import annotations

from collections.abc import Iterable

from dsocr_integrations.records.base import Record


class Listing(Record):
    """What a run found.

    Attributes:
        run: Name of the run.
        source: The corpus's folder, without credentials.
        new: Objects that were not known.
        changed: Objects that are not as they were when they were read.
        retry: Objects that are read again, because something failed or was asked to be.
        gone: Objects that are not there any more.
        unchanged: Objects that nothing is to be done about.
        quarantined: Objects that could not be read and have not changed.
        bytes: Size of what is to be read.
    """

    run: str
    source: str
    new: int = 0
    changed: int = 0
    retry: int = 0
    gone: int = 0
    unchanged: int = 0
    quarantined: int = 0
    bytes: int = 0

    @property
    def to_read(self) -> int:
        """Objects that are read."""
        return self.new + self.changed + self.retry

    @property
    def summary(self) -> str:
        """The counts as a sentence."""
        return (
            f"{self.source}: {self.new} new, {self.changed} changed, {self.retry} to try again,"
            f" {self.gone} gone, {self.unchanged} unchanged, {self.quarantined} in quarantine."
        )


class Waiting(Record):
    """What a run would find to do, if one were started now.

    Attributes:
        source: The corpus's folder, without credentials.
        new: Objects that are not known.
        changed: Objects that are not as they were when they were read.
        gone: Objects that are not there any more.
        sha256: Hash of these objects as they are listed.
    """

    source: str
    new: int = 0
    changed: int = 0
    gone: int = 0
    sha256: str

    @property
    def is_any(self) -> bool:
        """Whether there is anything."""
        return bool(self.new or self.changed or self.gone)

    @property
    def summary(self) -> str:
        """The counts as a sentence."""
        return f"{self.source}: {self.new} new, {self.changed} changed, {self.gone} gone."


class Cost(Record):
    """What reading costs, expected or true.

    Attributes:
        documents: Documents.
        bytes: Their size.
        pages: Their pages.
        vision_tokens: Image tokens of all attempts, recorded pages apart; 0 where the engine counts none.
        task_hours: Hours that one task takes for them; several side by side take less.
    """

    documents: int = 0
    bytes: int = 0
    pages: int = 0
    vision_tokens: int = 0
    task_hours: float = 0.0

    def __add__(self, other: Cost) -> Cost:
        """Both together."""
        return Cost(
            **{name: getattr(self, name) + getattr(other, name) for name in Cost.model_fields}
        )

    @property
    def summary(self) -> str:
        """The figures as words."""
        return (
            f"{self.documents} documents, {self.pages} pages, {self.vision_tokens} vision tokens,"
            f" {self.task_hours:.2f} hours of one task"
        )


class Plan(Record):
    """How a run's reading is divided.

    Attributes:
        run: Name of the run.
        shards: Number of shards, each the work of one task.
        expected: What it will cost.
        measured: Whether that goes by what earlier runs cost, not by assumption.
    """

    run: str
    shards: int
    expected: Cost
    measured: bool

    @property
    def summary(self) -> str:
        """The plan as a sentence."""
        by = "as earlier runs went" if self.measured else "assumed, as no run has read anything yet"
        return f"{self.shards} shards: {self.expected.summary} ({by})."


class ShardReport(Record):
    """What a shard came to.

    Attributes:
        shard: Its number.
        cost: What was read, pages from the cache among it.
        cached: Pages that were recorded before and not read again.
        failed: Documents tried again by the next run.
        quarantined: Documents that cannot be read as they are.
    """

    shard: int
    cost: Cost
    cached: int = 0
    failed: int = 0
    quarantined: int = 0

    @property
    def summary(self) -> str:
        """The counts as a sentence."""
        return (
            f"{self.cost.summary}, {self.cached} pages from the cache; {self.failed} documents to"
            f" try again, {self.quarantined} for quarantine."
        )


class RunReport(Record):
    """What a run came to.

    Attributes:
        listing: What it found.
        cost: What its reading truly cost.
        cached: Of its pages, those that were recorded before.
        indexed: Documents put into the index, held back by earlier runs or not.
        pruned: Documents removed from output and index.
        failed: Documents of the corpus that the next run tries again.
        quarantined: Documents of the corpus that cannot be read as they are.
        documents: Documents of the corpus that could be read.
        sha256: Hash of their names and contents.
    """

    listing: Listing
    cost: Cost
    cached: int
    indexed: int
    pruned: int
    failed: int
    quarantined: int
    documents: int
    sha256: str

    @property
    def changed(self) -> bool:
        """Whether index or output are not as they were."""
        return bool(self.indexed or self.pruned)

    @property
    def summary(self) -> str:
        """The counts as a sentence."""
        return (
            f"{self.indexed} documents indexed, {self.pruned} removed; read: {self.cost.summary},"
            f" {self.cached} pages from the cache. The corpus has {self.documents} documents,"
            f" {self.failed} to try again and {self.quarantined} in quarantine."
        )


def total(costs: Iterable[Cost]) -> Cost:
    """All costs together."""
    return sum(costs, Cost())
