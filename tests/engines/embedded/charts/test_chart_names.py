"""What users' usual settings print once: a factor, a target, names at the ends of lines."""

from __future__ import annotations

import pytest

from tests.engines.embedded.charts_drawn import read_drawn


def rows_of(folder, draw):
    chart = read_drawn(folder, draw)
    assert chart is not None
    return chart.rows()


def test_a_factor_above_the_axis_multiplies_its_ticks(tmp_path):
    values = [3_200_000, 9_100_000, 7_500_000, 8_300_000]
    rows = rows_of(tmp_path, lambda axes: axes.plot([2010, 2011, 2012, 2013], values))
    assert [float(row[1]) for row in rows[1:]] == pytest.approx(values, rel=0.01)


def test_years_in_one_row_below_the_chart_are_names_of_series(tmp_path):
    def draw(axes):
        for number, year in enumerate(["2021", "2022"]):
            places = [place + 0.4 * number for place in range(3)]
            axes.bar(places, [3 + number, 5, 4], 0.4, label=year)
        axes.set_xticks([0.2, 1.2, 2.2], ["ash", "elm", "fir"])
        axes.set_ylabel("Revenue (M EUR)")
        axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.1), ncol=2)

    rows = rows_of(tmp_path, draw)
    assert rows[:2] == [["x · Revenue (M EUR)", "2021", "2022"], ["ash", "3", "4"]]


def test_a_target_holds_at_every_category(tmp_path):
    def draw(axes):
        axes.bar(["ash", "elm", "fir"], [20, 60, 40], label="Actual")
        axes.axhline(50, color="red", linestyle="--", label="Target")
        axes.legend()

    header, *rows = rows_of(tmp_path, draw)
    target, actual = header.index("Target"), header.index("Actual")
    found = [(row[0], float(row[target]), float(row[actual])) for row in rows]
    assert found == [("ash", 50, 20), ("elm", 50, 60), ("fir", 50, 40)]


def test_names_at_the_ends_of_lines_are_those_of_their_series(tmp_path):
    def draw(axes):
        for name, values in (("Ouse", [1, 3, 2]), ("Tarn", [6, 5, 7])):
            (line,) = axes.plot([2019, 2020, 2021], values)
            axes.text(2021.05, values[-1], name, color=line.get_color(), va="center")

    rows = rows_of(tmp_path, draw)
    assert rows[0][1:] == ["Ouse", "Tarn"]
    assert rows[1] == ["2019", "1", "6"]
