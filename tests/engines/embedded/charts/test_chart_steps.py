"""Values of lines in steps, of bins of unequal widths, of stacked areas and lone markers."""

from __future__ import annotations

import itertools

import pytest

from dsocr_integrations.engines.embedded.charts.labels import Glyph, join_glyphs
from dsocr_integrations.engines.embedded.charts.step_lines import without_steps
from tests.engines.embedded.charts_drawn import read_drawn

VALUES = [3.0, 7.0, 5.0, 9.0, 4.0, 6.0]


@pytest.mark.parametrize("where", ["pre", "post", "mid"])
def test_a_step_line_gives_each_value_once(tmp_path, where):
    chart = read_drawn(tmp_path, lambda axes: axes.step(range(6), VALUES, where=where))
    assert chart is not None
    read = [(float(datum.key), float(datum.value)) for datum in chart.data]
    assert read == [(float(x), value) for x, value in enumerate(VALUES)]


def test_an_outline_of_steps_is_left_as_it_is():
    outline = [(0.0, 9.0), (0.0, 5.0), (1.0, 5.0), (1.0, 3.0), (2.0, 3.0), (2.0, 7.0), (3.0, 7.0)]
    outline += [(3.0, 9.0)]
    assert without_steps(outline) == outline


def test_bins_of_unequal_widths_are_named_by_both_edges(tmp_path):
    edges, heights = [0, 2, 4, 12, 20, 25], [15, 35, 87, 75, 71]
    widths = [b - a for a, b in itertools.pairwise(edges)]
    chart = read_drawn(
        tmp_path, lambda axes: axes.bar(edges[:-1], heights, widths, align="edge", color="C0")
    )
    assert chart is not None
    names = [f"{a} – {b}" for a, b in itertools.pairwise(edges)]
    assert [(d.key, float(d.value)) for d in chart.data] == [
        (name, float(height)) for name, height in zip(names, heights, strict=True)
    ]


def test_markers_between_missing_values_are_kept(tmp_path):
    nothing = float("nan")
    values = [5.0, nothing, 8.0, nothing, 3.0, 6.0, 2.0, 7.0]
    chart = read_drawn(tmp_path, lambda axes: axes.plot(range(8), values, marker="o"))
    assert chart is not None
    assert [float(datum.value) for datum in chart.data] == [5, 8, 3, 6, 2, 7]


def test_lines_on_stacked_areas_are_not_read_as_values(tmp_path):
    below, above = [3.0, 4.0, 2.0, 5.0], [6.0, 1.0, 3.0, 2.0]
    sums = [a + b for a, b in zip(below, above, strict=True)]

    def draw(axes):
        for number, (low, high) in enumerate((([0.0] * 4, below), (below, sums))):
            axes.fill_between(range(4), low, high, color=f"C{number}", label="AB"[number])
            axes.plot(range(4), high, color=f"C{number}")
        axes.legend()

    chart = read_drawn(tmp_path, draw)
    assert chart is not None
    found = {name: [] for name in "AB"}
    for datum in chart.data:
        found[datum.series].append(float(datum.value))
    assert found == {"A": pytest.approx(below, abs=0.05), "B": pytest.approx(above, abs=0.05)}


def test_names_of_months_that_touch_are_labels_of_their_own():
    texts, x = [], 0.0
    for letter in "JanFebMarketApr":
        texts.append(Glyph(letter, (x, 10.0), (1.0, 0.0), 5.0, 10.0))
        x += 5.0
    assert [label.text for label in join_glyphs(texts)] == ["Jan", "Feb", "MarketApr"]
