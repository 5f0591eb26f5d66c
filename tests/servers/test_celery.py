"""The Celery executor on Redis and PostgreSQL: workers that share a store, and no folder.

`make test-celery` installs what it needs.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest
import s3fs

from dsocr_integrations.index import open_index
from dsocr_integrations.ingestion import ingest
from dsocr_integrations.runner import Runner
from tests.airflow.services import PATIENCE
from tests.object_store import ObjectStore, running_store
from tests.scripted_engine import write_pdf
from tests.servers.celery_cluster import Cluster, running_redis

DOCUMENTS, PAGES, SHARD = 60, 2, 5
RECORDED_BEFORE_THE_KILL = 3
"""Pages that the worker has recorded, or is about to, when it is ended."""

pytestmark = pytest.mark.servers


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("celery")


@pytest.fixture(scope="module")
def store() -> Iterator[ObjectStore]:
    with running_store() as store:
        yield store


@pytest.fixture(scope="module")
def corpus(store, place) -> list[str]:
    """URLs of documents that all say something else."""
    files = s3fs.S3FileSystem(**store.options)
    for bucket in ("corpus", "results"):
        files.mkdir(bucket)
    folder = place / "documents"
    folder.mkdir()
    for number in range(DOCUMENTS):
        texts = [f"Report {number} tells of pump {number * PAGES + at}." for at in range(PAGES)]
        write_pdf(folder / f"report-{number:02}.pdf", texts)
    files.put(f"{folder}/", "corpus/", recursive=True)
    return [f"s3://corpus/report-{number:02}.pdf" for number in range(DOCUMENTS)]


@pytest.fixture(scope="module")
def cluster(place, store, corpus, postgres_url) -> Iterator[Cluster]:
    added = Path(os.environ.get("TEST_SERVERS", ".venv-servers"), "celery").absolute()
    if not (added / "redis").is_dir():
        pytest.skip("Airflow's Celery provider is not installed; run make test-celery.")
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute("CREATE DATABASE airflow")
    socket = parse_qs(urlsplit(postgres_url).query)["host"][0]
    home = place / "services"
    home.mkdir()
    with running_redis(place) as broker:
        cluster = Cluster(
            home,
            f"postgresql+psycopg://postgres@/airflow?host={socket}",
            broker,
            {"DSOCR_ENGINE": "embedded", "DSOCR_CACHE": "", "DSOCR_EMBEDDER": "none"},
            str(added),
        )
        try:
            cluster.start()
            port = urlsplit(store.url).port
            # By the name that it is asked by, the store tells who asks.
            here, there = (aws(f"http://{name}:{port}") for name in ("localhost", "127.0.0.1"))
            cluster.work("first", "default,with_tesseract", AIRFLOW_CONN_STORE=here)
            cluster.work("second", "default", AIRFLOW_CONN_STORE=there)
            cluster.work(
                "third", "without", AIRFLOW_CONN_STORE=there, PATH=str(Path(sys.executable).parent)
            )
            yield cluster
        finally:
            cluster.stop()


def test_a_pool_of_one_slot_keeps_tasks_apart(cluster):
    cluster.client.post("/api/v2/pools", json={"name": "gpu", "slots": 1}).raise_for_status()

    run = cluster.run("one_at_a_time")

    instances = cluster.mapped("one_at_a_time", run, "read")
    assert [one["state"] for one in instances] == ["success"] * 4, cluster.said()[-20_000:]
    times = sorted((one["start_date"], one["end_date"]) for one in instances)
    assert all(ended <= started for (_, ended), (started, _) in pairwise(times))


def test_workers_with_and_without_tesseract_fill_one_index(cluster, postgres_place):
    if shutil.which("tesseract") is None:
        pytest.skip("Tesseract is missing; install it with: apt-get install tesseract-ocr")
    place = postgres_place()

    run = cluster.run("two_workers", index=place)

    for queue, has in (("with_tesseract", True), ("without", False)):
        assert cluster.result("two_workers", run, f"found_{queue}") == ("success", 1, has)
        state, _, manifest = cluster.result("two_workers", run, f"read_{queue}")
        assert state == "success", cluster.said()[-20_000:]
        assert (manifest["documents"], manifest["indexed"]) == (10, 10)
    with open_index(place, embedder="none", create=False) as index:
        assert len(list(index.documents())) == 20


# Last, as it leaves one worker.
def test_a_killed_worker_and_another_scheduler_change_nothing(
    cluster, store, corpus, postgres_place, tmp_path
):
    place = postgres_place()
    recorded: Counter[str] = Counter()
    killed = threading.Event()

    def watch(host: str, request: str) -> None:
        if request.startswith("PUT /results/cache/v1/pages/"):
            recorded[request] += 1
            if host.startswith("localhost") and not killed.is_set():
                by_this_worker.append(request)
                if len(by_this_worker) >= RECORDED_BEFORE_THE_KILL:
                    cluster.kill("first")
                    killed.set()

    by_this_worker: list[str] = []
    store.watch = watch
    shards = [corpus[at : at + SHARD] for at in range(0, DOCUMENTS, SHARD)]
    run = cluster.trigger("shards", shards=shards, index=place)
    assert killed.wait(PATIENCE), cluster.said()[-20_000:]
    cluster.restart_scheduler()
    assert cluster.ended("shards", run)
    store.watch = None

    instances = cluster.mapped("shards", run, "read")
    assert [one["state"] for one in instances] == ["success"] * len(shards), cluster.said()
    assert max(one["try_number"] for one in instances) > 1
    assert len(recorded) == DOCUMENTS * PAGES
    assert set(recorded.values()) == {1}
    assert chunks(place) == chunks(read_alone(tmp_path, store))


def read_alone(folder: Path, store: ObjectStore) -> Path:
    """The index that one run in one process makes of the corpus."""
    with (
        Runner("embedded", cache=False) as runner,
        open_index(folder / "index", embedder="none") as index,
    ):
        ingest(
            "s3://corpus",
            folder / "output",
            runner=runner,
            index=index,
            storage_options=store.options,
        )
    return folder / "index"


def chunks(place: str | Path) -> list[str]:
    with open_index(place, embedder="none", create=False) as index:
        return sorted(chunk.model_dump_json() for chunk in index.chunks())


def aws(endpoint: str) -> str:
    """A connection to the store, as Airflow takes it from the environment."""
    extra = {"endpoint_url": endpoint, "region_name": "us-east-1"}
    return json.dumps({"conn_type": "aws", "login": "key", "password": "secret", "extra": extra})
