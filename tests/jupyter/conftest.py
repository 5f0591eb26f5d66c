"""A real browser and a real JupyterLab, where there are such."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator

import pytest

from tests.jupyter.lab_server import Lab

REMEDY = "no Chromium: apt-get install chromium, or name one in DSOCR_TEST_CHROMIUM"


@pytest.fixture(scope="session")
def browser() -> Iterator:
    path = os.environ.get("DSOCR_TEST_CHROMIUM") or shutil.which("chromium")
    if path is None:
        pytest.skip(REMEDY)
    api = pytest.importorskip("playwright.sync_api", reason="pip install playwright")
    with api.sync_playwright() as playwright:
        # Tests run as root in containers, where Chromium's own sandbox cannot start.
        launched = playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--disable-gpu"]
        )
        yield launched
        launched.close()


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    pytest.importorskip("jupyterlab", reason="pip install jupyterlab")
    server = Lab(tmp_path_factory.mktemp("lab"))
    server.wait_until_running()
    yield server
    server.stop()
