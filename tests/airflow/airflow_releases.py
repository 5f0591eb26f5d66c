"""What differs for tests between the releases of Airflow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

try:
    from airflow.dag_processing.dagbag import DagBag
except ImportError:  # the older ones
    from airflow.models.dagbag import DagBag
try:
    from airflow.serialization.serialized_objects import DagSerialization
except ImportError:
    from airflow.serialization.serialized_objects import SerializedDAG as DagSerialization

if TYPE_CHECKING:
    from airflow.sdk import DAG

__all__ = ["DagBag", "DagSerialization", "run_dag"]


def run_dag(dag: DAG, conf: dict[str, Any]) -> dict[str, Any]:
    """Run a DAG in this process; what each task returned."""
    if not hasattr(dag, "test"):  # 3.0.0, whose command line does the same
        from airflow.models import dag as scheduler

        dag = scheduler.DAG.from_sdk_dag(dag)  # noqa: AIR311 - it has no other
    run = dag.test(run_conf=conf)
    assert run.state == "success"
    return {
        instance.task_id: instance.xcom_pull(task_ids=instance.task_id)
        for instance in run.get_task_instances()
    }
