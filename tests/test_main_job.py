"""The sample documents through the whole pipeline, against what is known to stand on them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dsocr_integrations.langchain import DeepSeekOCRLoader

DATA = Path(__file__).parent / "data"
TRUTH = json.loads((DATA / "truth.json").read_text(encoding="utf-8"))

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def chunks(tmp_path_factory):
    from dsocr_integrations.runner import Runner

    runner = Runner(engine="embedded", cache=tmp_path_factory.mktemp("pages"))
    return DeepSeekOCRLoader(DATA, runner=runner).load()


def _without_spaces(text):
    return "".join(text.split())


@pytest.mark.parametrize("fact", TRUTH["facts"], ids=lambda fact: fact["answer"])
def test_every_fact_stands_in_a_chunk_of_its_page(chunks, fact):
    found = [
        chunk
        for chunk in chunks
        if _without_spaces(fact["answer"]) in _without_spaces(chunk.page_content)
        and (chunk.metadata["source"], chunk.metadata["page_number"])
        == (fact["source"], fact["page"])
    ]

    assert found


@pytest.mark.parametrize("name", ["scan_en.png", "scan_zh.png"])
def test_tables_on_scans_keep_their_cells_together(chunks, name):
    (table,) = _rows(chunks, name, 1)

    assert table == TRUTH["scan_tables"][name]


def test_the_long_table_repeats_its_header_and_loses_no_row(chunks):
    truth = TRUTH["table"]
    parts = [part for page in truth["pages"] for part in _rows(chunks, truth["source"], page)]

    assert [part[0] for part in parts] == [truth["columns"]] * len(parts)
    assert [row for part in parts for row in part[1:]] == truth["rows"]


def _rows(chunks, source, page):
    tables = []
    for chunk in chunks:
        metadata = chunk.metadata
        if (metadata["source"], metadata["page_number"], metadata["kind"]) == (
            source,
            page,
            "table",
        ):
            lines = [line for line in chunk.page_content.splitlines() if line.startswith("|")]
            cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
            tables.append([row for row in cells if set("".join(row)) - set("-:")])
    return tables
