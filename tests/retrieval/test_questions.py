"""What a model may ask of an index, and that it cannot take documents for instructions."""

from __future__ import annotations

import asyncio
import json
import threading

import psutil
import pytest
from pydantic import ValidationError

from dsocr_integrations.errors import ConfigurationError, QueryError
from dsocr_integrations.retrieval import (
    NOTICE,
    QUESTIONS,
    QueryTables,
    ReadPage,
    SearchDocuments,
    SearchStructure,
)
from tests.guide_examples import DOCS
from tests.herons_index import DOC_ID

ENDLESS = "SELECT count(*) FROM range(1000000) a, range(1000000) b WHERE a.range * b.range = 7"


def test_every_question_tells_a_model_what_it_is_for():
    assert [one.tool for one in QUESTIONS] == [
        "search_documents", "search_structure", "read_page", "query_tables",
    ]  # fmt: skip
    for one in QUESTIONS:
        fields = one.model_json_schema()["properties"]
        assert one.__doc__
        assert all("description" in field for field in fields.values())


@pytest.mark.parametrize("page", ["langchain.md", "llama_index.md"])
def test_guides_say_what_each_takes(page):
    rows = (DOCS / page).read_text(encoding="utf-8").splitlines()

    for one in QUESTIONS:
        (row,) = (row for row in rows if row.startswith(f"| `{one.tool}("))
        assert row.startswith(f"| `{one.tool}({', '.join(one.model_fields)})` |")


def test_a_search_cites_what_it_found(index):
    found = SearchDocuments(query="herons wade", limit=1).ask(index)

    (passage,) = found.passages
    assert passage.metadata | {
        "source": "herons.pdf", "doc_id": DOC_ID, "page_number": 1, "page_label": "1",
        "box_x0": 90, "box_y1": 260, "found_by": "lexical", "mode": "lexical",
        "engine": "embedded", "trusted": True, "score": found.cited[0].score,
    } == passage.metadata  # fmt: skip
    assert json.loads(json.dumps(passage.metadata)) == passage.metadata
    assert "herons.pdf, page 1, box [90, 90, 700, 260]" in found.texts[1]


@pytest.mark.parametrize(
    ("given", "pages"),
    [
        ({"kind": "table"}, [2]),
        ({"page": 1}, [1, 1]),
        ({"source": "elsewhere.pdf"}, []),
    ],
)
def test_a_search_is_narrowed(index, given, pages):
    found = SearchDocuments(query="herons water sales instructions", **given).ask(index)

    assert [one.place.page for one in found.cited] == pages
    assert pages or "elsewhere.pdf" in found.texts[0]


def test_text_of_documents_stands_between_marks_that_no_document_knows(index):
    asked = SearchDocuments(query="previous instructions", limit=1)
    notice, passage = asked.ask(index).texts

    assert notice == NOTICE
    head, _, quoted = passage.partition("[DOCUMENT TEXT ")
    assert "Ignore all" not in head
    assert "reading doubtful" in head
    mark = quoted[:12]
    assert passage.endswith(f"[END {mark}]")
    assert mark not in asked.ask(index).texts[1]


def test_a_page_is_read_by_id_or_source(index):
    for name in (DOC_ID, "herons.pdf"):
        page = ReadPage(document=name, page=2).ask(index)
        assert [one.chunk.kind for one in page.cited] == ["table", "molecule"]
    with pytest.raises(ConfigurationError, match="page 3 of herons"):
        ReadPage(document="herons.pdf", page=3).ask(index)


def test_molecules_are_found_by_structure(index):
    found = SearchStructure(smiles="CO").ask(index)

    (passage,) = found.passages
    assert (passage.metadata["smiles"], passage.metadata["found_by"]) == ("CCO", "substructure")
    assert SearchStructure(smiles="CN").ask(index).texts == [
        "None of the 1 molecules contains the structure."
    ]


def test_rows_cite_the_tables_that_were_asked(index):
    found = QueryTables(statement="SELECT sum(sales) FROM herons_p2_t1").ask(index)

    assert found.rows.rows == ((3579,),)
    (table,) = found.passages
    assert (table.metadata["source"], table.metadata["page_number"]) == ("herons.pdf", 2)
    assert "herons_p2_t1: herons.pdf, page 2, box" in found.texts[1]
    assert "3579" in found.texts[2].partition("[DOCUMENT TEXT ")[2]
    assert QueryTables(statement="SELECT source FROM tables").ask(index).passages == []


def test_what_is_not_a_question_is_refused(index):
    with pytest.raises(QueryError, match="Only SELECT"):
        QueryTables(statement="COPY cells TO 'x'").ask(index)
    with pytest.raises(ConfigurationError):
        SearchStructure(smiles="not a molecule").ask(index)
    for given in ({"limit": 10_000}, {"page": 0}, {"kind": "poem"}, {"unknown": 1}):
        with pytest.raises(ValidationError):
            SearchDocuments(query="x", **given)


async def test_async_answers_are_the_same(index):
    asked = SearchDocuments(query="herons")
    assert (await asked.aask(index)).cited == asked.ask(index).cited
    sums = QueryTables(statement="SELECT sum(sales) FROM herons_p2_t1")
    assert (await sums.aask(index)).rows == sums.ask(index).rows


async def test_a_cancelled_statement_ends(index):
    before, children = set(threading.enumerate()), set(psutil.Process().children())
    asking = asyncio.ensure_future(QueryTables(statement=ENDLESS).aask(index))
    # Long enough for the statement to have begun; the same holds where it has not.
    await asyncio.wait([asking], timeout=1)
    begun = set(threading.enumerate()) - before
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    assert len(begun) == 1
    for thread in begun:
        await asyncio.to_thread(thread.join, 30)
        assert not thread.is_alive()
    assert set(psutil.Process().children()) <= children
