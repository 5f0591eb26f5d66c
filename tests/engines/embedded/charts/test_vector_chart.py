"""Vector charts are read back as the numbers they were drawn from."""

from __future__ import annotations

import numpy as np
import pytest

from tests.engines.embedded.charts_drawn import read_drawn

NAMES = ["Alpha", "Beta", "Gamma", "Delta", "Epsilon"]
VALUES = [3.2, 7.5, 5.1, 9.8, 2.4]


def rows_of(folder, draw, **options):
    chart = read_drawn(folder, draw, **options)
    assert chart is not None
    return chart.rows()


def numbers(rows):
    return {row[0]: [float(cell) for cell in row[1:]] for row in rows[1:]}


def test_bars_with_their_categories_and_title(tmp_path):
    def draw(axes):
        axes.bar(NAMES, VALUES)
        axes.set_ylabel("Sales")

    rows = rows_of(tmp_path, draw)
    assert rows[0] == ["x", "Sales"]
    assert numbers(rows) == {n: [pytest.approx(v)] for n, v in zip(NAMES, VALUES, strict=True)}


def test_level_bars(tmp_path):
    rows = rows_of(tmp_path, lambda axes: axes.barh(NAMES, VALUES))
    assert numbers(rows)["Delta"] == [pytest.approx(9.8)]


def test_negative_bars(tmp_path):
    rows = rows_of(tmp_path, lambda axes: axes.bar(NAMES, [3, -5, 2, -1, 4]))
    assert [row[1] for row in rows[1:]] == ["3", "-5", "2", "-1", "4"]


def test_grouped_bars_with_slanted_labels_and_a_legend_of_years(tmp_path):
    places = np.arange(5)

    def draw(axes):
        axes.bar(places - 0.2, VALUES, 0.4, label="2019")
        axes.bar(places + 0.2, [2, 4, 6, 8, 5], 0.4, label="2020")
        axes.set_xticks(places, NAMES, rotation=45, ha="right")
        axes.legend()

    rows = rows_of(tmp_path, draw)
    assert rows[0][1:] == ["2019", "2020"]
    assert numbers(rows)["Gamma"] == [pytest.approx(5.1), pytest.approx(6)]


def test_stacked_bars_give_the_height_of_each_part(tmp_path):
    def draw(axes):
        axes.bar(NAMES, [1, 2, 3, 4, 5], label="low")
        axes.bar(NAMES, [2, 2, 2, 1, 1], bottom=[1, 2, 3, 4, 5], label="high")
        axes.legend(loc="upper left")

    rows = rows_of(tmp_path, draw)
    assert rows[0][1:] == ["low", "high"]
    assert [row[1:] for row in rows[1:]] == [
        ["1", "2"],
        ["2", "2"],
        ["3", "2"],
        ["4", "1"],
        ["5", "1"],
    ]


def test_printed_values_win_and_are_told_apart(tmp_path):
    def draw(axes):
        axes.bar_label(axes.bar(NAMES, [1234, 3456, 2222, 5000, 4100]))

    chart = read_drawn(tmp_path, draw)
    assert chart is not None
    assert chart.is_printed
    assert [datum.value for datum in chart.data] == ["1234", "3456", "2222", "5000", "4100"]


def test_bars_without_a_value_axis_are_read_from_their_printed_values(tmp_path):
    def draw(axes):
        axes.bar_label(axes.bar(NAMES, VALUES))
        axes.set_yticks([])

    rows = rows_of(tmp_path, draw)
    assert [row[1] for row in rows[1:]] == ["3.2", "7.5", "5.1", "9.8", "2.4"]


def test_lines_by_the_legend_and_years(tmp_path):
    years = list(range(2010, 2020))

    def draw(axes):
        axes.plot(years, [y - 2009 for y in years], label="up")
        axes.plot(years, [2 * (2020 - y) for y in years], label="down", marker="o")
        axes.legend()

    rows = rows_of(tmp_path, draw)
    assert rows[0][1:] == ["up", "down"]
    assert rows[1] == ["2010", "1", "20"]
    assert rows[-1] == ["2019", "10", "2"]


