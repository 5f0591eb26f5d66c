"""The second step of a run: its work in shards, and what it will cost."""

from __future__ import annotations

from collections.abc import Iterator

from dsocr_integrations.corpus.entries import READ, Work
from dsocr_integrations.corpus.expectation import Expectation
from dsocr_integrations.corpus.records import Plan
from dsocr_integrations.corpus.shards import MAX_SHARDS, shards
from dsocr_integrations.corpus.state import CorpusState
from dsocr_integrations.errors import ConfigurationError

PAGES_EACH = 200
"""Pages of a shard: some minutes on a CPU, beside which the start of a process is little."""


def plan_shards(
    state: CorpusState, run: str, *, pages_each: int = PAGES_EACH, most: int = MAX_SHARDS
) -> Plan:
    """Divide what a run has to read.

    Args:
        state: The corpus's state.
        run: Name of the run.
        pages_each: Pages of a shard, as far as they can be told before a document is opened.
        most: Shards that there may be; they grow where there would be more.

    Raises:
        ConfigurationError: If a number is not positive.
        SourceNotFoundError: If the run has listed nothing yet.
    """
    if min(pages_each, most) < 1:
        raise ConfigurationError(
            f"Shards of {pages_each} pages, {most} at most, cannot be made.",
            remedy="Both numbers must be 1 or more.",
        )
    state.expect_listing(run)
    known = state.last_cost()
    expectation = Expectation(known)
    cost = expectation.cost(_to_read(state, run))
    pieces = shards(
        _to_read(state, run),
        expectation.pages,
        all_pages=cost.pages,
        pages_each=pages_each,
        most=most,
    )
    count = state.write_shards(run, pieces)
    plan = Plan(run=run, shards=count, expected=cost, measured=known is not None)
    state.write_plan(plan)
    return plan


def _to_read(state: CorpusState, run: str) -> Iterator[Work]:
    return (one for one in state.work(run) if one.change in READ)
