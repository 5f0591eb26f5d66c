"""Versions taken from the code itself, so that no edit can be forgotten in a cache key."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable

from dsocr_integrations.records.identity import content_key


@functools.cache
def code_version(*parts: str) -> str:
    """Hash the source of modules and rooms of this package.

    Args:
        parts: Files such as `markdown.py`, or folders such as `grounding`, relative to the
            package; a folder stands for all modules in it.

    Returns:
        SHA-256 in hex; the same for the same code wherever it is installed.
    """
    package = files("dsocr_integrations")
    texts: list[str] = []
    for part in sorted(parts):
        for name, text in _modules(package.joinpath(part), part):
            texts += (name, text)
    return content_key(*texts)


def _modules(place: Traversable, name: str) -> Iterator[tuple[str, str]]:
    if place.is_file():
        yield name, place.read_text(encoding="utf-8")
        return
    for entry in sorted(place.iterdir(), key=lambda entry: entry.name):
        if entry.is_dir() or entry.name.endswith(".py"):
            yield from _modules(entry, f"{name}/{entry.name}")
