"""A real JupyterLab and the script of axe, where there are such."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files

import pytest

from tests.jupyter.lab_server import Lab


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    pytest.importorskip("jupyterlab", reason="pip install jupyterlab")
    server = Lab(tmp_path_factory.mktemp("lab"))
    server.wait_until_running()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def axe() -> str:
    package = pytest.importorskip(
        "axe_playwright_python", reason="pip install axe-playwright-python"
    )
    return (files(package) / "axe.min.js").read_text(encoding="utf-8")