def test_log_axis(tmp_path):
    rows = rows_of(
        tmp_path, lambda axes: axes.semilogy([1, 2, 3, 4, 5], [1, 10, 50, 1000, 7000], "s-")
    )
    assert [float(row[1]) for row in rows[1:]] == pytest.approx([1, 10, 50, 1000, 7000], rel=0.01)


def test_scatter(tmp_path):
    random = np.random.default_rng(1)
    x, y = random.random(25) * 10, random.random(25) * 100
    rows = rows_of(tmp_path, lambda axes: axes.scatter(x, y))
    found = sorted((float(a), float(b)) for a, b in rows[1:])
    assert np.allclose(found, sorted(zip(x, y, strict=True)), atol=0.2)


def test_pie_with_printed_shares(tmp_path):
    def draw(axes):
        axes.pie([10, 20, 30, 40], labels=["Cats", "Dogs", "Birds", "Fish"], autopct="%1.1f%%")

    rows = rows_of(tmp_path, draw, size=(4.0, 4.0))
    assert dict(map(tuple, rows[1:])) == {
        "Cats": "10.0%", "Dogs": "20.0%", "Birds": "30.0%", "Fish": "40.0%",
    }  # fmt: skip


def test_ring_is_measured(tmp_path):
    def draw(axes):
        axes.pie([1, 1, 2], labels=["a", "b", "c"], wedgeprops={"width": 0.4})

    rows = rows_of(tmp_path, draw, size=(4.0, 4.0))
    assert {row[0]: round(float(row[1].rstrip("%"))) for row in rows[1:]} == {
        "a": 25,
        "b": 25,
        "c": 50,
    }


def test_histogram_names_its_bins(tmp_path):
    def draw(axes):
        axes.bar([0.5, 1.5, 2.5, 3.5], [4, 9, 6, 1], width=1.0, edgecolor="white")
        axes.set_xticks([0, 1, 2, 3, 4])

    rows = rows_of(tmp_path, draw)
    assert rows[1:] == [["0 – 1", "4"], ["1 – 2", "9"], ["2 – 3", "6"], ["3 – 4", "1"]]


def test_two_panels_keep_their_own_axes(tmp_path):
    from matplotlib.figure import Figure

    from dsocr_integrations.engines.embedded.charts.reader import read_chart
    from dsocr_integrations.engines.embedded.charts.vector_scene import vector_scene
    from tests.engines.embedded.charts_drawn import region_of

    figure = Figure(figsize=(7, 3))
    left, right = figure.subplots(1, 2)
    left.bar(["a", "b", "c"], [1, 2, 3])
    left.set_title("left")
    right.plot([0, 1, 2, 3], [50, 60, 20, 80])
    right.set_title("right")
    figure.tight_layout()
    figure.savefig(tmp_path / "two.pdf")
    scene = vector_scene(region_of(tmp_path / "two.pdf"))
    assert scene is not None
    chart = read_chart(scene)
    assert chart is not None
    by_panel = {(d.series, d.key): float(d.value) for d in chart.data}
    assert by_panel["left", "b"] == pytest.approx(2)
    assert by_panel["right", "3"] == pytest.approx(80)


def test_box_plot_gives_five_numbers(tmp_path):
    data = [[1, 2, 3, 4, 5], [2, 4, 6, 8, 10], [3, 3.5, 4, 4.5, 5]]
    rows = rows_of(tmp_path, lambda axes: axes.boxplot(data))
    assert [round(float(cell)) for cell in rows[2][1:]] == [2, 4, 6, 8, 10]


@pytest.mark.parametrize("kind", ["heat map", "contours", "diagram", "text"])
def test_what_is_no_chart_gives_no_data(tmp_path, kind):
    random = np.random.default_rng(0)

    def draw(axes):
        if kind == "heat map":
            axes.pcolormesh(random.random((6, 6)), edgecolors="w")
        elif kind == "contours":
            axes.contour(random.random((8, 8)))
        elif kind == "diagram":
            axes.axis("off")
            for place, name in enumerate(["Encoder", "Attention", "Decoder"]):
                axes.bar([place], [1], width=0.6, edgecolor="black", bottom=place % 2)
                axes.text(place, 0.5, name, ha="center")
        else:
            axes.axis("off")
            for line in range(6):
                axes.text(0.1, line / 6, f"Line {line} of 10 in a paragraph")

    assert read_drawn(tmp_path, draw) is None
