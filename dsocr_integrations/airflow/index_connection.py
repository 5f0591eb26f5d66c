"""An index in PostgreSQL by the connection to its database, so that no DAG holds its password."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from dsocr_integrations.airflow.compat import BaseHook, mask_secret
from dsocr_integrations.errors import ConfigurationError, extra_needed
from dsocr_integrations.index.postgres import is_address

_TYPES = frozenset({"postgres", "postgresql"})


def index_address(index_conn_id: str, index: str | None = None) -> str:
    """Where the index in a connection's database is, as `open_index` takes it; holds the password.

    Args:
        index_conn_id: A connection of type `postgres`. Of its extra counts what libpq knows, such
            as `sslmode`.
        index: `postgresql://?schema=NAME` for an index in another schema than `dsocr`.

    Raises:
        AirflowNotFoundException: If there is no such connection.
        ConfigurationError: If it is of another type, or `index` names a place too.
        MissingDependencyError: If psycopg is not installed.
    """
    asked = urlsplit(index or "postgresql://")
    if not is_address(index or "postgresql://") or asked.netloc or asked.path.strip("/"):
        raise ConfigurationError(
            f"Both `index` and `index_conn_id` ({index_conn_id}) say where the index is.",
            remedy="Leave one out; beside a connection, `index` may be postgresql://?schema=NAME.",
        )
    connection: Any = BaseHook.get_connection(index_conn_id)
    if connection.conn_type not in _TYPES:
        raise ConfigurationError(
            f"The connection {index_conn_id} is of type {connection.conn_type}: no index is kept"
            " there.",
            remedy="Name one of type postgres, or a folder on a local disk as `index`.",
        )
    if connection.password:
        mask_secret(connection.password)
    user = ":".join(
        quote(part, safe="") for part in (connection.login, connection.password) if part
    )
    hosts = ",".join(_host(one, connection.port) for one in (connection.host or "").split(","))
    database = quote(connection.schema or "", safe="")
    extra = {
        name: str(value) for name, value in connection.extra_dejson.items() if name in _known()
    }
    query = "&".join(filter(None, (urlencode(extra, quote_via=quote), asked.query)))
    at = "@" if user else ""
    return f"postgresql://{user}{at}{hosts}/{database}{'?' if query else ''}{query}"


def _host(host: str, port: int | None) -> str:
    """One of the hosts as a URL has it, with the connection's port where it has none itself."""
    if host.count(":") > 1 and "[" not in host:
        host = f"[{host}]"
    has_port = ":" in host.rpartition("]")[2]
    # A socket's folder is a path.
    return f"{quote(host, safe=':[]')}{f':{port}' if port and not has_port else ''}"


def _known() -> frozenset[str]:
    """What libpq takes beside user, password and place."""
    with extra_needed("postgres", "psycopg", "psycopg"):
        from psycopg.pq import Conninfo
    return frozenset(option.keyword.decode() for option in Conninfo.get_defaults())
