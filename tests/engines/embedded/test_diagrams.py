"""A diagram becomes neither a table nor a molecule."""

from __future__ import annotations

import pytest

from dsocr_integrations import Runner
from tests.diagrams.drawn import KINDS, draw_diagram


@pytest.fixture(scope="module")
def runner():
    with Runner("embedded", cache=False) as opened:
        yield opened


@pytest.mark.parametrize(
    ("kind", "seed"),
    [
        ("honeycomb", 0),
        ("honeycomb", 4),
        ("steps", 4),
        ("offices", 2),
        ("floor_plan", 2),
        ("floor_plan", 9),
        ("cube", 8),
        ("flowchart", 3),
    ],
)
def test_a_diagram_stays_a_picture(runner, tmp_path, kind, seed):
    diagram = draw_diagram(kind, seed)
    path = tmp_path / f"diagram{diagram.suffix}"
    path.write_bytes(diagram.data)
    (page,) = runner.read(str(path)).pages
    assert [figure.kind for figure in page.figures if figure.kind != "picture"] == []
    assert [block.table for block in page.blocks if block.table is not None] == []


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_seed_draws_the_same(kind):
    assert draw_diagram(kind, 2) == draw_diagram(kind, 2)
