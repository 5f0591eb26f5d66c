"""`--index` names a place of any backend."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable

import pytest

from dsocr_integrations.cli import main
from dsocr_integrations.index import Index
from tests.builders import make_chunk, make_chunks, make_table
from tests.index.passages import PASSAGES, put
from tests.postgres_server import Place


@pytest.fixture
def dsocr(monkeypatch: pytest.MonkeyPatch, capsys) -> Callable[..., tuple[int, str, str]]:
    def run(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["dsocr", *arguments])
        with pytest.raises(SystemExit) as exit_:
            main()
        return int(exit_.value.code or 0), *capsys.readouterr()

    return run


def test_search_stats_verify_and_forget(dsocr, index: Index, place: Place):
    code, out, _ = dsocr("search", "ISO 9001", "--index", place(), "--json", "-k", "1")
    assert (code, json.loads(out)["text"]) == (0, PASSAGES[4])
    code, out, _ = dsocr("index", "stats", "--index", place())
    assert (code, json.loads(out)["chunks"]) == (0, len(PASSAGES))
    assert dsocr("index", "verify", "--index", place())[0] == 0
    (revision,) = {one.revision for one in index.documents()}
    put(index, make_chunks(["The same."], source="copy.pdf"), revision=revision)
    code, _, err = dsocr("forget", "report.pdf", "--index", place())
    assert code == 0
    assert f"{len(PASSAGES)} chunks" in err
    assert "also there as copy.pdf" in err
    assert [one.source for one in index.documents()] == ["copy.pdf"]


def test_tables_are_queried_and_passages_exported(dsocr, index: Index, place: Place):
    put(
        index,
        [make_chunk("| Year | Sales |", source="sales.pdf", kind="table", table=make_table())],
    )
    asked = "SELECT sum(sales) AS total FROM sales_p1_t1"
    code, out, _ = dsocr("sql", asked, "--index", place(), "--json")
    assert (code, json.loads(out)) == (0, {"total": 3579})
    code, out, err = dsocr("export", "--index", place(), "--format", "langchain")
    lines = [json.loads(line) for line in out.splitlines()]
    assert (code, f"{len(lines)} passages" in err) == (0, True)
    assert [line["page_content"] for line in lines] == [*PASSAGES, "| Year | Sales |"]
    assert [line["id"] for line in lines] == [chunk.chunk_id for chunk in index.chunks()]


def test_an_index_that_is_not_there_is_told(dsocr, place: Place):
    code, _, err = dsocr("search", "x", "--index", place("none"))
    assert code == 2
    assert "There is no index" in err


def test_an_index_in_a_bucket_is_refused_by_each_command(dsocr, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    place = ("--index", "s3://bucket/index")
    for command in (("search", "pump"), ("ingest", ".", "-o", "out"), ("index", "stats")):
        code, _, err = dsocr(*command, *place)
        assert (code, "under s3:// addresses" in err) == (2, True), err
    assert not (tmp_path / "s3:").exists()
