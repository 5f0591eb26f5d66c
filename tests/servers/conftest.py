"""Real servers start only where they are asked for: `make test-servers`, or `-m servers`."""

from __future__ import annotations


def pytest_ignore_collect(config):
    return None if "servers" in config.getoption("markexpr") else True
