"""What has changed between a ledger and a listing."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Literal, cast, get_args

from dsocr_integrations.corpus.entries import Change, Entry, Listed, Work
from dsocr_integrations.corpus.key_order import in_key_order
from dsocr_integrations.errors import ConfigurationError

logger = logging.getLogger(__name__)

Again = Literal["failed", "quarantined", "all"]
"""What is read again though it has not changed: what failed for a passing reason; what is in
quarantine too; or everything."""


def again_named(name: str) -> Again:
    """What is read again, by its name.

    Raises:
        ConfigurationError: If there is no such name.
    """
    if name not in get_args(Again):
        raise ConfigurationError(
            f"{name!r} does not say what is read again.", remedy=f"Use one of {get_args(Again)}."
        )
    return cast("Again", name)


def changes_found(
    ledger: Iterable[Entry], objects: Iterable[Listed], *, source: str, again: Again = "failed"
) -> Iterator[Work]:
    """Compare a ledger with what lies in a folder now.

    Args:
        ledger: What is known, ordered by key.
        objects: What is there, in any order. Where that is nothing, nothing is taken for gone:
            a disk that is not mounted looks the same.
        source: The folder, for the log.
        again: What is read again though it has not changed.

    Yields:
        As `changes`.
    """
    found = in_key_order(objects)
    first = next(found, None)
    if first is None:
        logger.warning("%s holds no document; nothing is taken for gone.", source)
        return
    yield from changes(ledger, chain([first], found), again=again)


def changes(
    ledger: Iterable[Entry], listing: Iterable[Listed], *, again: Again = "failed"
) -> Iterator[Work]:
    """Compare, object by object, in the order of their keys.

    Args:
        ledger: What is known, ordered by key.
        listing: What is there, ordered by key.
        again: What is read again though it has not changed.

    Yields:
        Every object of either, also those that nothing is to be done about.
    """
    known = iter(ledger)
    entry = next(known, None)
    for found in listing:
        while entry is not None and entry.key < found.key:
            yield Work(*entry.listed, "gone", entry.pages)
            entry = next(known, None)
        if entry is None or entry.key != found.key:
            yield Work(*found, "new", 0)
            continue
        yield Work(*found, _change(entry, found, again), entry.pages)
        entry = next(known, None)
    while entry is not None:
        yield Work(*entry.listed, "gone", entry.pages)
        entry = next(known, None)


def _change(entry: Entry, found: Listed, again: Again) -> Change:
    if not _is_same(entry, found):
        return "changed"
    if again == "all" or entry.outcome in {"partial", "failed"}:
        return "retry"
    if entry.outcome == "quarantined":
        return "retry" if again == "quarantined" else "quarantined"
    return "unchanged"


def _is_same(entry: Entry, found: Listed) -> bool:
    """Whether an object is the one that was read, without looking at its bytes."""
    if entry.etag and found.etag:
        return entry.etag == found.etag
    return (entry.size, entry.modified) == (found.size, found.modified)
