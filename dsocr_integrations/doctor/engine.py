"""Which engine reads with these settings; whether it can is judged part by part."""

from __future__ import annotations

import warnings

from dsocr_integrations.doctor.findings import Finding
from dsocr_integrations.engines.selection import resolve_engine
from dsocr_integrations.errors import DsocrError
from dsocr_integrations.settings import Settings

PART, PURPOSE = "engine", "reading with these settings"


def examine(settings: Settings) -> Finding:
    """Choose the engine as a reading does; nothing is opened, no server asked."""
    try:
        with warnings.catch_warnings():
            # What the warning says is the finding.
            warnings.simplefilter("ignore")
            engine = resolve_engine(settings.engine, settings)
    except DsocrError as error:
        return Finding(PART, PURPOSE, "", error.remedy, error.message)
    from dsocr_integrations import server_addresses
    from dsocr_integrations.engines.server import ServerEngine

    if isinstance(engine, ServerEngine):
        model = f", model {engine.model}" if engine.model else ""
        return Finding(
            PART, PURPOSE, f"server {', '.join(map(server_addresses.place, engine.urls))}{model}"
        )
    weights = getattr(engine, "checkpoint", None)
    return Finding(
        PART, PURPOSE, engine.name if weights is None else f"{engine.name}, weights {weights}"
    )
