"""The first step of a run: what is new, has changed, or is gone."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable, Iterator

from dsocr_integrations.corpus.changes import Again, changes_found
from dsocr_integrations.corpus.entries import READ, WORK, Entry, Listed, Work
from dsocr_integrations.corpus.records import Listing
from dsocr_integrations.corpus.state import CorpusState

logger = logging.getLogger(__name__)


def list_new(
    state: CorpusState, run: str, source: str, objects: Iterable[Listed], *, again: Again = "failed"
) -> Listing:
    """Note what a run has to do.

    A run that has listed once does not list again: its retry, or its repetition months later, does
    what it found then.

    Args:
        state: The corpus's state.
        run: Name of the run, such as its date.
        source: The corpus's folder, without credentials.
        objects: What lies there, as `listed_objects` gives it; taken only where it is needed. An
            empty listing removes nothing, since a disk that is not mounted looks the same.
        again: What is read again though it has not changed.

    Returns:
        How much there is to do.

    Raises:
        ConfigurationError: If the state is another corpus's.
        SourceError: If the folder cannot be listed.
        MissingDependencyError: If pyarrow is not installed.
    """
    state.claim(source)
    if (listed := state.listing(run)) is not None:
        logger.info("Run %s has listed already.", run)
        return listed
    counts: Counter[str] = Counter()
    size = 0

    def work(ledger: Iterator[Entry]) -> Iterator[Work]:
        nonlocal size
        for one in changes_found(ledger, objects, source=source, again=again):
            counts[one.change] += 1
            size += one.size if one.change in READ else 0
            if one.change in WORK:
                yield one

    with state.known() as known:
        state.write_work(run, work(known()))
    listing = Listing(run=run, source=source, bytes=size, **counts)
    state.write_listing(listing)
    return listing
