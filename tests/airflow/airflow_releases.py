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
    from collections.abc import Iterable

    from airflow.sdk import DAG, Asset

__all__ = ["DagBag", "DagSerialization", "run_dag"]


def run_dag(dag: DAG, conf: dict[str, Any]) -> dict[str, Any]:
    """Run a DAG in this process; what each task returned."""
    if not hasattr(dag, "test"):  # 3.0.0, whose command line does the same
        from airflow.models import dag as scheduler

        dag = scheduler.DAG.from_sdk_dag(dag)  # noqa: AIR311 - it has no other
        _activate(asset for task in dag.tasks for asset in task.outlets)
    run = dag.test(run_conf=conf)
    assert run.state == "success"
    return {
        instance.task_id: instance.xcom_pull(task_ids=instance.task_id)
        for instance in run.get_task_instances()
    }


def _activate(assets: Iterable[Asset]) -> None:
    """Let tasks tell assets of what they did, as the scheduler does once it knows a DAG."""
    from airflow.models.asset import AssetActive, AssetModel
    from airflow.utils.session import create_session

    with create_session() as session:
        for asset in assets:
            named = {"name": asset.name, "uri": asset.uri}
            if session.get(AssetActive, named) is None:
                session.add(AssetModel(**named, group=asset.group))
                session.flush()
                session.add(AssetActive(**named))
