"""Servers that end with the test."""

from __future__ import annotations

import pytest

from dsocr_integrations.engines.server import connections
from tests.engines.server.scripted_server import ScriptedServer


@pytest.fixture(autouse=True)
def _idle_for_long(monkeypatch):
    """A machine so busy that it stands still for seconds must not cost a connection."""
    monkeypatch.setattr(connections, "_IDLE_SECONDS", 600.0)


@pytest.fixture
def serve():
    started = []

    def serve(*arguments, **options):
        started.append(ScriptedServer(*arguments, **options))
        return started[-1]

    yield serve
    for server in started:
        server.close()
