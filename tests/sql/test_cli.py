"""`dsocr sql`."""

from __future__ import annotations

import csv
import json
import sys

import pytest

from dsocr_integrations.chunking import Chunker
from dsocr_integrations.cli import main
from tests.builders import make_document, write_document


@pytest.fixture
def dsocr(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    document = make_document(pages=1)
    write_document(document, Chunker().chunk(document), "out")

    def run(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["dsocr", "sql", *map(str, arguments)])
        with pytest.raises(SystemExit) as exit_:
            main()
        out, err = capsys.readouterr()
        return int(exit_.value.code or 0), out, err

    return run


def test_rows_are_printed_as_a_table_as_json_and_as_csv(dsocr):
    ask = ("SELECT year, sales FROM report_p1_t1 ORDER BY year", "--folder", "out")
    code, out, err = dsocr(*ask)
    assert (code, err) == (0, "")
    assert "2345" in out
    assert json.loads(dsocr(*ask, "--json")[1].splitlines()[1]) == {"year": 2024, "sales": 2345}
    rows = list(csv.reader(dsocr(*ask, "--csv")[1].splitlines()))
    assert rows == [["year", "sales"], ["2023", "1234"], ["2024", "2345"]]
    _, _, err = dsocr(*ask, "--rows", 1)
    assert "first 1 rows" in err


def test_without_a_statement_the_tables_are_listed(dsocr):
    code, out, _ = dsocr("--folder", "out", "--json")
    listed = [json.loads(line) for line in out.splitlines()]
    assert code == 0
    assert [one["table_name"] for one in listed] == ["report_p1_t1", "report_p1_t2"]
    assert listed[0]["columns"] == ["year", "sales"]


def test_names_of_tables_are_never_broken(dsocr, monkeypatch):
    monkeypatch.setenv("COLUMNS", "40")
    for ask in ((), ("SELECT * FROM tables",)):
        out = dsocr(*ask, "--folder", "out")[1]
        assert "report_p1_t1" in out
        assert "report_p1_t2" in out


def test_an_unknown_table_names_the_way_to_those_there_are(dsocr):
    code, _, err = dsocr("SELECT * FROM sales", "--folder", "out")
    assert code == 1
    assert "SELECT * FROM tables" in err


def test_a_refusal_is_one_sentence(dsocr):
    code, out, err = dsocr("COPY cells TO 'x.csv'", "--folder", "out")
    assert (code, out, err) == (1, "", "Only SELECT is run, not COPY.\n")
    assert dsocr("SELECT 1", "--folder", "out", "--index", "ix")[0] == 2
    assert dsocr("SELECT 1", "--folder", "out", "--json", "--csv")[0] == 2
    assert dsocr("SELECT 1", "--index", "nowhere")[0] == 2


def test_what_was_printed_cannot_steer_the_terminal_or_a_spreadsheet(dsocr):
    steer = "SELECT chr(27) || '[31m=SUM(1)' AS a, '=1+1' AS b"
    _, out, _ = dsocr(steer, "--folder", "out")
    assert "\x1b" not in out
    assert "'=1+1" in dsocr(steer, "--folder", "out", "--csv")[1]
