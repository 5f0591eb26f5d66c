"""A real browser, where there is one."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator

import pytest

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
