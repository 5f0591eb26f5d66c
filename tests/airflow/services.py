"""Airflow's own services with a database of their own, spoken to as their users do."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
from tenacity import retry, retry_if_exception_type, stop_after_delay, wait_fixed

ROOT = Path(__file__).parents[2]
DAGS = Path(__file__).parent / "service_dags"
PATIENCE = 300.0
"""Seconds in which the services must be up."""

CONTAINER = "tests.airflow.container_executor.ContainerExecutor"


class Airflow:
    """Scheduler, DAG processor and API server.

    Args:
        folder: For their database and logs.
        environment: More for them and the tasks.
        packages: Folder of packages to be found beside those installed.
    """

    def __init__(self, folder: Path, environment: dict[str, str], packages: str) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self._folder = folder
        self._address = f"http://127.0.0.1:{port}"
        self._environment = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join([str(ROOT), packages]),
            "AIRFLOW_HOME": str(folder),
            "AIRFLOW__API_AUTH__JWT_SECRET": "a secret of this test alone, for all its services "
            * 2,
            "AIRFLOW__API__BASE_URL": self._address,
            "AIRFLOW__API__HOST": "127.0.0.1",
            "AIRFLOW__API__PORT": str(port),
            "AIRFLOW__API__WORKERS": "1",
            "AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION": "False",
            "AIRFLOW__CORE__DAGS_FOLDER": str(DAGS),
            "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"{self._address}/execution/",
            "AIRFLOW__CORE__EXECUTOR": f"LocalExecutor,{CONTAINER}",
            "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
            "AIRFLOW__CORE__PARALLELISM": "2",
            "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_ALL_ADMINS": "True",
            "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{folder / 'airflow.db'}",
            "AIRFLOW__WORKERS__EXECUTION_API_TIMEOUT": "60",
            **environment,
        }
        self._client = httpx.Client(base_url=self._address, timeout=PATIENCE)
        self._services: list[subprocess.Popen[bytes]] = []

    def start(self) -> None:
        """Start the services and wait until they know the DAGs."""
        self._run("db", "migrate").wait(PATIENCE)
        self._services = [
            self._run(service) for service in ("api-server", "scheduler", "dag-processor")
        ]
        self._sign_in()
        for file in DAGS.glob("*.py"):
            self._wait_for_dag(file.stem)

    def stop(self) -> None:
        """End the services and all that they started."""
        for service in self._services:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(service.pid, signal.SIGKILL)
            service.wait()
        self._client.close()

    def run(self, dag: str, **conf: Any) -> str:
        """Run a DAG to its end.

        Returns:
            The id of the run.
        """
        runs = f"/api/v2/dags/{dag}/dagRuns"
        answer = self._client.post(runs, json={"logical_date": None, "conf": conf})
        run = str(answer.raise_for_status().json()["dag_run_id"])
        with self._client.stream("GET", f"{runs}/{run}/wait", params={"interval": 1}) as states:
            # A line now and then, until the run has ended.
            assert list(states.iter_lines())
        return run

    def result(self, dag: str, run: str, task: str) -> tuple[str, int, Any]:
        """State of a task, its last try, and what it left in XCom."""
        place = f"/api/v2/dags/{dag}/dagRuns/{run}/taskInstances/{task}"
        instance = self._client.get(place).raise_for_status().json()
        entry = self._client.get(f"{place}/xcomEntries/return_value", params={"deserialize": True})
        value = entry.json()["value"] if entry.is_success else None
        return instance["state"], instance["try_number"], value

    def log(self, dag: str, run: str) -> str:
        """What the tasks of a run said."""
        folder = self._folder / "logs" / f"dag_id={dag}" / f"run_id={run}"
        return "\n".join(file.read_text() for file in sorted(folder.rglob("*.log")))

    def said(self) -> str:
        """What services and tasks said, in all their logs and outputs."""
        files = [*self._folder.glob("*.out"), *self._folder.glob("logs/**/*.log")]
        return "\n".join(file.read_text(errors="replace") for file in files)

    def _run(self, *arguments: str) -> subprocess.Popen[bytes]:
        with (self._folder / f"{arguments[0]}.out").open("wb") as out:
            return subprocess.Popen(
                [Path(sys.executable).with_name("airflow"), *arguments],
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @retry(
        stop=stop_after_delay(PATIENCE),
        wait=wait_fixed(1),
        retry=retry_if_exception_type(httpx.TransportError),
        reraise=True,
    )
    def _sign_in(self) -> None:
        assert all(service.poll() is None for service in self._services)
        token = self._client.get("/auth/token").raise_for_status().json()["access_token"]
        self._client.headers["Authorization"] = f"Bearer {token}"

    @retry(
        stop=stop_after_delay(PATIENCE),
        wait=wait_fixed(1),
        retry=retry_if_exception_type(httpx.HTTPError),
        reraise=True,
    )
    def _wait_for_dag(self, name: str) -> None:
        self._client.get(f"/api/v2/dags/{name}").raise_for_status()


def connection(kind: str, **fields: Any) -> str:
    """A connection as Airflow takes it from the environment."""
    return json.dumps({"conn_type": kind, **fields})
