"""A real Airflow with a database of its own, set up before Airflow is first imported."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest

DAGS = Path(__file__).parents[2] / "dags"
_HOME = Path(tempfile.mkdtemp(prefix="dsocr-airflow-"))
os.environ.update(
    {
        "AIRFLOW_HOME": str(_HOME),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__DAGS_FOLDER": str(DAGS),
        "AIRFLOW__CORE__DAGBAG_IMPORT_TIMEOUT": "600",
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{_HOME / 'airflow.db'}",
    }
)


@pytest.fixture(scope="session")
def airflow_database():
    """The database, created once: only tests that run a DAG pay for it."""
    from airflow.utils.db import initdb

    initdb()


@pytest.fixture(autouse=True)
def _no_connections(monkeypatch):
    for name in [name for name in os.environ if name.startswith("AIRFLOW_CONN_")]:
        monkeypatch.delenv(name)


def pytest_unconfigure():
    import shutil

    shutil.rmtree(_HOME, ignore_errors=True)
