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


def test_square_bars_of_a_stack_are_no_markers(tmp_path):
    def draw(axes):
        axes.set_xlim(0.5, 4.5)
        axes.set_ylim(0, 8)
        axes.bar([1, 2, 3, 4], [2, 2, 2, 3], width=0.6, label="tin")
        axes.bar([1, 2, 3, 4], [1.2, 2.5, 1.2, 1.2], bottom=[2, 2, 2, 3], width=0.6, label="zinc")
        axes.legend()

    # A unit is as wide as two are high, so that 1.2 in height is the width of a bar.
    rows = rows_of(tmp_path, draw, size=(3.0, 3.0))
    heights = [[float(cell) for cell in row[1:]] for row in rows[1:]]
    assert heights == [[2, 1.2], [2, 2.5], [2, 1.2], [3, 1.2]]


def test_stacks_close_to_each_other_keep_their_own_ticks(tmp_path):
    def draw(axes):
        axes.bar([1, 3], [2, 4], width=0.99, color="C0", label="tin")
        axes.bar([2, 4], [3, 5], width=0.99, color="C1", label="zinc")
        axes.bar([2], [1], bottom=[3], width=0.99, color="C2", label="iron")
        axes.set_xticks([1, 2, 3, 4])
        axes.legend(bbox_to_anchor=(1.02, 1))

    rows = rows_of(tmp_path, draw)
    assert [row[0] for row in rows[1:]] == ["1", "2", "3", "4"]


def test_markers_lines_and_bars_of_one_legend_are_read_together(tmp_path):
    def draw(axes):
        axes.bar([1, 2, 3, 4], [10, 20, 30, 40], color="#cccc55", label="bars")
        axes.plot([1, 2, 3, 4], [12, 9, 15, 12], color="C1", label="line")
        axes.plot([1, 2, 3, 4], [44, 33, 22, 11], "o", color="C2", label="marks")
        axes.set_xticks([1, 2, 3, 4])
        axes.legend(bbox_to_anchor=(1.02, 1))

    header, *rows = rows_of(tmp_path, draw)
    place = [header.index(name) for name in ("bars", "line", "marks")]
    assert [[float(row[i]) for i in (0, *place)] for row in rows] == [
        [1, 10, 12, 44],
        [2, 20, 9, 33],
        [3, 30, 15, 22],
        [4, 40, 12, 11],
    ]


def test_marks_beside_a_fitted_line_are_the_data(tmp_path):
    heights = (2.0, 9.5, 4.0, 13.0, 8.5, 17.0)

    def draw(axes):
        axes.scatter(range(1, 7), heights)
        axes.plot([1, 6], [3, 15], color="tab:blue")

    rows = rows_of(tmp_path, draw)
    assert [float(row[1]) for row in rows[1:]] == pytest.approx(heights, abs=0.1)


def test_marks_on_stems_are_the_data(tmp_path):
    heights = (2.0, 9.5, 4.0, 13.0, 8.5)
    rows = rows_of(tmp_path, lambda axes: axes.stem(range(1, 6), heights))
    assert [[float(cell) for cell in row] for row in rows[1:]] == [
        [place, pytest.approx(height, abs=0.1)] for place, height in enumerate(heights, 1)
    ]
