"""Engines and model profiles that other installed packages bring: whether each can be imported."""

from __future__ import annotations

from collections.abc import Container, Iterator
from importlib.metadata import EntryPoint

from dsocr_integrations.doctor.findings import Finding
from dsocr_integrations.engines import plug_ins
from dsocr_integrations.engines.selection import OWN
from dsocr_integrations.engines.server.profiles import GROUP, PROFILES
from dsocr_integrations.errors import DsocrError


def examine() -> Iterator[Finding]:
    """Import each, and make no engine."""
    for entry in plug_ins.installed(plug_ins.ENGINES):
        yield _judge(entry, "engine", OWN)
    for entry in plug_ins.installed(GROUP):
        yield _judge(entry, "model profile", PROFILES)


def _judge(entry: EntryPoint, kind: str, own: Container[str]) -> Finding:
    part, purpose = f"{kind} {entry.name}", "reading; brought by another package"
    brought = plug_ins.package(entry)
    if entry.name.lower() in own:
        problem = f"{brought} brings it, but the name is that of our own {kind}, which is taken"
        return Finding(part, purpose, "", "ask for another name there", problem)
    try:
        with plug_ins.blamed(entry):
            entry.load()
    except DsocrError as error:
        return Finding(part, purpose, "", error.remedy, error.message)
    return Finding(part, purpose, brought)
