"""The doctor: which parts are present and sound, and what adds or mends each other one."""

from __future__ import annotations

from collections.abc import Iterator

from dsocr_integrations.doctor import (
    engine,
    languages,
    machine,
    model,
    parts,
    plug_ins,
    server,
    weights,
)
from dsocr_integrations.doctor.findings import Finding
from dsocr_integrations.settings import Settings

__all__ = ["Finding", "examine"]


def examine(settings: Settings) -> Iterator[Finding]:
    """Look at each part in turn.

    Nothing is downloaded and no model is loaded; the network is touched only where a server is
    configured.

    Args:
        settings: What a reading would be asked for; its engine, model and servers are judged.
    """
    yield engine.examine(settings)
    yield from plug_ins.examine()
    yield parts.python()
    yield from parts.packages()
    yield from parts.programs()
    yield languages.examine(settings)
    yield parts.cache_folder(settings.cache)
    yield from model.examine(machine.look())
    yield weights.examine(settings)
    yield from server.examine(settings)
