"""What waits for the next run, told without starting one."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable

from dsocr_integrations.corpus.changes import changes_found
from dsocr_integrations.corpus.entries import Listed
from dsocr_integrations.corpus.json_lines import json_lines
from dsocr_integrations.corpus.records import Waiting
from dsocr_integrations.corpus.state import CorpusState

_WAITED_FOR = frozenset({"new", "changed", "gone"})
"""What failed for a passing reason is tried again by the next run, and is no reason for one."""


def waiting(state: CorpusState, source: str, objects: Iterable[Listed]) -> Waiting:
    """Count what is new, has changed or is gone, and is noted by no run that has ended.

    Args:
        state: The corpus's state.
        source: The corpus's folder, without credentials.
        objects: What lies there, as `listed_objects` gives it.

    Raises:
        ConfigurationError: If the state is another corpus's.
        SourceError: If the folder cannot be listed.
        MissingDependencyError: If pyarrow is not installed.
    """
    state.claim(source)
    counts: Counter[str] = Counter()
    digest = hashlib.sha256()
    with state.known() as known:
        for one in changes_found(known(), objects, source=source):
            if one.change in _WAITED_FOR:
                counts[one.change] += 1
                digest.update(json_lines([one._asdict()]))
    return Waiting(source=source, sha256=digest.hexdigest(), **counts)
