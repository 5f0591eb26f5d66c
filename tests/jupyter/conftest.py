"""A real JupyterLab, where there is one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.jupyter.lab_server import Lab


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    pytest.importorskip("jupyterlab", reason="pip install jupyterlab")
    server = Lab(tmp_path_factory.mktemp("lab"))
    server.wait_until_running()
    yield server
    server.stop()
