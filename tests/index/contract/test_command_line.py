"""`--index` names a place of any backend."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable

import pytest

from dsocr_integrations.cli import main
from dsocr_integrations.index import Index, open_index
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


def test_a_line_of_json_says_what_found_it_and_where_it_stands(dsocr, place: Place):
    fields = {"headings": ("Weirs",), "caption": "Levels", "title": "Rivers", "page_label": "iv"}
    with open_index(place()) as index:
        put(index, [make_chunk("| Weir | 2.4 |", kind="table", trusted=False, page=3, **fields)])
    code, out, _ = dsocr("search", "weir 2.4", "--index", place(), "--json")
    found = json.loads(out)
    assert code == 0
    assert {name: found[name] for name in ("score", "coverage", "similarity", "mode")} == {
        "score": 1, "coverage": 1, "similarity": None, "mode": "lexical",
    }  # fmt: skip
    assert found["found_by"] == ["exact", "lexical"]
    assert (found["headings"], found["caption"]) == (["Weirs"], "Levels")
    assert (found["document"]["title"], found["document"]["uri"]) == ("Rivers", "report.pdf")
    assert (found["page"], found["page_label"], found["trusted"]) == (3, "iv", False)
    assert (found["spans"], found["engine"]) == ([{"page": 3, "box": [0, 0, 999, 999]}], "embedded")
    assert [found["text"][a:b] for a, b in found["highlights"]] == ["Weir", "2.4"]


def test_hits_are_bounded_by_score_and_page(dsocr, index: Index, place: Place):
    asked = ("search", "aspirin 4.3", "--index", place(), "--json")
    assert len(dsocr(*asked)[1].splitlines()) == 2
    assert len(dsocr(*asked, "--per-page", "1")[1].splitlines()) == 1
    code, out, _ = dsocr(*asked, "--min-score", "0.9")
    assert (code, json.loads(out)["text"]) == (0, PASSAGES[1])
    code, out, err = dsocr("search", "aspirin zebra", "--index", place(), "--min-score", "0.9")
    assert (code, out) == (0, "")
    assert "may not hold" in dsocr("search", "aspirin zebra", "--index", place())[2]
    assert "may not hold" not in dsocr("search", "aspirin 4.3", "--index", place())[2]
    assert "No passage has a score of 0.9 or more; the best has 0.261" in err


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
    (tmp_path / "a.txt").write_text("The pump stands.", encoding="utf-8")
    place = ("--index", "s3://bucket/index")
    for command in (("search", "pump"), ("ingest", ".", "-o", "out"), ("index", "stats")):
        code, _, err = dsocr(*command, *place)
        assert (code, "under s3:// addresses" in err) == (2, True), err
    assert not (tmp_path / "s3:").exists()
