"""A real Airflow with a database of its own, set up before Airflow is first imported."""

from __future__ import annotations

import os
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.airflow.services import ADMIN, PATIENCE, Airflow
from tests.hanging_once_engine import LOG_VARIABLE
from tests.plug_in_packages import install_package

if TYPE_CHECKING:
    from playwright.sync_api import Page
    from s3fs import S3FileSystem

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


@pytest.fixture(scope="package")
def services_place(tmp_path_factory) -> Path:
    """Where the services have their files, and engines of the tests their notes."""
    return tmp_path_factory.mktemp("services")


@pytest.fixture(scope="package")
def metrics() -> Iterator[socket.socket]:
    """Where the services send this package's metrics, one a datagram."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as statsd:
        statsd.bind(("127.0.0.1", 0))
        statsd.settimeout(PATIENCE)
        yield statsd


@pytest.fixture(scope="package")
def airflow(services_place, metrics) -> Iterator[Airflow]:
    """Airflow's services, started once for all tests that need them.

    Connections and DAGs' parameters are given by each test. Tasks find an engine, `hanging-once`,
    beside the embedded one.
    """
    package = install_package(
        services_place, "hanging_once", "", **{"hanging-once": "tests.hanging_once_engine:engine"}
    )
    home = services_place / "home"
    home.mkdir()
    services = Airflow(
        home,
        {
            "AIRFLOW__METRICS__METRICS_ALLOW_LIST": "dsocr",
            "AIRFLOW__METRICS__STATSD_INFLUXDB_ENABLED": "True",
            "AIRFLOW__METRICS__STATSD_ON": "True",
            "AIRFLOW__METRICS__STATSD_PORT": str(metrics.getsockname()[1]),
            LOG_VARIABLE: str(services_place / "log"),
            "DATED_CORPUS": str(services_place / "dated"),
            "WATCHED_CORPUS": str(services_place / "watched"),
            "DSOCR_ENGINE": "embedded",
            "DSOCR_WORKERS": "1",
            # Nothing but the output remembers what was read.
            "DSOCR_CACHE": "",
        },
        packages=package,
    )
    try:
        services.start()
        yield services
    finally:
        services.stop()


@pytest.fixture(scope="package")
def signed_in(airflow, browser) -> Iterator[Page]:
    """A browser with somebody who may do all, signed in by the form."""
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.set_default_timeout(120_000)
    page.goto(f"{airflow.address}/")
    page.locator("input[name=username]").fill(ADMIN)
    page.locator("input[name=password]").fill(ADMIN)
    page.locator("button[type=submit]").click()
    page.wait_for_url(f"{airflow.address}/")
    yield page
    page.close()


@pytest.fixture(scope="package")
def store() -> Iterator[str]:
    """The address of an S3 store."""
    server = pytest.importorskip("moto.server", reason="pip install moto flask flask-cors")
    running = server.ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    running.start()
    yield "http://{}:{}".format(*running.get_host_and_port())
    running.stop()


@pytest.fixture(scope="package")
def files(airflow, store) -> S3FileSystem:
    """The store's files; tasks reach them through the connection `store`."""
    from s3fs import S3FileSystem

    extra = {"endpoint_url": store, "region_name": "us-east-1"}
    airflow.connect("store", "aws", login="key", password="secret", extra=extra)
    return S3FileSystem(key="key", secret="secret", endpoint_url=store)


@pytest.fixture(autouse=True)
def _no_connections(monkeypatch):
    for name in [name for name in os.environ if name.startswith("AIRFLOW_CONN_")]:
        monkeypatch.delenv(name)


def pytest_unconfigure():
    import shutil

    shutil.rmtree(_HOME, ignore_errors=True)
