"""A connection to the database that is made anew when it broke, and errors that tell the remedy."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from dsocr_integrations.errors import (
    ConfigurationError,
    DsocrError,
    IndexMismatchError,
    IndexUnavailableError,
)
from dsocr_integrations.index.postgres.address import Address

if TYPE_CHECKING:
    import psycopg

Rows = Any
"""Rows come back as tuples of whatever the columns hold."""

IDLE_LIMIT = "10min"
"""A transaction left open this long, by a host that died, is ended by the server."""

_NOT_PASSING = ("authentication", "does not exist", "pg_hba", "permission denied", "no password")
"""Words of refusals that another try would meet again."""


class Link:
    """One connection to an index's database; used by one thread at a time.

    Args:
        address: Where it leads.

    Raises:
        ConfigurationError: If the server refuses the user, the password or the database.
        IndexUnavailableError: If the server cannot be reached.
    """

    def __init__(self, address: Address) -> None:
        self.address = address
        self._connection: psycopg.Connection[Any] | None = None
        self._closed = False
        self.open()

    def open(self) -> psycopg.Connection[Any]:
        """The connection; another one if it broke since it was last used."""
        if self._closed:
            raise ConfigurationError(f"The index at {self.address} was closed.")
        if self._connection is None or self._connection.closed:
            self._connection = _connect(self.address)
        return self._connection

    def renew(self) -> None:
        """Use another connection from now on."""
        if self._connection is not None:
            self._connection.close()
        self.open()

    def close(self) -> None:
        """Close it for good; a second call does nothing."""
        self._closed = True
        if self._connection is not None:
            self._connection.close()

    def run(self, statement: str, values: Any = None) -> psycopg.Cursor[Rows]:
        """Execute one statement."""
        with told(self.address):
            return self.open().execute(statement.encode(), values)

    def many(self, statement: str, values: list[tuple[object, ...]]) -> list[Rows]:
        """Execute a statement for each tuple in one go; the first row that each returns."""
        if not values:
            return []
        with told(self.address), self.open().cursor() as cursor:
            returning = "RETURNING" in statement
            cursor.executemany(statement.encode(), values, returning=returning)
            rows: list[Rows] = []
            while returning:
                rows.append(cursor.fetchone())
                returning = bool(cursor.nextset())
            return rows

    def value(self, statement: str, values: Any = None) -> Any:
        """The first column of the first row; `None` if there is none."""
        row = self.run(statement, values).fetchone()
        return None if row is None else row[0]

    @contextmanager
    def reading(self) -> Iterator[None]:
        """One state of the index for all that is read inside.

        The lock comes before the state is fixed: `reindex` empties that table, and whoever
        began before it would else find no vectors at all.
        """
        with told(self.address), self.open().transaction():
            self.run(
                "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY;"
                " LOCK TABLE vectors IN ACCESS SHARE MODE"
            )
            yield

    @contextmanager
    def writing(self) -> Iterator[None]:
        """All that is written inside, or nothing.

        READ COMMITTED is not only enough but needed: after a lock was waited for, the next
        statement must see what its last holder wrote.
        """
        with told(self.address), self.open().transaction():
            self.run("SET TRANSACTION ISOLATION LEVEL READ COMMITTED")
            yield

    def lock_document(self, document_id: str) -> None:
        """Wait until no other transaction writes the document; held until this one ends."""
        self.run("SELECT pg_advisory_xact_lock(%s)", (self.key_of(document_id),))

    def lock_settings(self, *, alone: bool = False) -> None:
        """Hold what the index was built with still; `alone` to change it.

        Taken before the lock of a document, always, so that two writers never wait for each
        other.
        """
        shared = "" if alone else "_shared"
        self.run(f"SELECT pg_advisory_xact_lock{shared}(%s)", (self.key_of(""),))

    def key_of(self, document_id: str) -> int:
        """The number of an advisory lock: 64 bits of a hash of schema and document."""
        name = f"{self.address.schema}\0{document_id}".encode()
        return int.from_bytes(hashlib.sha256(name).digest()[:8], "big", signed=True)


def _connect(address: Address) -> psycopg.Connection[Any]:
    import psycopg

    with told(address, connecting=True):
        connection = psycopg.connect(
            address.conninfo, autocommit=True, application_name="dsocr", connect_timeout=30
        )
        try:
            row = connection.execute(
                "SELECT quote_ident(nspname) FROM pg_extension JOIN pg_namespace n"
                " ON n.oid = extnamespace WHERE extname = 'vector'"
            ).fetchone()
            # The schema's name is quoted by its own rule: lower-case letters, digits and _.
            path = ", ".join([address.schema, *(row or ()), "pg_catalog"])
            connection.execute(
                "SELECT set_config('search_path', %s, false),"
                " set_config('idle_in_transaction_session_timeout', %s, false)",
                (path, IDLE_LIMIT),
            )
        except BaseException:
            connection.close()
            raise
    return connection


@contextmanager
def told(address: Address, *, connecting: bool = False) -> Iterator[None]:
    """Turn the driver's errors into ours; the password never stands in them."""
    import psycopg

    try:
        yield
    except DsocrError:
        raise
    except psycopg.errors.InsufficientPrivilege as error:
        raise ConfigurationError(
            f"The index at {address} may not be used so: {_message(error, address)}.",
            remedy="Grant it, see docs/indexes.md, or connect as the owner of the schema.",
        ) from None
    except (psycopg.errors.UndefinedTable, psycopg.errors.UndefinedColumn) as error:
        raise IndexMismatchError(
            f"The index at {address} has lost a part: {_message(error, address)}.",
            remedy="Use another schema, or drop this one and ingest again.",
        ) from None
    except (psycopg.OperationalError, psycopg.InterfaceError) as error:
        message = _message(error, address)
        if connecting and any(words in message for words in _NOT_PASSING):
            raise ConfigurationError(
                f"The index at {address} cannot be opened: {message}.",
                remedy="Check user, password (PGPASSWORD or ~/.pgpass) and database.",
            ) from None
        raise IndexUnavailableError(
            f"The index at {address} cannot be reached or broke off: {message}.",
            remedy="See that the server runs and is reached from here, then try again.",
        ) from None


def _message(error: BaseException, address: Address) -> str:
    from psycopg.conninfo import conninfo_to_dict

    lines = str(error).strip().splitlines() or [type(error).__name__]
    message = lines[0].rstrip(".")
    for name in ("password", "sslpassword"):
        secret = conninfo_to_dict(address.conninfo).get(name)
        if secret:
            message = message.replace(str(secret), "…")
    return message
