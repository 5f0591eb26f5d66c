"""What docs/airflow.md says to do first, done: its commands and its DAG as they stand there."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from tenacity import retry, stop_after_delay, wait_fixed

from tests.airflow.services import PATIENCE, ROOT
from tests.guide_examples import DOCS, example

TITLE = "Five minutes to a searched index"
DAG, DAG_FILE = "read_reports", "airflow/dags/read_reports.py"

pytestmark = [pytest.mark.system, pytest.mark.slow]


def test_a_machine_with_the_package_gets_a_searched_index(tmp_path):
    text = DOCS.joinpath("airflow.md").read_text("utf-8")
    section = re.search(rf"^## {TITLE}\n(.*?)^## ", text, re.DOTALL | re.MULTILINE)[1]
    assert DAG_FILE in section
    commands = re.findall(r"^\$ (.*)$", section, re.MULTILINE)
    install, export, folders, standalone, unpause, trigger, search = commands
    assert install.startswith("pip install")

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    home = Home(tmp_path, export, port)
    home.run(folders)
    shutil.copy(ROOT / "tests" / "data" / "report.pdf", tmp_path / "reports")
    (tmp_path / DAG_FILE).write_text(example(TITLE, "airflow.md"))
    with home.running(standalone):
        home.sign_in()
        home.wait_for_dag()
        home.run(unpause)
        home.run(trigger)
        home.wait_for_success()
    assert "report.pdf" in home.run(search)


class Home:
    """A user's home folder, and the shell that commands are typed into there."""

    def __init__(self, folder: Path, export: str, port: int) -> None:
        self._folder = folder
        self._export = export
        self._client = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=PATIENCE)
        clean = {k: v for k, v in os.environ.items() if not k.startswith(("AIRFLOW", "DSOCR"))}
        self._environment = {
            **clean,
            "HOME": str(folder),
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT),
            # Beside other tests, and on a busy machine.
            "AIRFLOW__API__BASE_URL": f"http://127.0.0.1:{port}",
            "AIRFLOW__API__HOST": "127.0.0.1",
            "AIRFLOW__API__PORT": str(port),
            "AIRFLOW__API__WORKERS": "1",
            "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"http://127.0.0.1:{port}/execution/",
            "AIRFLOW__CORE__PARALLELISM": "2",
            "AIRFLOW__WORKERS__EXECUTION_API_TIMEOUT": "60",
        }

    def run(self, command: str) -> str:
        """Type a command; gives what it prints."""
        done = subprocess.run(
            ["bash", "-ec", f"{self._export}\n{command}"],
            cwd=self._folder,
            env=self._environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    @contextmanager
    def running(self, command: str) -> Iterator[None]:
        """Leave a command running."""
        with (self._folder / "standalone.out").open("wb") as out:
            first = subprocess.Popen(
                ["bash", "-ec", f"{self._export}\nexec {command}"],
                cwd=self._folder,
                env=self._environment,
                stdout=out,
                stderr=subprocess.STDOUT,
            )
        try:
            yield
        finally:
            import psutil

            services = psutil.Process(first.pid)
            for service in (services, *services.children(recursive=True)):
                with contextlib.suppress(psutil.NoSuchProcess):
                    service.kill()
            first.wait()

    @retry(stop=stop_after_delay(PATIENCE), wait=wait_fixed(1), reraise=True)
    def sign_in(self) -> None:
        """As `admin`, with the password that Airflow made."""
        made = self._folder / "airflow" / "simple_auth_manager_passwords.json.generated"
        user = {"username": "admin", "password": json.loads(made.read_text())["admin"]}
        answer = self._client.post("/auth/token", json=user).raise_for_status()
        self._client.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"

    @retry(stop=stop_after_delay(PATIENCE), wait=wait_fixed(1), reraise=True)
    def wait_for_dag(self) -> None:
        """Until the DAG's file was found."""
        self._client.get(f"/api/v2/dags/{DAG}").raise_for_status()

    @retry(stop=stop_after_delay(PATIENCE), wait=wait_fixed(1), reraise=True)
    def wait_for_success(self) -> None:
        """Until its run has ended well."""
        answer = self._client.get(f"/api/v2/dags/{DAG}/dagRuns").raise_for_status()
        (run,) = answer.json()["dag_runs"]
        assert run["state"] == "success", self._folder.joinpath("standalone.out").read_text()
