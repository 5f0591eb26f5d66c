"""A chart of each kind on a page of text, by the values that went in."""

from __future__ import annotations

import pytest

from dsocr_integrations import Runner
from tests.engines.embedded.people_pages.chart_pages import KINDS, draw_chart


@pytest.fixture(scope="module")
def runner():
    with Runner("embedded", cache=False) as opened:
        yield opened


@pytest.mark.parametrize("seed", range(0, 2 * len(KINDS), 2))
def test_a_plotted_chart_gives_back_its_values(runner, tmp_path, seed):
    page = draw_chart(seed)
    path = tmp_path / "page.pdf"
    path.write_bytes(page.pdf)
    read = runner.read(str(path))
    (table,) = [f.table for page in read.pages for f in page.figures if f.table is not None]
    assert page.faults([list(table.columns), *map(list, table.rows)]) == []
