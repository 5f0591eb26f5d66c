"""Corpora whose index is in PostgreSQL: under Airflow's own schedule and backfills, and as shipped."""

from __future__ import annotations

import pytest

from dsocr_integrations.index import open_index
from tests.small_documents import make_pdf

pytestmark = [pytest.mark.system, pytest.mark.slow]

SHIPPED = "incremental_corpus"
DAG, DATE, PASSWORD = "dated_corpus", "2026-11-01T00:00:00Z", "zyzzyva-of-the-index"


@pytest.fixture(scope="module")
def database(airflow, postgres_url) -> str:
    """Where indexes are; DAGs know by a connection."""
    from psycopg.conninfo import conninfo_to_dict

    told = conninfo_to_dict(postgres_url)
    airflow.connect(
        "index_database",
        "postgres",
        host=told["host"],
        schema=told["dbname"],
        login=told["user"],
        password=PASSWORD,
    )
    return f"{postgres_url}{'&' if '?' in postgres_url else '?'}"


def test_a_date_reads_what_it_listed_into_postgresql(airflow, services_place, database):
    place = services_place / "dated"
    documents = place / "documents"
    documents.mkdir(parents=True)

    def counted(run: str, task: str, *names: str) -> tuple[int, ...]:
        assert airflow.ended(DAG, run)
        state, _, counts = airflow.result(DAG, run, task)
        assert state == "success", airflow.log(DAG, run)
        return tuple(counts[name] for name in names)

    def sources() -> list[str]:
        with open_index(f"{database}schema=dated", embedder="none", create=False) as index:
            return [one.source for one in index.documents() if one.chunks]

    make_pdf(documents / "one.pdf", 1)
    airflow.unpause(DAG)
    scheduled = airflow.runs(DAG, run_type="scheduled")[0]

    assert counted(scheduled, "index", "indexed", "documents") == (1, 1)
    assert sources() == ["one.pdf"]

    make_pdf(documents / "two.pdf", 1)
    run = airflow.backfill(DAG, DATE)

    assert counted(run, "index", "indexed", "documents") == (1, 2)
    assert counted(run, "list_new", "new", "unchanged") == (1, 1)
    assert (place / "state" / "runs" / "20261101T000000").is_dir()

    make_pdf(documents / "three.pdf", 1)
    (documents / "one.pdf").unlink()
    airflow.clear(DAG, run)

    assert counted(run, "list_new", "new", "gone") == (1, 0)
    assert counted(run, "index", "indexed", "documents") == (1, 2)
    assert sources() == ["one.pdf", "two.pdf"]
    assert PASSWORD not in airflow.said()


def test_the_shipped_dag_keeps_and_asks_an_index_by_its_connection(airflow, database, tmp_path):
    documents = tmp_path / "documents"
    documents.mkdir()
    make_pdf(documents / "pumps.pdf", 1)

    run = airflow.run(
        SHIPPED,
        documents=str(documents),
        output=str(tmp_path / "output"),
        state=str(tmp_path / "state"),
        index="postgresql://?schema=shipped",
        index_connection="index_database",
        question="page 1",
    )

    (answer,) = airflow.result(SHIPPED, run, "ask")[2]
    assert (answer["source"], answer["page"]) == ("pumps.pdf", 1), airflow.log(SHIPPED, run)
    with open_index(f"{database}schema=shipped", embedder="none", create=False) as index:
        assert [one.source for one in index.documents()] == ["pumps.pdf"]
    assert PASSWORD not in airflow.said()
