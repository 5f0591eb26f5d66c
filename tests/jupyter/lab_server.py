"""A JupyterLab server of the tests' own, with nothing of the user's settings."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
from http.client import HTTPConnection
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
TOKEN = "a-token-of-this-test"


class Lab:
    """Serves JupyterLab and Notebook from one folder."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.work = folder / "work"
        self.work.mkdir()
        self._settings = folder / "settings" / "@jupyterlab" / "apputils-extension"
        self._settings.mkdir(parents=True)
        (self._settings / "notification.jupyterlab-settings").write_text(
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
        self.environment = os.environ | {name: str(folder / at) for name, at in places.items()}
        self.environment["PYTHONPATH"] = str(ROOT)
        self.log: list[str] = []
        self.running = threading.Event()
        self.process = subprocess.Popen(
            [
                *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"),
                "--ServerApp.ip=127.0.0.1",
                f"--ServerApp.port={self.port}",
                "--ServerApp.port_retries=0",
                f"--IdentityProvider.token={TOKEN}",
                f"--ServerApp.root_dir={self.work}",
            ],
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self.listener = threading.Thread(target=self._listen, daemon=True)
        self.listener.start()

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}/{path}{'&' if '?' in path else '?'}token={TOKEN}"

    def set_theme(self, name: str) -> None:
        """Choose the theme of pages that are opened from now on."""
        (self._settings / "themes.jupyterlab-settings").write_text(json.dumps({"theme": name}))

    def end_kernels(self) -> None:
        """End every kernel, as closing the computer does."""
        for session in self._ask("GET", "api/sessions"):
            self._ask("DELETE", f"api/sessions/{session['id']}")

    def interrupt_kernels(self) -> None:
        """Interrupt every kernel, as the stop button of the tool bar does."""
        for session in self._ask("GET", "api/sessions"):
            self._ask("POST", f"api/kernels/{session['kernel']['id']}/interrupt")

    def _ask(self, method: str, path: str) -> list[dict]:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request(method, f"/{path}", headers={"Authorization": f"token {TOKEN}"})
        answer = connection.getresponse().read()
        connection.close()
        return json.loads(answer or b"[]")

    def write_notebook(self, name: str, *sources: str) -> Path:
        """Put a notebook of code cells into the folder."""
        cells = [
            {
                "cell_type": "code",
                "execution_count": None,
                "id": f"cell-{place}",
                "metadata": {},
                "outputs": [],
                "source": source,
            }
            for place, source in enumerate(sources)
        ]
        spec = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
        notebook = {"cells": cells, "metadata": spec, "nbformat": 4, "nbformat_minor": 5}
        path = self.work / name
        path.write_text(json.dumps(notebook))
        return path

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

    def _listen(self) -> None:
        for line in self.process.stdout:
            self.log.append(line)
            if "is running at" in line:
                self.running.set()
        self.running.set()  # or never will be
