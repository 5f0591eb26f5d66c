"""SQL over tables: what it answers, and that it reaches nothing but the tables."""

from __future__ import annotations

from pathlib import Path

import pytest

from dsocr_integrations.errors import QueryError
from dsocr_integrations.records.documents import Table
from dsocr_integrations.sql import QueryLimits, run_query
from dsocr_integrations.table_records import PlacedTable, typed_tables
from dsocr_integrations.tables.typed import type_table
from tests.builders import make_document

SECRET = "a line of a file that no query may read"


@pytest.fixture(scope="module")
def tables() -> list[PlacedTable]:
    """The sales of `make_document`, and a table of amounts in millions with a text among them."""
    table = Table(
        columns=("Item", "2024", "Share", "", "Item"),
        rows=(("Fees", "1.5", "12 %", "a", "x"), ("Rents", "(2)", "n/a", "", "y")),
        caption="Income (in $ millions)",
    )
    money = PlacedTable("sub/Annual report.pdf", 7, 1, ((1, 2, 3, 4),), type_table(table))
    return [*typed_tables(make_document(pages=1)), money]


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    path = tmp_path / "secret.csv"
    path.write_text(f"secret\n{SECRET}\n")
    return path


def test_tables_have_names_types_and_units(tables):
    answer = run_query(
        "SELECT table_name, source, page, columns, types, units, row_count, scale FROM tables",
        tables,
    )
    assert answer.rows == (
        ("report_p1_t1", "report.pdf", 1, ["year", "sales"], ["BIGINT", "BIGINT"],
         [None, None], 2, None),
        ("report_p1_t2", "report.pdf", 1, ["year", "sales"], ["BIGINT", "BIGINT"],
         [None, None], 2, None),
        ("annual_report_p7_t1", "sub/Annual report.pdf", 7,
         ["item", "_2024", "share", "column_4", "item_2"],
         ["VARCHAR", "BIGINT", "VARCHAR", "VARCHAR", "VARCHAR"],
         [None, "$", "%", None, None], 2, "in $ millions"),
    )  # fmt: skip


def test_each_table_is_there_under_its_name_with_its_scale_applied(tables):
    answer = run_query("SELECT item, _2024, share FROM annual_report_p7_t1", tables)
    assert answer.columns == ("item", "_2024", "share")
    assert answer.types == ("VARCHAR", "BIGINT", "VARCHAR")
    assert answer.rows == (("Fees", 1_500_000, "12 %"), ("Rents", -2_000_000, "n/a"))
    joined = run_query(
        "WITH pairs AS (SELECT a.year, a.sales + b.sales AS twice"
        " FROM report_p1_t1 a JOIN REPORT_P1_T2 b USING (year)) SELECT sum(twice) FROM pairs",
        tables,
    )
    assert joined.rows == ((2 * (1234 + 2345),),)


def test_cells_tell_what_was_printed(tables):
    answer = run_query(
        "SELECT row_label, header, printed, value, unit, scale_phrase FROM cells"
        " WHERE table_name = 'annual_report_p7_t1' AND kind = 'currency' ORDER BY row_number",
        tables,
    )
    assert answer.rows == (
        ("Fees", "2024", "1.5", 1_500_000.0, "$", "in $ millions"),
        ("Rents", "2024", "(2)", -2_000_000.0, "$", "in $ millions"),
    )


def test_rows_are_bounded_and_odd_values_are_told_as_text(tables):
    answer = run_query("SELECT * FROM range(50)", tables, QueryLimits(rows=20))
    assert (len(answer.rows), answer.truncated) == (20, True)
    odd = run_query(
        "SELECT 'nan'::DOUBLE, DATE '2026-01-02', 1.10::DECIMAL(4,2), {'a': [1]}, '\\x01'::BLOB", []
    )
    assert odd.rows == (("nan", "2026-01-02", "1.10", {"a": [1]}, "01"),)
    assert not odd.truncated


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM read_csv('{file}')",
        "SELECT * FROM read_csv_auto('{file}')",
        "SELECT * FROM read_text('{file}')",
        "SELECT * FROM read_blob('/proc/self/environ')",
        "SELECT * FROM read_json('{file}')",
        "SELECT * FROM parquet_metadata('{file}')",
        "SELECT * FROM sniff_csv('{file}')",
        "SELECT * FROM glob('{folder}/*')",
        "FROM '{file}'",
        "FROM '/etc/passwd'",
        "FROM 'http://127.0.0.1:9/a.csv'",
        "SELECT * FROM query('FROM ''{file}''')",
        "SELECT getenv('PATH')",
        "SELECT getvariable('x') FROM request",
        "SELECT * FROM duckdb_secrets()",
        "COPY cells TO '{folder}/out.csv'",
        "COPY cells FROM '{file}'",
        "EXPORT DATABASE '{folder}/out'",
        "ATTACH '{folder}/other.db' AS other",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SET enable_external_access = true",
        "RESET lock_configuration",
        "PRAGMA database_list",
        "PRAGMA enable_external_access = true",
        "CALL pragma_version()",
        "EXPLAIN ANALYZE SELECT 1",
        "CREATE TABLE mine AS SELECT 1",
        "CREATE MACRO f() AS 1",
        "INSERT INTO cells (page) VALUES (1)",
        "WITH added AS (INSERT INTO cells (page) VALUES (1) RETURNING *) SELECT * FROM added",
        "DROP TABLE cells",
        "PREPARE p AS SELECT 1",
        "SELECT 1; SELECT 2",
        "SELECT 1; COPY cells TO '{folder}/out.csv'",
        "SELECT nothing FROM nowhere",
        "SELEC 1",
        "",
        "-- nothing",
    ],
)
def test_what_would_reach_out_is_refused_in_one_sentence(statement, tables, secret, monkeypatch):
    monkeypatch.setenv("DSOCR_SERVER_API_KEY", SECRET)
    folder = secret.parent
    before = sorted(folder.iterdir())
    with pytest.raises(QueryError) as refused:
        run_query(statement.format(file=secret, folder=folder), tables)
    said = str(refused.value)
    assert said
    assert "\n" not in said
    assert SECRET not in said
    assert "Traceback" not in said
    assert sorted(folder.iterdir()) == before


def test_the_process_sees_no_environment_and_no_names_of_ours(tables, monkeypatch):
    monkeypatch.setenv("DSOCR_PASSWORD", SECRET)
    settings = run_query("SELECT * FROM duckdb_settings()", tables)
    assert SECRET not in str(settings.rows)
    for name in ("request", "database", "duckdb", "table"):
        with pytest.raises(QueryError):
            run_query(f'FROM "{name}"', tables)


def test_a_runaway_query_is_ended(tables):
    endless = "SELECT count(*) FROM range(1000000) a, range(1000000) b WHERE a.range * b.range = 7"
    with pytest.raises(QueryError, match=r"took longer than 0\.5 seconds"):
        run_query(endless, tables, QueryLimits(seconds=0.5))


@pytest.mark.parametrize(
    "statement",
    ["SELECT repeat('x', 2000000000)", "SELECT array_agg(range) FROM range(1000000000)"],
)
def test_a_query_that_wants_all_memory_is_ended(tables, statement):
    with pytest.raises(QueryError, match="memory"):
        run_query(statement, tables, QueryLimits(memory_mib=64, seconds=60))


def test_an_answer_of_any_size_is_not_carried_over(tables):
    with pytest.raises(QueryError, match="larger than"):
        run_query("SELECT repeat('x', 20000000)", tables)
