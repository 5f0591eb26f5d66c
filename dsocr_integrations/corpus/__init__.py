"""A corpus that grows: what is new in a folder, read in shards, judged, and indexed.

Four steps, each a call or a task of its own: `list_new`, `plan_shards`, `read_shard`, `index_run`.
What they know of each other lies in a `CorpusState`; `waiting` tells whether there is a reason to.
"""

from __future__ import annotations

from dsocr_integrations.corpus.indexing import index_run
from dsocr_integrations.corpus.listing import listed_objects
from dsocr_integrations.corpus.new_objects import list_new
from dsocr_integrations.corpus.planning import plan_shards
from dsocr_integrations.corpus.quality_gate import QualityGate
from dsocr_integrations.corpus.reading import read_shard
from dsocr_integrations.corpus.state import CorpusState
from dsocr_integrations.corpus.waiting import waiting

__all__ = [
    "CorpusState",
    "QualityGate",
    "index_run",
    "list_new",
    "listed_objects",
    "plan_shards",
    "read_shard",
    "waiting",
]
