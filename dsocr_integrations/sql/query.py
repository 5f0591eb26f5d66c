"""Run one SELECT over the tables of documents, in a process that has nothing else."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from dsocr_integrations.errors import MissingDependencyError, QueryError
from dsocr_integrations.sql import worker
from dsocr_integrations.sql.catalogue import SqlTable, named_tables, write_files
from dsocr_integrations.table_records import PlacedTable

MAX_CELLS = 2_000_000
MAX_ANSWER = 16_000_000
"""Characters of an answer, over all its rows."""

MAX_STATEMENT = 100_000


@dataclass(frozen=True)
class QueryLimits:
    """What a query may use.

    Attributes:
        seconds: Time for the statement itself; loading the tables is not counted.
        memory_mib: Memory of the database, tables included.
        rows: Rows given back; the answer says if there were more.
    """

    seconds: float = 10.0
    memory_mib: int = 512
    rows: int = 1_000


@dataclass(frozen=True)
class Answer:
    """What a query gave.

    Attributes:
        columns: Names of the columns.
        types: DuckDB's type of each.
        rows: The rows; values that JSON has not (dates, decimals) as text.
        truncated: Whether there were more rows.
        tables: The tables that the statement names, whose rows these are.
    """

    columns: tuple[str, ...]
    types: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    truncated: bool = False
    tables: tuple[SqlTable, ...] = ()


def run_query(
    statement: str, tables: Iterable[PlacedTable], limits: QueryLimits | None = None
) -> Answer:
    """Run one SELECT statement; as `Query`, which can be given up meanwhile.

    Args:
        statement: SQL in DuckDB's dialect.
        tables: The tables to ask.
        limits: What the query may use.

    Raises:
        QueryError: If the statement is refused, fails, or goes over a limit; in one sentence.
        MissingDependencyError: If DuckDB is not installed.
    """
    return Query(statement, tables, limits).run()


class Query:
    """One SELECT statement over tables.

    It sees `tables` (one row a table: its name, source, page, caption, columns, units), `cells`
    (one row a cell that is not empty), and each table under the name that `tables` gives.

    The statement runs in DuckDB in a process without environment, with limits on memory, time,
    files and rows, after the data was loaded and every access to files, network, extensions and
    settings was turned off. It can read nothing but the tables.

    Args:
        statement: SQL in DuckDB's dialect.
        tables: The tables to ask; gone through when it is run.
        limits: What the query may use.
    """

    def __init__(
        self, statement: str, tables: Iterable[PlacedTable], limits: QueryLimits | None = None
    ) -> None:
        self._statement = statement
        self._tables = tables
        self._limits = limits or QueryLimits()
        self._names = frozenset(re.findall(r"\w+", statement.casefold()))
        self._named: list[SqlTable] = []
        self._lock = threading.Lock()
        self._given_up = False
        self._process: subprocess.Popen[bytes] | None = None

    def run(self) -> Answer:
        """Run it, once.

        Raises:
            QueryError: If the statement is refused, fails, or goes over a limit; in one sentence.
            MissingDependencyError: If DuckDB is not installed.
        """
        if len(self._statement) > MAX_STATEMENT:
            raise QueryError(f"The statement is longer than {MAX_STATEMENT} characters.")
        package = find_spec("duckdb")
        if package is None or package.origin is None:
            raise MissingDependencyError(
                "SQL over tables needs DuckDB, which is not installed.",
                remedy="Run: pip install 'dsocr-integrations[sql]'.",
            )
        request = {
            "statement": self._statement,
            "packages": str(Path(package.origin).parent.parent),
            "seconds": self._limits.seconds,
            "memory": self._limits.memory_mib << 20,
            "max_rows": self._limits.rows,
            "max_bytes": MAX_ANSWER,
        }
        with tempfile.TemporaryDirectory(prefix="dsocr-sql-") as folder:
            if not write_files(self._noted(), Path(folder), MAX_CELLS):
                raise QueryError(
                    f"The tables have more than {MAX_CELLS} cells.",
                    remedy="Ask the tables of one source.",
                )
            answer = self._asked(request, folder)
        if "error" in answer:
            error = str(answer["error"])
            unknown = error.startswith("Catalog Error")
            raise QueryError(error, remedy="SELECT * FROM tables names those there are." * unknown)
        return Answer(
            columns=tuple(answer["columns"]),
            types=tuple(answer["types"]),
            rows=tuple(tuple(row) for row in answer["rows"]),
            truncated=bool(answer["truncated"]),
            tables=tuple(self._named),
        )

    def give_up(self) -> None:
        """End it at once, from another thread than the one that runs it."""
        with self._lock:
            self._given_up = True
            if self._process is not None:
                self._process.kill()

    def _noted(self) -> Iterator[SqlTable]:
        for table in named_tables(self._tables):
            if table.name in self._names:
                self._named.append(table)
            yield table

    def _asked(self, request: dict[str, Any], folder: str) -> dict[str, Any]:
        process = self._started(folder)
        seconds = request["seconds"] + 2 * worker.LOAD_SECONDS
        try:
            said, _ = process.communicate(json.dumps(request).encode(), seconds)
        except subprocess.TimeoutExpired as error:
            raise QueryError("The query did not end in time.") from error
        finally:
            process.kill()
            process.wait()
        if process.returncode != 0:
            # Killed by a limit, or out of memory where not even that could be said.
            raise QueryError("The query ended over its limit of time or memory.")
        answer: dict[str, Any] = json.loads(said)
        return answer

    def _started(self, folder: str) -> subprocess.Popen[bytes]:
        # -I and -S: no settings, no packages but DuckDB's folder, nothing that runs at start.
        command = [sys.executable, "-I", "-S", "-B", str(Path(worker.__file__).resolve())]
        with self._lock:
            if self._given_up:
                raise QueryError("The query was given up.")
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd=folder,
                env={},
                start_new_session=True,
            )
            return self._process
