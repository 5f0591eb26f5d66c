"""Airflow with the Celery executor: services in one place, workers in places of their own."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.airflow.services import Airflow

DAGS = {"celery": Path(__file__).parent / "celery_dags"}


class Cluster(Airflow):
    """Scheduler, DAG processor and API server, and workers that share no folder with anybody.

    Args:
        folder: For what the services and each worker keep.
        database: URL of a PostgreSQL database for SQLAlchemy.
        broker: URL of Redis.
        environment: More for services and tasks.
        packages: Folder of packages to be found beside those installed.
    """

    def __init__(
        self, folder: Path, database: str, broker: str, environment: dict[str, str], packages: str
    ) -> None:
        super().__init__(
            folder,
            {
                "AIRFLOW__CELERY__BROKER_URL": broker,
                "AIRFLOW__CELERY__RESULT_BACKEND": f"db+{database}",
                "AIRFLOW__CORE__EXECUTOR": "CeleryExecutor",
                "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": database,
                "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN_ASYNC": database,
                # A scheduler takes over from one that is gone, and misses a worker that is gone.
                "AIRFLOW__SCHEDULER__ORPHANED_TASKS_CHECK_INTERVAL": "10",
                "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT": "40",
                "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT_DETECTION_INTERVAL": "5",
                **environment,
            },
            packages,
            DAGS,
        )
        self._workers: dict[str, subprocess.Popen[bytes]] = {}

    def work(self, name: str, queues: str, **environment: str) -> None:
        """Start a worker that runs one task at a time."""
        home = self._folder / name
        home.mkdir()
        told = {"AIRFLOW_HOME": str(home), "HOME": str(home), "TMPDIR": str(home), **environment}
        options = ("-c", "1", "-q", queues, "-H", f"{name}@%h", "--skip-serve-logs")
        self._workers[name] = self._run("celery", "worker", *options, **told)
        self._services.append(self._workers[name])

    def kill(self, name: str) -> None:
        """End a worker and all that runs on it at once, as the loss of its machine does."""
        worker = psutil.Process(self._workers[name].pid)
        for process in (worker, *worker.children(recursive=True)):
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()

    def restart_scheduler(self) -> None:
        """End the scheduler and start another one."""
        scheduler = self._services[1]
        os.killpg(scheduler.pid, signal.SIGKILL)
        scheduler.wait()
        self._services[1] = self._run("scheduler", "--skip-serve-logs")

    def mapped(self, dag: str, run: str, task: str) -> list[dict[str, Any]]:
        """What is known of each instance of a mapped task."""
        place = f"/api/v2/dags/{dag}/dagRuns/{run}/taskInstances/{task}/listMapped"
        instances = self.client.get(place).raise_for_status().json()["task_instances"]
        return list(instances)


@contextmanager
def running_redis(folder: Path) -> Iterator[str]:
    """Start Redis with nothing on disk; gives its URL."""
    program = shutil.which("redis-server")
    if program is None:
        pytest.skip("Redis is missing; install it with: apt-get install redis-server")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    options = ("--port", port, "--bind", "127.0.0.1", "--save", "", "--dir", str(folder))
    with subprocess.Popen([program, *options], stdout=subprocess.DEVNULL) as redis:
        try:
            yield f"redis://127.0.0.1:{port}/0"
        finally:
            redis.terminate()
