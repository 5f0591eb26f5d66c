"""Where an index is by a connection to its database."""

from __future__ import annotations

import json

import pytest

from dsocr_integrations.airflow import index_address
from dsocr_integrations.errors import ConfigurationError
from dsocr_integrations.index import open_index
from dsocr_integrations.index.postgres import shown

pytest.importorskip("psycopg", reason="pip install psycopg")


@pytest.fixture
def connect(monkeypatch):
    def connect(**fields):
        data = json.dumps({"conn_type": "postgres", **fields})
        monkeypatch.setenv("AIRFLOW_CONN_INDEX_DATABASE", data)

    return connect


@pytest.mark.parametrize(
    ("fields", "address"),
    [
        ({}, "postgresql:///"),
        ({"host": "db", "schema": "papers"}, "postgresql://db/papers"),
        (
            {"host": "db", "port": 5433, "login": "o@cr", "password": "a/b:c", "schema": "p"},
            "postgresql://o%40cr:a%2Fb%3Ac@db:5433/p",
        ),
        ({"host": "::1", "port": 1}, "postgresql://[::1]:1/"),
        ({"host": "a:1,b", "port": 2}, "postgresql://a:1,b:2/"),
        ({"host": "/var/run", "schema": "p"}, "postgresql://%2Fvar%2Frun/p"),
        (
            {"host": "db", "extra": {"sslmode": "require", "cursor": "dictcursor"}},
            "postgresql://db/?sslmode=require",
        ),
    ],
)
def test_a_connection_becomes_an_address(connect, fields, address):
    connect(**fields)

    assert index_address("index_database") == address
    assert "a%2Fb" not in shown(address)


def test_the_schema_may_stand_beside_it(connect):
    connect(host="db", extra={"sslmode": "require"})

    address = index_address("index_database", "postgresql://?schema=papers")

    assert address == "postgresql://db/?sslmode=require&schema=papers"
    assert shown(address) == "postgresql://db/?schema=papers"


@pytest.mark.parametrize("index", ["/srv/index", "postgresql://db/papers", "postgresql:///papers"])
def test_two_places_are_refused(connect, index):
    connect(host="db")

    with pytest.raises(ConfigurationError, match="Both `index` and `index_conn_id`"):
        index_address("index_database", index)


def test_another_kind_of_database_is_refused(connect):
    connect(conn_type="mysql", host="db")

    with pytest.raises(ConfigurationError, match="is of type mysql: no index is kept there"):
        index_address("index_database")


def test_an_address_of_a_socket_opens_an_index(connect, postgres_url):
    from psycopg.conninfo import conninfo_to_dict

    told = conninfo_to_dict(postgres_url)
    connect(host=told["host"], login=told["user"], schema=told["dbname"])

    with open_index(index_address("index_database", "postgresql://?schema=by_connection")) as index:
        assert index.stats().documents == 0
