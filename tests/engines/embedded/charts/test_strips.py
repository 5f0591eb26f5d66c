"""Marks in one row over one axis, and colours that have a scale."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.engines.embedded.charts_drawn import read_drawn

VALUES = (3.0, 11.5, 17.0, 22.5, 30.0, 34.5, 41.0, 47.5)
STRIP = (5.0, 1.6)


def rows_of(folder, draw, **options):
    chart = read_drawn(folder, draw, **options)
    assert chart is not None
    return chart.rows()


def bare(axes):
    axes.yaxis.set_visible(False)
    axes.set(xlim=(0, 50), ylim=(-1, 1), xlabel="Depth (m)")


def colored(axes, numbers, bar):
    dots = axes.scatter(VALUES, [0.0] * len(VALUES), s=30, c=numbers, cmap="viridis", alpha=0.8)
    bare(axes)
    return axes.figure.colorbar(dots, ax=axes, **bar)


def test_marks_over_one_axis_are_values_without_keys(tmp_path):
    def draw(axes):
        axes.scatter(VALUES, [0.0] * len(VALUES), s=20)
        bare(axes)

    header, *rows = rows_of(tmp_path, draw, size=STRIP)
    assert header == ["Depth (m)"]
    assert [float(row[0]) for row in rows] == pytest.approx(VALUES, abs=0.1)


def test_names_of_their_colors_stand_beside_the_values(tmp_path):
    def draw(axes):
        axes.scatter(VALUES[:4], [0.0] * 4, s=20, color="tab:red", label="north")
        axes.scatter(VALUES[4:], [0.0] * 4, s=20, color="tab:blue", label="south")
        bare(axes)
        axes.legend(loc="center left", bbox_to_anchor=(1.05, 0.5))

    header, *rows = rows_of(tmp_path, draw, size=STRIP)
    assert header == ["series", "Depth (m)"]
    assert [row[0] for row in rows] == ["north"] * 4 + ["south"] * 4


def test_a_word_among_the_marks_makes_a_drawing_of_them(tmp_path):
    def draw(axes):
        axes.scatter(VALUES, [0.0] * len(VALUES), s=20)
        axes.text(17.0, 0.3, "wreck")
        bare(axes)

    assert read_drawn(tmp_path, draw, size=STRIP) is None


def test_marks_of_unlike_height_without_an_axis_are_none(tmp_path):
    def draw(axes):
        axes.scatter(VALUES, [0.1, -0.4, 0.5, 0.2, -0.3, 0.6, -0.5, 0.4], s=20)
        bare(axes)

    assert read_drawn(tmp_path, draw, size=STRIP) is None


def test_colors_of_a_scale_are_numbers(tmp_path):
    numbers = [0.0, 14.0, 22.0, 31.0, 47.0, 55.0, 68.0, 80.0]
    header, *rows = rows_of(tmp_path, lambda axes: colored(axes, numbers, {}), size=(5.0, 3.0))
    assert header[1] == "Depth (m)"
    assert [float(row[0]) for row in rows] == pytest.approx(numbers, abs=1)
    assert [float(row[1]) for row in rows] == pytest.approx(VALUES, abs=0.1)


def test_colors_of_running_months_are_these(tmp_path):
    dates = pytest.importorskip("matplotlib.dates")
    days = [dates.date2num(dt.date(2022, month, 1)) for month in (5, 3, 4, 8, 6, 7, 1, 2)]

    def draw(axes):
        bar = colored(axes, days, {"ticks": dates.MonthLocator(), "format": "%b %Y"})
        bar.ax.yaxis.set_major_formatter(dates.DateFormatter("%b %Y"))

    rows = rows_of(tmp_path, draw, size=(5.0, 3.0))[1:]
    assert [row[0] for row in rows] == [
        f"{name} 2022" for name in ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug")
    ]
    assert [float(row[1]) for row in rows] == pytest.approx(
        [41.0, 47.5, 11.5, 17.0, 3.0, 30.0, 34.5, 22.5], abs=0.1
    )


def test_colors_that_no_scale_has_are_no_numbers(tmp_path):
    """The scale is of other colours than the marks: nothing says what these are."""

    def draw(axes):
        from matplotlib.cm import ScalarMappable

        colors = [(1.0, 0.1 * number, 0.0) for number in range(8)]
        axes.scatter(VALUES, [0.0] * len(VALUES), s=30, c=colors)
        bare(axes)
        axes.figure.colorbar(ScalarMappable(cmap="winter"), ax=axes)

    assert rows_of(tmp_path, draw, size=(5.0, 3.0))[0] == ["Depth (m)"]


def test_times_of_an_upright_axis_run_upwards(tmp_path):
    """Months of which one has a year read as three years downwards, and as one upwards."""
    days = [dt.date(2021, 3, 20), dt.date(2021, 8, 12), dt.date(2021, 12, 15), dt.date(2022, 4, 20)]

    def draw(axes):
        axes.scatter([0.0] * 4, days, s=20)
        axes.xaxis.set_visible(False)
        axes.set_ylim(dt.date(2021, 3, 1), dt.date(2022, 5, 10))
        ticks = [dt.date(2021, 4, 1), dt.date(2021, 7, 1), dt.date(2021, 10, 1),
                 dt.date(2022, 1, 1), dt.date(2022, 4, 1)]  # fmt: skip
        axes.set_yticks(ticks, ["April", "July", "October", "2022", "April"])

    _, *rows = rows_of(tmp_path, draw, size=(1.8, 5.0))
    read = [dt.date.fromisoformat(row[0]) for row in rows]
    assert all(abs((a - b).days) <= 2 for a, b in zip(sorted(read), days, strict=True))
