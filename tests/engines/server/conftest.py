"""Servers that end with the test."""

from __future__ import annotations

import pytest

from tests.engines.server.scripted_server import ScriptedServer


@pytest.fixture
def serve():
    started = []

    def serve(*arguments, **options):
        started.append(ScriptedServer(*arguments, **options))
        return started[-1]

    yield serve
    for server in started:
        server.close()
