"""The process that answers one query. It is started as a script and imports only DuckDB.

Its working folder holds `tables.jsonl` and `cells.jsonl`; standard input is one JSON object (see
`query.py`), standard output another. Before the query is looked at, the data is loaded and
everything that reaches out of the process is turned off for good.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import threading
from typing import Any

LOAD_SECONDS = 60
"""CPU seconds for the start and for loading the tables, beside those of the query."""

OVERHEAD = 1 << 30
"""Bytes of address space beside DuckDB's own memory limit: code, stacks and the answer."""

CELLS = {
    "table_name": "VARCHAR", "source": "VARCHAR", "page": "INTEGER", "row_number": "INTEGER",
    "row_label": "VARCHAR", "column_number": "INTEGER", "column_name": "VARCHAR",
    "header": "VARCHAR", "printed": "VARCHAR", "value": "DOUBLE", "kind": "VARCHAR",
    "unit": "VARCHAR", "scale": "DOUBLE", "scale_phrase": "VARCHAR", "value_source": "VARCHAR",
}  # fmt: skip
TABLES = {
    "table_name": "VARCHAR", "source": "VARCHAR", "page": "INTEGER", "number": "INTEGER",
    "box": "VARCHAR", "caption": "VARCHAR", "columns": "VARCHAR[]", "headers": "VARCHAR[]",
    "types": "VARCHAR[]", "units": "VARCHAR[]", "row_count": "INTEGER", "scale": "VARCHAR",
    "value_source": "VARCHAR",
}  # fmt: skip


class Refused(Exception):  # noqa: N818 - it is told as an answer, not as an error
    """The query cannot be run as it is."""


def main() -> None:
    """Read the request, answer it, and leave."""
    request = json.loads(sys.stdin.buffer.read())
    limit_resources(request["memory"], request["seconds"])
    sys.path.insert(0, request["packages"])
    try:
        answer = answered(request)
    except MemoryError:
        answer = {"error": "The query needs more memory than it may use."}
    sys.stdout.write(json.dumps(answer, ensure_ascii=True))
    sys.stdout.flush()
    # DuckDB may abort the interpreter's own way out, when the answer is long given.
    os._exit(0)


def limit_resources(memory: int, seconds: float) -> None:
    """Bound address space, CPU time, files and core dumps of this process."""
    cpu = LOAD_SECONDS + int(seconds) + 1
    for what, bound in (
        (resource.RLIMIT_AS, memory + OVERHEAD),
        (resource.RLIMIT_CPU, cpu),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 64),
    ):
        resource.setrlimit(what, (bound, bound))


def answered(request: dict[str, Any]) -> dict[str, Any]:
    """Load the tables, lock the database and run the query."""
    import duckdb

    try:
        database = loaded(duckdb, request)
        statement = single_select(duckdb, database, request["statement"])
        timer = threading.Timer(request["seconds"], database.interrupt)
        timer.daemon = True
        timer.start()
        try:
            return rows_of(database, statement, request["max_rows"], request["max_bytes"])
        finally:
            timer.cancel()
            timer.join()
    except Refused as refusal:
        return {"error": str(refusal)}
    except duckdb.InterruptException:
        return {"error": f"The query took longer than {request['seconds']:g} seconds."}
    except duckdb.OutOfMemoryException:
        return {"error": "The query needs more memory than it may use."}
    except duckdb.Error as error:
        return {"error": sentence(str(error))}


def loaded(duckdb: Any, request: dict[str, Any]) -> Any:
    """A database in memory that holds the tables and can reach nothing else any more."""
    database = duckdb.connect(
        ":memory:",
        config={
            "threads": "1",
            "memory_limit": f"{request['memory'] >> 20}MiB",
            "temp_directory": "",
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "allow_community_extensions": "false",
            "python_enable_replacements": "false",
        },
    )
    for name, columns in (("cells", CELLS), ("tables", TABLES)):
        lines = f"read_json('{name}.jsonl', format = 'newline_delimited', columns = {columns!r})"
        database.execute(f"CREATE TABLE {name} AS SELECT * FROM {lines}")  # noqa: S608 - names are ours
    for table in database.execute("SELECT table_name, columns, types FROM tables").fetchall():
        # A view takes milliseconds to make and thousands would take seconds.
        if table[0] in request["statement"].casefold():
            database.execute(view_of(*table))
    database.execute("SET enable_external_access = false")
    database.execute("SET lock_configuration = true")
    return database


def view_of(name: str, columns: list[str], types: list[str]) -> str:
    """The statement that makes a document's table out of its cells."""
    shown = ", ".join(
        f"CAST(any_value({'printed' if kind == 'VARCHAR' else 'value'})"
        f" FILTER (WHERE column_number = {at}) AS {kind}) AS {quoted(column)}"
        for at, (column, kind) in enumerate(zip(columns, types, strict=True))
    )
    rows = f"FROM cells WHERE table_name = '{name}' GROUP BY row_number ORDER BY row_number"
    # A table's name holds no quotes (see `catalogue.py`).
    return f"CREATE VIEW {quoted(name)} AS SELECT {shown} {rows}"


def quoted(name: str) -> str:
    """A name as an identifier."""
    return '"' + name.replace('"', '""') + '"'


def single_select(duckdb: Any, database: Any, text: str) -> Any:
    """The one SELECT that the text is, as DuckDB's own parser sees it."""
    statements = database.extract_statements(text)
    if len(statements) != 1:
        raise Refused(f"One statement is run at a time, and these are {len(statements)}.")
    kind = statements[0].type
    if kind != duckdb.StatementType.SELECT:
        raise Refused(f"Only SELECT is run, not {kind.name.replace('_', ' ')}.")
    return statements[0]


def rows_of(database: Any, statement: Any, max_rows: int, max_bytes: int) -> dict[str, Any]:
    """Run the statement and take as many rows as may be given back."""
    # What a SELECT can still write, such as an INSERT in its WITH, is refused by this.
    database.execute("BEGIN TRANSACTION READ ONLY")
    result = database.execute(statement)
    names = [column[0] for column in result.description]
    types = [str(column[1]) for column in result.description]
    rows: list[list[Any]] = []
    size = 0
    while len(rows) <= max_rows and (row := result.fetchone()) is not None:
        rows.append([plain(value) for value in row])
        size += sum(len(str(value)) for value in rows[-1])
        if size > max_bytes:
            raise Refused(f"The answer is larger than {max_bytes} characters.")
    return {
        "columns": names,
        "types": types,
        "rows": rows[:max_rows],
        "truncated": len(rows) > max_rows,
    }


def plain(value: Any) -> Any:
    """A value as JSON has it; what JSON has not becomes text."""
    if isinstance(value, float):
        return value if value - value == 0 else str(value)
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    if isinstance(value, dict):
        return {str(key): plain(one) for key, one in value.items()}
    return value.hex() if isinstance(value, bytes) else str(value)


def sentence(message: str) -> str:
    """What DuckDB says in its first line, and what it suggests in the second."""
    first, *rest = [line.strip() for line in message.splitlines() if line.strip()] or ["No reason."]
    said = f"{first} {rest[0]}" if rest and rest[0].startswith("Did you mean") else first
    return said[:500]


if __name__ == "__main__":
    main()
