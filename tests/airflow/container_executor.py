"""An executor that starts tasks as those of Kubernetes and other containers do."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

from airflow.executors.base_executor import BaseExecutor


class ContainerExecutor(BaseExecutor):
    """Runs `python -m airflow.sdk.execution_time.execute_workload`, without a container."""

    def start(self) -> None:
        self._started: dict[Any, subprocess.Popen[bytes]] = {}

    def queue_workload(self, workload, session) -> None:
        # As newer releases do by themselves.
        self.queued_tasks[workload.ti.key] = workload

    def _process_workloads(self, workload_items) -> None:
        for workload in workload_items:
            key = workload.ti.key
            del self.queued_tasks[key]
            self.running.add(key)
            module = "airflow.sdk.execution_time.execute_workload"
            said = workload.model_dump_json()
            command = [sys.executable, "-m", module, "--json-string", said]
            self._started[key] = subprocess.Popen(command)

    def sync(self) -> None:
        ended = {key: one for key, one in self._started.items() if one.poll() is not None}
        for key, process in ended.items():
            del self._started[key]
            (self.fail if process.returncode else self.success)(key)

    def end(self) -> None:
        for process in self._started.values():
            process.wait()

    def terminate(self) -> None:
        for process in self._started.values():
            process.kill()
