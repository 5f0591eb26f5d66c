"""Rules of the whole suite: no network, no settings of the developer, no silent skips in CI."""

from __future__ import annotations

import os

import pytest
from hypothesis import Phase, settings

from tests.browser import browser
from tests.postgres_server import postgres_place, postgres_url

__all__ = ["browser", "postgres_place", "postgres_url"]

# A busy machine is no fault of the code.
_SETTINGS = settings.get_profile(settings.get_current_profile_name())
settings.register_profile("unhurried", _SETTINGS, deadline=None)
settings.load_profile("unhurried")

# To be told that code is wrong, not by which smallest input: see `benchmarks/mutants.py`.
settings.register_profile(
    "mutants", phases=[Phase.explicit, Phase.generate], derandomize=True, database=None
)


@pytest.fixture(autouse=True)
def _clean_settings(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory):
    for name in [name for name in os.environ if name.startswith("DSOCR_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("DSOCR_CACHE", str(tmp_path_factory.mktemp("cache")))


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    # A browser keeps an event loop running in this thread until the session ends, beside which
    # no test can start one of its own.
    items.sort(key=lambda item: item.get_closest_marker("system") is not None)


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("torch"):
        pytest.importorskip("torch", reason="pip install torch==2.13.0")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    skipped = terminalreporter.stats.get("skipped", [])
    if skipped and os.environ.get("CI") == "true":
        terminalreporter.section("skips are failures in CI", red=True)
        for report in skipped:
            terminalreporter.line(f"{report.nodeid}: {report.longrepr[-1]}")


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    skipped = reporter.stats.get("skipped", []) if reporter else []
    if skipped and exitstatus == 0 and os.environ.get("CI") == "true":
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
