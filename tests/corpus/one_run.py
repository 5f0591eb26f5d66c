"""A run over a corpus as a cron job would make it: the four steps in one process."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dsocr_integrations.corpus import (
    CorpusState,
    QualityGate,
    index_run,
    list_new,
    listed_objects,
    plan_shards,
    read_shard,
)
from dsocr_integrations.corpus.records import Listing, Plan, RunReport
from dsocr_integrations.index import open_index
from dsocr_integrations.ingestion.report import IngestReport
from dsocr_integrations.output import OutputFolder
from dsocr_integrations.runner import Runner
from tests.scripted_engine import ScriptedEngine

OPEN = QualityGate(failed=1, untrusted=1, looped=1, empty=1)


@dataclass
class Corpus:
    """A folder of documents, and where its runs keep what they know and make.

    Attributes:
        source: Folder or URL of the documents.
        place: Local folder for index and cache, and for state and output where they have no other.
        output: Where documents are written.
        state: What the runs remember.
        options: fsspec options of the source.
    """

    source: str
    place: Path
    output: OutputFolder = field(init=False)
    state: CorpusState = field(init=False)
    options: dict[str, Any] = field(default_factory=dict)
    engine: ScriptedEngine = field(default_factory=ScriptedEngine)

    def __post_init__(self) -> None:
        self.output = OutputFolder(self.place / "output")
        self.state = CorpusState(self.place / "state")

    @property
    def index(self) -> Path:
        return self.place / "index"

    def listed(self, run: str, **options: Any) -> Listing:
        found = listed_objects(
            self.source, storage_options=self.options, excluded=[self.output.root]
        )
        return list_new(self.state, run, self.source, found, **options)

    def planned(self, run: str, **options: Any) -> Plan:
        return plan_shards(self.state, run, **options)

    def read(self, run: str, shard: int) -> IngestReport:
        with Runner(engine=self.engine, cache=self.place / "cache") as runner:
            reading = read_shard(
                self.state,
                run,
                shard,
                self.output,
                runner=runner,
                storage_options=self.options,
            )
        return reading.ingested

    def indexed(self, run: str, gate: QualityGate = OPEN) -> RunReport:
        with open_index(self.index, embedder="none") as index:
            return index_run(self.state, run, self.output, index, gate=gate)

    def run(self, run: str, gate: QualityGate = OPEN, **options: Any) -> RunReport:
        self.listed(run, **options)
        for shard in range(self.planned(run).shards):
            self.read(run, shard)
        return self.indexed(run, gate)

    def found(self, query: str) -> list[str]:
        with open_index(self.index, embedder="none", create=False) as index:
            return sorted({hit.chunk.source for hit in index.search(query, k=20)})
