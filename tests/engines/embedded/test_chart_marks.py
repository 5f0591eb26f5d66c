"""Marks of charts told apart from grids, colour scales and colour bars."""

from __future__ import annotations

import pytest

from tests.engines.embedded.charts_drawn import read_drawn


def rows_of(folder, draw, **options):
    chart = read_drawn(folder, draw, **options)
    assert chart is not None
    return chart.rows()


def bubbles(axes):
    axes.scatter([1, 2, 3], [10, 20, 30], s=2500, c=["#dcdcdc", "#ea875c", "#b20a1c"])
    axes.set_xlim(0, 4)
    axes.set_ylim(0, 40)


def test_large_bubbles_on_a_tinted_grid_are_points_of_one_series(tmp_path):
    def draw(axes):
        bubbles(axes)
        axes.set_axisbelow(True)
        axes.set_facecolor("lightblue")
        axes.grid(color="#a3cbd7")

    rows = rows_of(tmp_path, draw)
    assert [len(row) for row in rows] == [2, 2, 2, 2]
    assert [[round(float(cell)) for cell in row] for row in rows[1:]] == [[1, 10], [2, 20], [3, 30]]


def test_numbers_of_a_color_bar_below_are_not_the_axis(tmp_path):
    def draw(axes):
        bubbles(axes)
        axes.set_axisbelow(True)
        axes.tick_params(length=0)
        axes.grid(color="#dddddd")
        axes.xaxis.tick_top()
        for x, text in ((1.37, "0"), (2.12, "40"), (2.87, "80")):
            axes.text(x, -2.5, text, ha="center", va="top")

    rows = rows_of(tmp_path, draw)
    assert [row[0] for row in rows[1:]] == ["1", "2", "3"]


def test_bars_in_the_colors_of_a_scale_are_one_series(tmp_path):
    count = 14
    matplotlib = pytest.importorskip("matplotlib")
    colors = matplotlib.colormaps["viridis"]([i / count for i in range(count)])

    def draw(axes):
        axes.bar(range(count), range(1, count + 1), color=colors)

    rows = rows_of(tmp_path, draw)
    assert [[float(cell) for cell in row] for row in rows[1:]] == [[i, i + 1] for i in range(count)]


def test_printed_values_with_a_scale_become_plain_numbers(tmp_path):
    def draw(axes):
        axes.bar(["a", "b", "c"], [999, 12999, 30500])
        for place, (value, text) in enumerate([(999, "999"), (12999, "12.999k"), (30500, "30.5k")]):
            axes.text(place, value, text, ha="center", va="bottom")

    rows = rows_of(tmp_path, draw)
    assert rows[1:] == [["a", "999"], ["b", "12999"], ["c", "30500"]]
