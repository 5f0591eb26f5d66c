"""The widget in a real JupyterLab, driven by Chromium, in both themes."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = [pytest.mark.system, pytest.mark.slow]

ROOT = Path(__file__).parent.parent.parent
TOKEN = "a-token-of-this-test"
# The notebook's own indicator says idle before there is a kernel at all: the server knows.
KERNEL_IS_IDLE = """async () => {
    for (let tries = 0; tries < 1500; tries += 1) {
        const sessions = await (await fetch("/api/sessions")).json();
        if (sessions.some((one) => one.kernel?.execution_state === "idle")) return true;
        await new Promise((resolve) => setTimeout(resolve, 200));
    }
    return false;
}"""
SHOW = """\
from PIL import Image
from dsocr_integrations.jupyter import OcrExplorer
from tests.builders import make_document
explorer = OcrExplorer(
    make_document(), images=lambda document, page: Image.new("RGB", (595, 842), "white")
)
explorer
"""
TRACEBACK = "[data-mime-type='application/vnd.jupyter.error']"
TELL = "print('STATE', explorer.page, explorer.selected, len(explorer.matches))"
NOTEBOOK = {
    "cells": [
        {
            "cell_type": "code",
            "execution_count": None,
            "id": f"cell-{place}",
            "metadata": {},
            "outputs": [],
            "source": source,
        }
        for place, source in enumerate([SHOW, TELL])
    ],
    "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3"}},
    "nbformat": 4,
    "nbformat_minor": 5,
}


class Lab:
    """A JupyterLab server of the test's own, with nothing of the user's settings."""

    def __init__(self, folder: Path, theme: str) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        work = folder / "work"
        work.mkdir()
        (work / "view.ipynb").write_text(json.dumps(NOTEBOOK))
        settings = folder / "settings" / "@jupyterlab" / "apputils-extension"
        settings.mkdir(parents=True)
        (settings / "themes.jupyterlab-settings").write_text(json.dumps({"theme": theme}))
        (settings / "notification.jupyterlab-settings").write_text(
            json.dumps({"fetchNews": "false", "checkForUpdates": False})
        )
        places = {
            "JUPYTER_CONFIG_DIR": "config",
            "JUPYTER_DATA_DIR": "data",
            "JUPYTER_RUNTIME_DIR": "runtime",
            "IPYTHONDIR": "ipython",
            "JUPYTERLAB_SETTINGS_DIR": "settings",
            "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
        }
        environment = os.environ | {name: str(folder / place) for name, place in places.items()}
        environment["PYTHONPATH"] = str(ROOT)
        self.log: list[str] = []
        self.running = threading.Event()
        self.process = subprocess.Popen(
            [
                *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"),
                "--ServerApp.ip=127.0.0.1",
                f"--ServerApp.port={self.port}",
                "--ServerApp.port_retries=0",
                f"--IdentityProvider.token={TOKEN}",
                f"--ServerApp.root_dir={work}",
            ],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self.listener = threading.Thread(target=self._listen, daemon=True)
        self.listener.start()

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}/{path}token={TOKEN}"

    def _listen(self) -> None:
        for line in self.process.stdout:
            self.log.append(line)
            if "is running at" in line:
                self.running.set()
        self.running.set()  # or never will be

    def wait_until_running(self) -> None:
        self.running.wait(300)
        if self.process.poll() is not None or not self.running.is_set():
            pytest.fail("JupyterLab does not start:\n" + "".join(self.log[-20:]))

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(10)
        self.listener.join(10)
        self.process.stdout.close()


@pytest.fixture(params=["JupyterLab Light", "JupyterLab Dark"])
def lab(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Lab]:
    pytest.importorskip("jupyterlab", reason="pip install jupyterlab")
    server = Lab(tmp_path, request.param)
    server.light = request.param.endswith("Light")
    yield server
    server.stop()


def assert_kernel_says(page, state: str) -> None:
    """Ask the kernel what it has heard of the widget.

    A change that follows another is held back until the kernel has dealt with the first, so a
    question may overtake it.
    """
    said = page.locator(".jp-CodeCell >> nth=1 >> .jp-OutputArea-output pre")
    for number in range(3, 23):
        page.click(".jp-CodeCell >> nth=1 >> .jp-InputArea-editor")
        page.keyboard.press("Shift+Enter")
        page.locator(".jp-CodeCell >> nth=1").get_by_text(f"[{number}]:").wait_for()
        if state in said.inner_text():
            return
    pytest.fail(f"The kernel says {said.inner_text()}, not {state}")


def test_widget_in_lab(browser, lab: Lab, tmp_path: Path):
    lab.wait_until_running()
    page = browser.new_page(viewport={"width": 1400, "height": 1000})
    page.set_default_timeout(300_000)
    elsewhere: list[str] = []
    own = (f"http://127.0.0.1:{lab.port}", f"ws://127.0.0.1:{lab.port}", "data:", "blob:")
    page.on("request", lambda r: None if r.url.startswith(own) else elsewhere.append(r.url))
    try:
        page.goto(lab.url("lab/tree/view.ipynb?reset&"))
        page.wait_for_selector(".jp-Notebook .jp-CodeCell")
        assert page.evaluate(KERNEL_IS_IDLE)
        page.get_by_role("menuitem", name="Run", exact=True).click()
        page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
        page.wait_for_selector(f".dsocr-shape, {TRACEBACK}")
        assert page.locator(TRACEBACK).all_inner_texts() == []
        assert page.evaluate("document.body.dataset.jpThemeLight") == str(lab.light).lower()
        page.wait_for_function(
            "document.querySelector('.dsocr-sheet > img[src^=\"blob:\"]')?.naturalWidth > 0"
        )
        page.click(".dsocr-shape[data-id='p1-b2']")
        page.fill(".dsocr input[type=search]", "words of")
        page.get_by_text("3 matches, 1 on this page").wait_for()
        page.press(".dsocr input[type=search]", "Enter")
        page.press(".dsocr input[type=search]", "Enter")
        page.wait_for_selector(".dsocr-chosen[data-id='p2-b1']")
        page.screenshot(path=tmp_path / "lab.png")
        assert_kernel_says(page, "STATE 2 p2-b1 3")
        back = page.eval_on_selector(".dsocr", "one => getComputedStyle(one).backgroundColor")
        assert (int(back.removeprefix("rgb(").split(",")[0]) > 128) is lab.light
        assert "pwned" not in page.title()
        assert elsewhere == []
    finally:
        page.close()
