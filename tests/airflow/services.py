"""Airflow's own services with a database of their own, spoken to as their users do."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx
import psutil
from tenacity import (
    retry,
    retry_if_exception_type,
    retry_if_result,
    stop_after_delay,
    wait_fixed,
)

ROOT = Path(__file__).parents[2]
BUNDLES = {"shipped": ROOT / "dags", "tests": Path(__file__).parent / "service_dags"}
"""Folders of DAGs."""

PATIENCE = 600.0
"""Seconds in which the services must be up, and a run must end."""

CONTAINER = "tests.airflow.container_executor.ContainerExecutor"
ACCESS = "tests.airflow.guarded_access.GuardedAccess"
ADMIN, OUTSIDER = "admin", "outsider"
"""Users, each with a password that is the name: one may do all, one may read no DAG."""

CONNECTION_FIELDS = ("host", "port", "schema", "login", "password")


class Airflow:
    """Scheduler, DAG processor, triggerer and API server.

    Args:
        folder: For their database and logs.
        environment: More for them and the tasks.
        packages: Folder of packages to be found beside those installed.
        bundles: Folders of DAGs by the names of their bundles.
    """

    def __init__(
        self,
        folder: Path,
        environment: dict[str, str],
        packages: str,
        bundles: Mapping[str, Path] = BUNDLES,
    ) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.address = f"http://127.0.0.1:{port}"
        self._folder = folder
        passwords = folder / "passwords.json"
        passwords.write_text(json.dumps({name: name for name in (ADMIN, OUTSIDER)}))
        self._bundles = bundles
        listed = [
            {
                "name": name,
                "classpath": "airflow.dag_processing.bundles.local.LocalDagBundle",
                "kwargs": {"path": str(path)},
            }
            for name, path in bundles.items()
        ]
        self._environment = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join([str(ROOT), packages]),
            "AIRFLOW_HOME": str(folder),
            "AIRFLOW__API_AUTH__JWT_SECRET": "a secret of this test alone, for all its services "
            * 2,
            "AIRFLOW__API__BASE_URL": self.address,
            "AIRFLOW__API__HOST": "127.0.0.1",
            "AIRFLOW__API__PORT": str(port),
            "AIRFLOW__API__WORKERS": "1",
            "AIRFLOW__CORE__AUTH_MANAGER": ACCESS,
            "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"{self.address}/execution/",
            "AIRFLOW__CORE__EXECUTOR": f"LocalExecutor,{CONTAINER}",
            "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
            "AIRFLOW__CORE__PARALLELISM": "2",
            "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(passwords),
            "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": f"{ADMIN}:admin,{OUTSIDER}:viewer",
            "AIRFLOW__CORE__TEST_CONNECTION": "Enabled",
            "AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_CONFIG_LIST": json.dumps(listed),
            "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{folder / 'airflow.db'}",
            "AIRFLOW__WORKERS__EXECUTION_API_TIMEOUT": "60",
            **environment,
        }
        # What a DAG must do without: the folder that the services were started in.
        self.working_folder = folder / "started-here"
        self.working_folder.mkdir()
        self.client = httpx.Client(base_url=self.address, timeout=PATIENCE)
        self._services: list[subprocess.Popen[bytes]] = []

    def start(self) -> None:
        """Start the services and wait until they know the DAGs."""
        self._run("db", "migrate").wait(PATIENCE)
        self._services = [
            self._run(*service)
            for service in (
                ["api-server"],
                ["scheduler", "--skip-serve-logs"],
                ["dag-processor"],
                ["triggerer", "--skip-serve-logs"],
            )
        ]
        self.client.headers["Authorization"] = f"Bearer {self.token(ADMIN)}"
        for folder in self._bundles.values():
            for file in folder.glob("*.py"):
                self._wait_for_dag(file.stem)

    def stop(self) -> None:
        """End the services and all that they started."""
        for service in self._services:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(service.pid, signal.SIGKILL)
            service.wait()
        self.client.close()

    def connect(self, name: str, kind: str, *, extra: Any = None, **fields: Any) -> None:
        """Save a connection as the form does.

        Args:
            name: Its id.
            kind: Its type.
            extra: Its extra fields.
            fields: Its host, port, schema, login and password.
        """
        filled = {field: fields.get(field) for field in CONNECTION_FIELDS}
        said = {"connection_id": name, "conn_type": kind, "extra": json.dumps(extra or {})}
        self.client.post("/api/v2/connections", json=said | filled).raise_for_status()

    def run(self, dag: str, **conf: Any) -> str:
        """Run a DAG to its end.

        Returns:
            The id of the run.
        """
        run = self.trigger(dag, **conf)
        assert self.ended(dag, run)
        return run

    def trigger(self, dag: str, **conf: Any) -> str:
        """Start a run of a DAG; returns its id."""
        self.unpause(dag)
        answer = self.client.post(
            f"/api/v2/dags/{dag}/dagRuns", json={"logical_date": None, "conf": conf}
        )
        return str(answer.raise_for_status().json()["dag_run_id"])

    def backfill(self, dag: str, date: str) -> str:
        """Run a DAG for a date that is past; returns the id of the run, to be waited for.

        Args:
            dag: The DAG, which must not be paused.
            date: The only date, in ISO 8601.
        """
        asked = {"dag_id": dag, "from_date": date, "to_date": date}
        self.client.post("/api/v2/backfills", json=asked).raise_for_status()
        (run,) = self.runs(dag, run_type="backfill")
        return run

    def clear(self, dag: str, run: str) -> None:
        """Have a run that has ended done again."""
        place = f"/api/v2/dags/{dag}/dagRuns/{run}/clear"
        self.client.post(place, json={"dry_run": False}).raise_for_status()

    @retry(
        stop=stop_after_delay(PATIENCE),
        wait=wait_fixed(0.5),
        retry=retry_if_result(lambda x: not x),
    )
    def runs(self, dag: str, *, run_type: str) -> list[str]:
        """The ids of a DAG's runs of a kind, once there are any."""
        answer = self.client.get(f"/api/v2/dags/{dag}/dagRuns", params={"run_type": run_type})
        return [one["dag_run_id"] for one in answer.raise_for_status().json()["dag_runs"]]

    def unpause(self, dag: str) -> None:
        """Let a DAG run."""
        self.client.patch(f"/api/v2/dags/{dag}", json={"is_paused": False}).raise_for_status()

    def instance(self, dag: str, run: str, task: str) -> dict[str, Any]:
        """What is known of a task of a run."""
        place = f"/api/v2/dags/{dag}/dagRuns/{run}/taskInstances/{task}"
        instance: dict[str, Any] = self.client.get(place).raise_for_status().json()
        return instance

    def mark(self, dag: str, run: str, task: str, state: str) -> None:
        """Give a task of a run another state, as the UI does."""
        place = f"/api/v2/dags/{dag}/dagRuns/{run}/taskInstances/{task}"
        self.client.patch(place, json={"new_state": state}).raise_for_status()

    def result(self, dag: str, run: str, task: str) -> tuple[str, int, Any]:
        """State of a task, its last try, and what it left in XCom."""
        instance = self.instance(dag, run, task)
        value = self.xcom(dag, run, task, "return_value")
        return instance["state"], instance["try_number"], value

    def xcom(self, dag: str, run: str, task: str, key: str) -> Any:
        """What a task left in XCom; nothing where it left nothing."""
        task, _, at = task.partition("/")
        place = f"/api/v2/dags/{dag}/dagRuns/{run}/taskInstances/{task}/xcomEntries/{key}"
        entry = self.client.get(place, params={"map_index": at or -1})
        if not entry.is_success:
            return None
        value = entry.json()["value"]
        with contextlib.suppress(TypeError, ValueError):  # some releases give it as it is
            return json.loads(value)
        return value

    def link(self, dag: str, run: str, task: str) -> str:
        """Where the extra link of a task leads."""
        task, _, at = task.partition("/")
        place = f"/api/v2/dags/{dag}/dagRuns/{run}/taskInstances/{task}/links"
        answer = self.client.get(place, params={"map_index": at or -1}).raise_for_status()
        link = answer.json()["extra_links"]["OCR preview"]
        return link or ""

    def log(self, dag: str, run: str) -> str:
        """What the tasks of a run said."""
        folder = self._folder / "logs" / f"dag_id={dag}" / f"run_id={run}"
        return "\n".join(file.read_text() for file in sorted(folder.rglob("*.log")))

    def said(self) -> str:
        """What services and tasks said, in all their logs and outputs."""
        files = [*self._folder.glob("*.out"), *self._folder.glob("logs/**/*.log")]
        return "\n".join(file.read_text(errors="replace") for file in files)

    @retry(
        stop=stop_after_delay(PATIENCE),
        wait=wait_fixed(1),
        retry=retry_if_exception_type(httpx.TransportError),
        reraise=True,
    )
    def token(self, user: str) -> str:
        """Sign a user in."""
        assert all(service.poll() is None for service in self._services)
        answer = self.client.post("/auth/token", json={"username": user, "password": user})
        return str(answer.raise_for_status().json()["access_token"])

    def worker_processes(self) -> list[psutil.Process]:
        """Processes of tasks that read pages."""
        return [one for one in psutil.process_iter() if self._reads_pages(one)]

    def _reads_pages(self, process: psutil.Process) -> bool:
        try:
            is_ours = process.environ().get("AIRFLOW_HOME") == str(self._folder)
            return is_ours and any("worker_process import serve" in a for a in process.cmdline())
        except psutil.Error:
            return False

    def _run(self, *arguments: str, **environment: str) -> subprocess.Popen[bytes]:
        with (self._folder / f"{'-'.join(arguments[:2])}.out").open("ab") as out:
            return subprocess.Popen(
                [Path(sys.executable).with_name("airflow"), *arguments],
                cwd=self.working_folder,
                env={**self._environment, **environment},
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @retry(
        stop=stop_after_delay(PATIENCE),
        wait=wait_fixed(0.5),
        retry=retry_if_result(lambda x: not x),
    )
    def ended(self, dag: str, run: str) -> bool:
        """Wait for the end of a run."""
        answer = self.client.get(f"/api/v2/dags/{dag}/dagRuns/{run}")
        # The oldest release tells of a run before it has kept it.
        return answer.is_success and answer.json()["state"] not in {"queued", "running"}

    @retry(
        stop=stop_after_delay(PATIENCE),
        wait=wait_fixed(1),
        retry=retry_if_exception_type(httpx.HTTPError),
        reraise=True,
    )
    def _wait_for_dag(self, name: str) -> None:
        self.client.get(f"/api/v2/dags/{name}").raise_for_status()
