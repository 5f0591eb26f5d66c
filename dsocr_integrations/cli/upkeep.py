"""What `dsocr index` and `dsocr forget` do."""

from __future__ import annotations

import json
from contextlib import ExitStack
from dataclasses import asdict
from typing import TYPE_CHECKING

from dsocr_integrations.cli.outcomes import ExitCode, say, tell
from dsocr_integrations.settings import DEFAULT_INDEX

if TYPE_CHECKING:
    from dsocr_integrations.index.base import Index
    from dsocr_integrations.settings import Settings


def stats(settings: Settings) -> ExitCode:
    """Print what the index holds."""
    with _open(settings, "none") as index:
        say(json.dumps(asdict(index.stats()), ensure_ascii=False))
    return ExitCode.ALL_READ


def verify(settings: Settings) -> ExitCode:
    """Print each problem of the index."""
    with _open(settings, "none") as index:
        problems = index.verify()
    for problem in problems:
        say(problem)
    if problems:
        tell("Mend it with: dsocr index repair")
        return ExitCode.NOTHING_READ
    tell("All parts of the index agree.")
    return ExitCode.ALL_READ


def repair(settings: Settings) -> ExitCode:
    """Mend the index and print each thing done."""
    with _open(settings, settings.embedder) as index:
        for done in index.repair():
            say(done)
        problems = index.verify()
    for problem in problems:
        tell(f"Still: {problem}")
    return ExitCode.NOTHING_READ if problems else ExitCode.ALL_READ


def reindex(settings: Settings) -> ExitCode:
    """Embed every chunk of the index with the embedder of the settings."""
    from dsocr_integrations.index import load_embedder
    from dsocr_integrations.index.embedders.vector_cache import with_cache

    embedder = load_embedder(settings.embedder)
    if embedder is not None:
        embedder = with_cache(embedder, settings.cache or False)
    with _open(settings, "none") as index:
        vectors = index.reindex(embedder)
    if embedder is None:
        tell("The index is lexical now: no embedder was named or installed.")
    else:
        tell(f"{vectors} chunks have vectors of {embedder.name} now.")
    return ExitCode.ALL_READ


def forget(document: str, output: str | None, settings: Settings) -> ExitCode:
    """Erase one document and say what went."""
    from dsocr_integrations.ingestion import forget as erase
    from dsocr_integrations.runner.cache import PageCache

    cache = PageCache(settings.cache) if settings.cache else None
    with ExitStack() as stack:
        index = None
        if settings.index is not None:
            index = stack.enter_context(_open(settings, "none"))
        gone = erase(document, output, index=index, cache=cache)
    if not gone.anything:
        tell(
            f"Nothing of {document} was found. Name the source as search results name it, and"
            " the folder and index it was ingested into."
        )
        return ExitCode.NOTHING_READ
    tell(
        f"Forgot {document}: {gone.files} files, {gone.chunks} chunks, {gone.entries} cache"
        f" entries, {gone.vectors} cached vectors."
    )
    for source in gone.also:
        tell(
            f"The same bytes are also there as {source}. If that is to go, forget it by that name."
        )
    return ExitCode.ALL_READ


def _open(settings: Settings, embedder: str) -> Index:
    from dsocr_integrations.index import open_index

    return open_index(settings.index or DEFAULT_INDEX, embedder=embedder, create=False)
