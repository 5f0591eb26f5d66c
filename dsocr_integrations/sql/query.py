"""Run one SELECT over the tables of documents, in a process that has nothing else."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from dsocr_integrations.errors import MissingDependencyError, QueryError
from dsocr_integrations.sql import worker
from dsocr_integrations.sql.catalogue import named_tables, write_files
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
    """

    columns: tuple[str, ...]
    types: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    truncated: bool = False


def run_query(
    statement: str, tables: Iterable[PlacedTable], limits: QueryLimits | None = None
) -> Answer:
    """Run one SELECT statement.

    It sees `tables` (one row a table: its name, source, page, caption, columns, units), `cells`
    (one row a cell that is not empty), and each table under the name that `tables` gives.

    The statement runs in DuckDB in a process without environment, with limits on memory, time,
    files and rows, after the data was loaded and every access to files, network, extensions and
    settings was turned off. It can read nothing but the tables.

    Args:
        statement: SQL in DuckDB's dialect.
        tables: The tables to ask.
        limits: What the query may use.

    Raises:
        QueryError: If the statement is refused, fails, or goes over a limit; in one sentence.
        MissingDependencyError: If DuckDB is not installed.
    """
    limits = limits or QueryLimits()
    if len(statement) > MAX_STATEMENT:
        raise QueryError(f"The statement is longer than {MAX_STATEMENT} characters.")
    package = find_spec("duckdb")
    if package is None or package.origin is None:
        raise MissingDependencyError(
            "SQL over tables needs DuckDB, which is not installed.",
            remedy="Run: pip install 'dsocr-integrations[sql]'.",
        )
    request = {
        "statement": statement,
        "packages": str(Path(package.origin).parent.parent),
        "seconds": limits.seconds,
        "memory": limits.memory_mib << 20,
        "max_rows": limits.rows,
        "max_bytes": MAX_ANSWER,
    }
    with tempfile.TemporaryDirectory(prefix="dsocr-sql-") as folder:
        if not write_files(named_tables(tables), Path(folder), MAX_CELLS):
            raise QueryError(
                f"The tables have more than {MAX_CELLS} cells.",
                remedy="Ask the tables of one source.",
            )
        answer = _asked(request, folder)
    if "error" in answer:
        error = str(answer["error"])
        unknown = error.startswith("Catalog Error")
        raise QueryError(error, remedy="SELECT * FROM tables names those there are." * unknown)
    return Answer(
        columns=tuple(answer["columns"]),
        types=tuple(answer["types"]),
        rows=tuple(tuple(row) for row in answer["rows"]),
        truncated=bool(answer["truncated"]),
    )


def _asked(request: dict[str, Any], folder: str) -> dict[str, Any]:
    # -I and -S: no settings, no packages but DuckDB's folder, nothing that runs at start.
    command = [sys.executable, "-I", "-S", "-B", str(Path(worker.__file__).resolve())]
    try:
        done = subprocess.run(
            command,
            input=json.dumps(request).encode(),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=folder,
            env={},
            timeout=request["seconds"] + 2 * worker.LOAD_SECONDS,
            check=False,
            start_new_session=True,
        )
    except subprocess.TimeoutExpired as error:
        raise QueryError("The query did not end in time.") from error
    if done.returncode != 0:
        # Killed by a limit, or out of memory where not even that could be said.
        raise QueryError("The query ended over its limit of time or memory.")
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer
