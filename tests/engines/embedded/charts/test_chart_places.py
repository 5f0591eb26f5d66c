"""What marks of a chart are called where axes and labels are sparse, shared or crowded."""

from __future__ import annotations

import datetime as dt
import itertools

import pytest

from dsocr_integrations.engines.embedded.born_digital.chart_regions import find_charts
from dsocr_integrations.engines.embedded.charts.labels import Glyph, join_glyphs
from dsocr_integrations.engines.embedded.charts.reader import read_chart
from dsocr_integrations.engines.embedded.charts.vector_scene import vector_scene
from tests.engines.embedded.charts_drawn import read_drawn, region_of


def rows_of(folder, draw, **options):
    chart = read_drawn(folder, draw, **options)
    assert chart is not None
    return chart.rows()


def rows_of_figure(folder, figure):
    figure.savefig(folder / "panels.pdf", metadata={"CreationDate": None})
    scene = vector_scene(region_of(folder / "panels.pdf"))
    assert scene is not None
    chart = read_chart(scene)
    assert chart is not None
    return chart.rows()


def bare_ticks(axes):
    axes.tick_params(length=0)
    axes.grid(visible=True, axis="y", color="#dddddd")


def test_a_bar_between_labelled_ones_is_not_called_after_its_neighbour(tmp_path):
    def draw(axes):
        axes.bar([0, 1, 2, 3, 4], [1, 2, 3, 4, 5])
        axes.set_xticks([0, 2, 4], ["One", "Three", "Five"])

    rows = rows_of(tmp_path, draw)
    assert rows[1:] == [["One", "1"], ["", "2"], ["Three", "3"], ["", "4"], ["Five", "5"]]


def test_two_numbers_without_tick_marks_are_an_axis(tmp_path):
    def draw(axes):
        bare_ticks(axes)
        axes.bar([1, 2, 3, 4, 5], [5, 6, 7, 8, 9])
        axes.set_xticks([2, 4])

    rows = rows_of(tmp_path, draw)
    assert [row[0] for row in rows[1:]] == ["1", "2", "3", "4", "5"]


def test_one_stacked_bar_is_named_by_its_legend(tmp_path):
    def draw(axes):
        axes.barh([0], [30], label="iron", height=0.5)
        axes.barh([0], [50], left=[30], label="zinc", height=0.5)
        axes.barh([0], [40], left=[80], label="tin", height=0.5)
        axes.set_yticks([])
        axes.set_xlabel("Tonnes")
        axes.legend(bbox_to_anchor=(1.02, 1.0))

    rows = rows_of(tmp_path, draw, size=(6.0, 2.0))
    assert rows[0][1] == "Tonnes"
    assert {row[0]: round(float(row[1])) for row in rows[1:]} == {"iron": 30, "zinc": 50, "tin": 40}


def test_bars_that_float_show_both_their_ends(tmp_path):
    def draw(axes):
        axes.barh(["plan", "build", "test"], [2, 5, 2], left=[1, 3, 8])
        axes.set_xlim(0.5, 11)

    rows = rows_of(tmp_path, draw)
    assert rows[0][1:] == ["from", "to"]
    assert {row[0]: [float(cell) for cell in row[1:]] for row in rows[1:]} == {
        "plan": [1, 3], "build": [3, 8], "test": [8, 10],
    }  # fmt: skip


def test_a_waterfall_that_starts_at_zero_keeps_its_steps(tmp_path):
    rows = rows_of(tmp_path, lambda axes: axes.bar(["a", "b", "c"], [4, 3, 2], bottom=[0, 4, 7]))
    assert [row[1] for row in rows[1:]] == ["4", "3", "2"]


def test_groups_that_fill_a_year_are_called_by_the_year_they_begin_in(tmp_path):
    def draw(axes):
        years = [2001, 2002, 2003, 2004]
        axes.bar([y + 0.27 for y in years], [5, 6, 7, 8], 0.46, label="cats")
        axes.bar([y + 0.73 for y in years], [3, 2, 4, 1], 0.46, label="dogs")
        axes.set_xticks([*years, 2005])
        axes.legend(bbox_to_anchor=(1.02, 1.0))

    rows = rows_of(tmp_path, draw)
    assert [row[0] for row in rows[1:]] == ["2001", "2002", "2003", "2004"]


def test_dates_may_run_upwards(tmp_path):
    days = [dt.date(2022, 1, day) for day in (1, 2, 3, 4, 5)]

    def draw(axes):
        axes.barh(range(5), [4, 8, 6, 2, 9])
        axes.set_yticks(range(5), [day.strftime("%b %d, %Y") for day in days])

    rows = rows_of(tmp_path, draw)
    assert dict(rows[1:])["Jan 02, 2022"] == "8"


def test_large_round_markers_are_no_contours(tmp_path):
    def draw(axes):
        axes.scatter([1, 2, 3, 4], [5, 3, 6, 2], s=500, facecolors="none", edgecolors="tab:blue")

    rows = rows_of(tmp_path, draw)
    assert [round(float(row[1])) for row in rows[1:]] == [5, 3, 6, 2]


def test_a_bar_of_a_hair_is_a_bar(tmp_path):
    def draw(axes):
        axes.bar(["a", "b", "c", "d"], [1300, 500, 100, 3])

    rows = rows_of(tmp_path, draw)
    assert [row[0] for row in rows[1:]] == ["a", "b", "c", "d"]
    assert float(rows[4][1]) == pytest.approx(3, abs=2)


@pytest.mark.parametrize("headed", [True, False])
def test_panels_are_told_apart_by_their_headings_or_their_series(tmp_path, headed):
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6, 5))
    upper, lower = figure.subplots(2, 1)
    upper.bar(["a", "b", "c"], [1, 2, 3], color="tab:blue", label="cats")
    lower.bar(["a", "b", "c"], [4, 5, 6], color="tab:orange", label="dogs")
    if headed:
        upper.set_title("cats")
        lower.set_title("dogs")
    figure.legend(bbox_to_anchor=(1.0, 1.0))
    figure.subplots_adjust(right=0.75, hspace=0.5)
    rows = rows_of_figure(tmp_path, figure)
    assert rows[0][1:] == ["cats", "dogs"]
    assert rows[1] == ["a", "1", "4"]


def test_rows_of_facets_take_the_heading_at_their_right(tmp_path):
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6, 5))
    grid = figure.subplots(2, 2)
    for number, (row, name) in enumerate(zip(grid, ["hot", "cold"], strict=True)):
        for place, axes in enumerate(row):
            axes.bar(["a", "b", "c"], [1 + number, 2 + place, 3])
            if number == 0:
                axes.set_title(["left", "right"][place])
        row[1].text(1.04, 0.5, name, rotation=-90, va="center", transform=row[1].transAxes)
    rows = rows_of_figure(tmp_path, figure)
    assert rows[0][1:] == ["hot left", "hot right", "cold left", "cold right"]


def test_numbers_that_jump_from_one_step_to_the_next_are_names(tmp_path):
    def draw(axes):
        axes.bar(range(5), [9, 7, 5, 3, 1])
        axes.set_xticks(range(5), ["3", "4", "5", "6", "8"])

    rows = rows_of(tmp_path, draw)
    assert [row[0] for row in rows[1:]] == ["3", "4", "5", "6", "8"]


def test_initials_of_months_are_spelled_out(tmp_path):
    def draw(axes):
        axes.bar(range(12), range(1, 13))
        axes.set_xticks(range(12), list("JFMAMJJASOND"))

    rows = rows_of(tmp_path, draw)
    assert rows[1] == ["Jan", "1"]
    assert rows[7] == ["Jul", "7"]


def test_initials_that_are_no_months_stay(tmp_path):
    def draw(axes):
        axes.bar(range(6), range(1, 7))
        axes.set_xticks(range(6), list("ABCDEF"))

    assert [row[0] for row in rows_of(tmp_path, draw)[1:]] == list("ABCDEF")


@pytest.mark.parametrize(
    ("edges", "ticks", "names"),
    [
        (
            [dt.date(2012, month, 1) for month in range(1, 11)],
            ["2012-01-01", "2012-04-01", "2012-07-01"],
            ["Jan 2012", "Feb 2012", "Mar 2012", "Apr 2012", "May 2012", "Jun 2012", "Jul 2012",
             "Aug 2012", "Sep 2012"],
        ),
        (
            [dt.date(2012, 1, day) for day in range(1, 11)],
            ["2012-01-01", "2012-01-05", "2012-01-09"],
            [f"2012-01-0{day}" for day in range(1, 10)],
        ),
        (
            [dt.date(2011 + m // 12, m % 12 + 1, 1) for m in range(0, 30, 3)],
            ["2011-01-01", "2012-01-01", "2013-01-01"],
            ["2011 Q1", "2011 Q2", "2011 Q3", "2011 Q4", "2012 Q1", "2012 Q2", "2012 Q3",
             "2012 Q4", "2013 Q1"],
        ),
        (
            [dt.date(year, 1, 1) for year in range(2001, 2011)],
            ["2001-01-01", "2005-01-01", "2009-01-01"],
            [str(year) for year in range(2001, 2010)],
        ),
    ],
)  # fmt: skip
def test_bars_that_fill_steps_of_time_are_called_by_these(tmp_path, edges, ticks, names):
    def draw(axes):
        days = [edge.toordinal() for edge in edges]
        widths = [0.9 * (b - a) for a, b in itertools.pairwise(days)]
        axes.bar(days[:-1], range(1, 10), widths, align="edge")
        axes.set_xticks([dt.date.fromisoformat(tick).toordinal() for tick in ticks], ticks)

    rows = rows_of(tmp_path, draw)
    assert [row[0] for row in rows[1:]] == names


def test_dashes_that_span_years_give_one_value_each(tmp_path):
    def draw(axes):
        axes.bar(range(2004, 2010), [0.2] * 6, 1.0, bottom=[9, 24, 31, 17, 5, 12], align="edge")
        axes.set_ylim(0, 40)
        axes.set_xticks(range(2004, 2011))

    rows = rows_of(tmp_path, draw)
    assert [row[0] for row in rows[1:]] == [str(year) for year in range(2004, 2010)]
    assert [round(float(row[1])) for row in rows[1:]] == [9, 24, 31, 17, 5, 12]


def test_names_right_above_level_bars_are_their_categories(tmp_path):
    def draw(axes):
        axes.barh([2, 1, 0], [30, 45, 12], height=0.4)
        for place, name in ((2, "Amber"), (1, "Birch"), (0, "Cedar")):
            axes.text(0.2, place + 0.25, name)
        axes.set_yticks([])

    rows = rows_of(tmp_path, draw)
    assert rows[1:] == [["Amber", "30"], ["Birch", "45"], ["Cedar", "12"]]


def test_names_that_only_sizes_tell_apart_are_not_given_to_all(tmp_path):
    def draw(axes):
        axes.bar([0, 1, 2], [3, 4, 5], color="tab:blue")
        axes.set_xticks([0, 1, 2], ["a", "b", "c"])
        handles = [axes.scatter([], [], s=size, color="tab:blue") for size in (20, 60)]
        axes.legend(handles, ["small", "large"], bbox_to_anchor=(1.02, 1.0), loc="upper left")

    assert rows_of(tmp_path, draw)[0] == ["x", "value"]


def months_of(year, count):
    return [dt.date(year + m // 12, m % 12 + 1, 1).toordinal() for m in range(count)]


def test_highlighted_bars_are_no_second_series(tmp_path):
    def draw(axes):
        days = months_of(2012, 12)
        axes.bar(days, range(1, 13), 28, color=["red" if m % 5 == 2 else "blue" for m in range(12)])
        axes.set_xticks(days[::4], ["2012", "May", "Sep"])

    rows = rows_of(tmp_path, draw)
    assert len(rows[0]) == 2
    assert len({row[0] for row in rows[1:]}) == 12


def test_years_and_months_on_one_axis_are_whole_dates(tmp_path):
    def draw(axes):
        days = months_of(2012, 25)
        axes.plot(days, range(25))
        axes.set_xticks(days[::6], ["2012", "July", "2013", "July", "2014"])

    rows = rows_of(tmp_path, draw)
    assert [rows[1 + place][0] for place in (0, 1, 6, 12)] == [
        "Jan 2012", "Feb 2012", "Jul 2012", "Jan 2013",
    ]  # fmt: skip


def test_exponents_of_several_characters_are_one_number(tmp_path):
    def draw(axes):
        axes.plot([1, 2, 3, 4], [0.001, 0.01, 0.1, 1.0], "o-")
        axes.set_yscale("log")

    values = [float(row[1]) for row in rows_of(tmp_path, draw)[1:]]
    assert values == pytest.approx([0.001, 0.01, 0.1, 1.0], rel=0.02)


@pytest.mark.parametrize(
    ("days", "first"),
    [((1, 1, 1, 1, 1, 1), "Jan 2012"), ((1, 9, 4, 20, 1, 13), "2012-01-01")],
)
def test_marks_that_all_begin_a_month_are_called_by_it(tmp_path, days, first):
    def draw(axes):
        places = [dt.date(2012, month, day).toordinal() for month, day in enumerate(days, 1)]
        axes.scatter(places, range(1, 7))
        ticks = [dt.date(2012, month, 1).toordinal() for month in (1, 3, 5)]
        axes.set_xticks(ticks, ["2012", "March", "May"])

    assert rows_of(tmp_path, draw)[1] == [first, "1"]


def test_a_year_below_the_first_tick_holds_for_those_that_follow(tmp_path):
    def draw(axes):
        axes.plot([0, 1, 2, 3, 4, 5], [1, 3, 2, 5, 4, 6], "o-")
        axes.set_xticks([1, 3, 5], ["Apr 2\n2019", "Apr 4", "Apr 6"])

    rows = rows_of(tmp_path, draw)
    assert [row[0] for row in rows[1:]] == [f"2019-04-0{day}" for day in range(1, 7)]


def test_hours_are_read_between_their_ticks_and_over_midnight(tmp_path):
    def draw(axes):
        axes.plot([0, 6, 12, 18, 21], [1, 3, 2, 5, 4], "o-")
        axes.set_xticks([0, 12, 24], ["12:00\nJan 1, 2013", "00:00\nJan 2, 2013", "12:00"])

    rows = rows_of(tmp_path, draw)
    assert [row[0] for row in rows[1:]] == [
        "2013-01-01 12:00", "2013-01-01 18:00", "2013-01-02 00:00", "2013-01-02 06:00",
        "2013-01-02 09:00",
    ]  # fmt: skip


def test_hours_without_a_day_stay_hours(tmp_path):
    def draw(axes):
        axes.plot([9, 9.5, 11.25, 12], [1, 3, 2, 5], "o-")
        axes.set_xticks([9, 10, 11, 12], ["09:00", "10:00", "11:00", "12:00"])

    rows = rows_of(tmp_path, draw)
    assert [row[0] for row in rows[1:]] == ["09:00", "09:30", "11:15", "12:00"]


def test_units_and_marks_around_numbers_are_no_part_of_them(tmp_path):
    def draw(axes):
        axes.plot([1, 2.5, 4], [10, 25, 40], "o-")
        axes.set_xticks([1, 2, 3, 4], [f"-> {n} s" for n in (1, 2, 3, 4)])
        axes.set_yticks([10, 20, 30, 40], [f"{n} kg" for n in (10, 20, 30, 40)])

    assert rows_of(tmp_path, draw) == [["s", "kg"], ["1", "10"], ["2.5", "25"], ["4", "40"]]


def test_numbered_names_stay_names(tmp_path):
    def draw(axes):
        axes.bar([1, 2, 3], [4, 2, 5])
        axes.set_xticks([1, 2, 3], ["Week 1", "Week 2", "Week 3"])

    rows = rows_of(tmp_path, draw)
    assert rows[1:] == [["Week 1", "4"], ["Week 2", "2"], ["Week 3", "5"]]


def test_numbers_may_be_turned_beside_the_upright_axis(tmp_path):
    def draw(axes):
        axes.plot([1, 2, 3], [10, 25, 40], "o-")
        axes.set_yticks([0, 20, 40])
        axes.tick_params(axis="y", rotation=90)

    assert rows_of(tmp_path, draw)[1:] == [["1", "10"], ["2", "25"], ["3", "40"]]


def test_a_group_whose_last_bar_has_no_height_keeps_its_number(tmp_path):
    def draw(axes):
        axes.bar([0, 1, 2], [3, 4, 5], -0.4, align="edge", label="cats")
        axes.bar([0, 1, 2], [0, 2, 1], 0.4, align="edge", label="dogs")
        axes.set_xticks([0, 1, 2])
        axes.legend(bbox_to_anchor=(1.02, 1.0))

    rows = rows_of(tmp_path, draw)
    assert [row[0] for row in rows[1:]] == ["0", "1", "2"]


def test_bars_that_begin_anywhere_count_by_their_length(tmp_path):
    def draw(axes):
        for shift, name in ((-0.2, "cats"), (0.2, "dogs")):
            axes.bar([shift, 1 + shift, 2 + shift], [1, 2, 3], 0.4, bottom=[3, 4, 5], label=name)
        axes.set_ylim(3, 8.5)
        axes.set_xticks([0, 1, 2])
        axes.legend(bbox_to_anchor=(1.02, 1.0))

    rows = rows_of(tmp_path, draw)
    assert rows[1:] == [["0", "1", "1"], ["1", "2", "2"], ["2", "3", "3"]]


def test_a_place_between_labelled_categories_is_not_called_after_one(tmp_path):
    def draw(axes):
        axes.plot([0, 1, 2, 3, 4], [1, 3, 2, 5, 4])
        axes.set_xticks([0, 3], ["ant", "dog"])

    rows = rows_of(tmp_path, draw)
    assert [row[0] for row in rows[1:]] == ["ant", "", "", "dog", ""]


@pytest.mark.parametrize("hole", [0.0, 0.15])
def test_slices_of_unlike_reach_are_no_pie(tmp_path, hole):
    patches = pytest.importorskip("matplotlib.patches")

    def draw(axes):
        for place, radius in enumerate((1.0, 0.4, 1.0, 1.0)):
            width = radius - hole if hole else None
            axes.add_patch(
                patches.Wedge(
                    (0, 0), radius, 90 * place, 90 * place + 90, width=width, fc=f"C{place}"
                )
            )
        axes.set(xlim=(-1, 1), ylim=(-1, 1), aspect="equal")
        axes.axis("off")

    assert read_drawn(tmp_path, draw) is None


@pytest.mark.parametrize("texts", [("00:00", "03:00"), ("−10M", "−8M"), ("01 Jan", "02 Jan")])
def test_ticks_that_touch_stay_apart(texts):
    glyphs, pen = [], 0.0
    for text in texts:
        for character in text:
            glyphs.append(Glyph(character, (pen, 0.0), (1.0, 0.0), 5.0, 10.0))
            pen += 5.0
        pen += 2.0 if "M" in text else 0.0
    assert [label.text for label in join_glyphs(glyphs)] == list(texts)


def two_scales(axes, *, colored):
    bars = axes.bar([1, 2, 3], [10, 20, 30], label="rain")
    other = axes.twinx()
    (line,) = other.plot([1, 2, 3], [0.5, 0.7, 0.6], "o-", color="tab:red", label="heat")
    other.set_ylim(0, 1)
    axes.set_xticks([1, 2, 3])
    axes.legend(handles=[bars, line], loc="lower center", bbox_to_anchor=(0.5, 1.02), ncols=2)
    if colored:
        other.tick_params(axis="y", labelcolor="tab:red")


def test_the_colour_of_a_scale_tells_its_series(tmp_path):
    rows = rows_of(tmp_path, lambda axes: two_scales(axes, colored=True))
    assert rows == [
        ["x", "rain", "heat"], ["1", "10", "0.5"], ["2", "20", "0.7"], ["3", "30", "0.6"],
    ]  # fmt: skip


def test_two_scales_that_nothing_tells_apart_are_not_read(tmp_path):
    assert read_drawn(tmp_path, lambda axes: two_scales(axes, colored=False)) is None


def test_the_left_scale_of_the_next_panel_is_not_the_right_one_of_this(tmp_path):
    figure_module = pytest.importorskip("matplotlib.figure")
    figure = figure_module.Figure(figsize=(5.0, 2.5))
    for place, color in enumerate(("tab:blue", "tab:orange")):
        axes = figure.add_axes((0.08 + 0.47 * place, 0.2, 0.42, 0.7))
        axes.bar(["a", "b", "c"], [10 + 90 * place, 20 + 80 * place, 30], color=color)
    rows = rows_of_figure(tmp_path, figure)
    assert [row[1:] for row in rows[1:]] == [["10", "100"], ["20", "100"], ["30", "30"]]


MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul"]


def test_names_of_months_that_stand_evenly_are_categories(tmp_path):
    def draw(axes):
        axes.plot(MONTHS, [52, 86, 18, 82, 49, 48, 90])

    rows = rows_of(tmp_path, draw, size=(6.0, 3.8))
    assert [row[0] for row in rows[1:]] == MONTHS


def test_a_line_between_months_says_its_days(tmp_path):
    days = [dt.date(2023, 1, 1) + dt.timedelta(days=10 * step) for step in range(12)]

    def draw(axes):
        axes.plot(days, range(12), marker="o")
        axes.set_xticks(days[0:1] + [dt.date(2023, month, 1) for month in (2, 3, 4)])
        axes.set_xticklabels(["Jan", "Feb", "Mar", "Apr"])

    keys = [row[0] for row in rows_of(tmp_path, draw)[1:]]
    assert keys[0] == "Jan"
    assert len(set(keys)) == len(keys)


def panels_of(draw_first, draw_second):
    figure = pytest.importorskip("matplotlib.figure").Figure(figsize=(8, 3))
    first, second = figure.subplots(1, 2)
    draw_first(first)
    draw_second(second)
    figure.tight_layout()
    return figure


def test_a_legend_within_a_panel_names_no_line_of_another(tmp_path):
    def two(axes):
        axes.plot([1, 2, 3], [4, 5, 6], label="tin")
        axes.plot([1, 2, 3], [3, 2, 1], label="zinc")
        axes.legend()

    def one(axes):
        axes.plot([1, 2, 3], [7, 8, 9])
        axes.set_title("Lead")

    header = rows_of_figure(tmp_path, panels_of(two, one))[0]
    assert header == ["x", "tin", "zinc", "Lead"]


def test_a_legend_in_one_panel_names_the_same_lines_of_the_next(tmp_path):
    def two(axes):
        axes.plot([1, 2, 3], [4, 5, 6], label="tin")
        axes.plot([1, 2, 3], [3, 2, 1], label="zinc")
        axes.set_title("North")

    def legend(axes):
        two(axes)
        axes.legend()
        axes.set_title("South")

    header = rows_of_figure(tmp_path, panels_of(two, legend))[0]
    assert header == ["x", "North tin", "North zinc", "South tin", "South zinc"]


def test_panels_of_unlike_axes_are_a_long_table(tmp_path):
    def months(axes):
        axes.bar(MONTHS[:3], [1, 2, 3])
        axes.set(title="Rain", ylabel="mm")

    def years(axes):
        axes.plot([2001, 2002, 2003, 2004], [4, 5, 6, 7])
        axes.set(title="Sun", ylabel="hours", xticks=[2001, 2002, 2003, 2004])

    rows = rows_of_figure(tmp_path, panels_of(months, years))
    assert rows[0] == ["series", "x", "value"]
    assert rows[1] == ["Rain mm", "Jan", "1"]
    assert rows[-1] == ["Sun hours", "2004", "7"]


def test_two_scales_without_a_legend_name_their_values_by_their_titles(tmp_path):
    def draw(axes):
        right = axes.twinx()
        axes.bar(MONTHS, [1, 2, 3, 4, 5, 6, 7], color="C0")
        right.plot(MONTHS, [70, 60, 50, 40, 30, 20, 10], color="C3", marker="o")
        for side, color, title in ((axes, "C0", "Rain"), (right, "C3", "Sun")):
            side.set_ylabel(title)
            side.tick_params(axis="y", labelcolor=color)

    rows = rows_of(tmp_path, draw)
    assert rows[:2] == [["x", "Rain", "Sun"], ["Jan", "1", "70"]]


def test_the_caps_of_error_bars_are_no_values(tmp_path):
    def draw(axes):
        axes.bar(["a", "b", "c"], [4, 5, 6], yerr=[1, 1, 1], capsize=4, color="lightsteelblue")

    assert rows_of(tmp_path, draw)[1:] == [["a", "4"], ["b", "5"], ["c", "6"]]


def test_the_swatch_of_a_lone_framed_name_is_no_line(tmp_path):
    def draw(axes):
        axes.plot([2010, 2011, 2012, 2013], [4, 5, 6, 4], marker="o", label="tin")
        axes.legend(loc="upper left")

    rows = rows_of(tmp_path, draw)
    assert rows[0] == ["x", "tin"]
    assert len(rows) == 5


def test_several_pies_are_read_each_by_its_heading(tmp_path):
    figure_module = pytest.importorskip("matplotlib.figure")
    figure = figure_module.Figure(figsize=(6.0, 3.0))
    for axes, heading, shares in zip(
        figure.subplots(1, 2), ("North", "South"), ([1, 3], [4, 1]), strict=True
    ):
        axes.pie(shares, labels=["ash", "elm"], colors=["#1f77b4", "#ff7f0e"])
        axes.set_title(heading)
    header, *rows = rows_of_figure(tmp_path, figure)
    shares = {row[0]: [float(cell.rstrip("%")) for cell in row[1:]] for row in rows}
    assert header == ["slice", "North", "South"]
    assert shares["ash"] == pytest.approx([25, 80], abs=0.05)
    assert shares["elm"] == pytest.approx([75, 20], abs=0.05)


def test_months_of_years_name_the_bars_between_their_ticks(tmp_path):
    def draw(axes):
        axes.bar(months_of(2020, 30), range(1, 31), width=25, align="edge")
        ticks = [dt.date(year, 1, 1) for year in (2020, 2021, 2022)]
        names = [tick.strftime("%B of %Y") for tick in ticks]
        axes.set_xticks([tick.toordinal() for tick in ticks], names)

    rows = rows_of(tmp_path, draw)
    assert [row[0] for row in rows[1:4]] == ["Jan 2020", "Feb 2020", "Mar 2020"]
    assert len({row[0] for row in rows[1:]}) == 30


def test_bars_called_by_one_label_of_a_neighbour_are_not_read(tmp_path):
    def draw(axes):
        axes.bar(range(12), range(1, 13), width=0.9, color="tab:blue")
        axes.set_xticks([0.3, 8.3], ["spring", "autumn"])
        axes.set_xlim(-0.6, 11.6)

    chart = read_drawn(tmp_path, draw)
    names = [datum.key for datum in chart.data if datum.key] if chart is not None else []
    assert len(set(names)) == len(names)


def test_level_error_bars_are_no_series(tmp_path):
    def draw(axes):
        axes.errorbar([1, 2, 3], [2, 1, 3], xerr=[0.2, 0.4, 0.3], marker="o", capsize=3)

    rows = rows_of(tmp_path, draw)
    assert [[float(cell) for cell in row] for row in rows[1:]] == [[1, 2], [2, 1], [3, 3]]


def test_a_bar_that_the_panel_cuts_keeps_its_place(tmp_path):
    def draw(axes):
        axes.bar([1, 2, 3], [5, 2, 4], width=0.8)
        axes.set_xlim(0.9, 3.1)
        axes.set_ylim(1, 4.5)

    rows = rows_of(tmp_path, draw)
    assert [[float(cell) for cell in row] for row in rows[1:]] == [[1, 5], [2, 2], [3, 4]]


def test_a_colour_that_the_legend_gives_twice_names_nothing(tmp_path):
    def draw(axes):
        for name, color, y in (("ash", "C0", 3), ("elm", "C1", 2), ("fir", "C0", 1)):
            axes.plot([1, 2, 3], [y, y + 1, y], color=color, label=name)
        axes.legend(loc="upper left", bbox_to_anchor=(1.02, 1.0))

    chart = read_drawn(tmp_path, draw, size=(6.0, 3.5))
    assert chart is not None
    assert {datum.series for datum in chart.data} & {"ash", "elm", "fir"} == {"elm"}


def test_a_mean_drawn_across_each_bar_is_a_value_of_its_own(tmp_path):
    def draw(axes):
        axes.bar(["ash", "elm", "fir"], [5, 2, 4], color="tab:blue")
        axes.bar([0, 1, 2], [0.02] * 3, bottom=[3, 1, 3.5], width=0.6, color="tab:red")

    rows = rows_of(tmp_path, draw)
    assert rows[0][2] == "mark"
    assert [[float(cell) for cell in row[1:]] for row in rows[1:]] == [
        pytest.approx(pair, abs=0.03) for pair in ([5, 3], [2, 1], [4, 3.5])
    ]


def test_days_of_one_month_have_names_of_their_own(tmp_path):
    def draw(axes):
        first = dt.date(2021, 1, 1).toordinal()
        axes.plot([first + day for day in range(0, 90, 2)], [day % 7 for day in range(45)])
        ticks = [dt.date(2021, month, 1) for month in (1, 2, 3, 4)]
        axes.set_xticks([tick.toordinal() for tick in ticks], ["Jan", "Feb", "Mar", "Apr"])

    rows = rows_of(tmp_path, draw)
    assert [row[0] for row in rows[1:4]] == ["Jan", "Jan 03", "Jan 05"]


def test_an_area_that_floats_gives_both_its_edges(tmp_path):
    def draw(axes):
        axes.fill_between([1, 2, 3], [2, 4, 3], [5, 6, 8])

    rows = rows_of(tmp_path, draw)
    assert rows[0][1:] == ["from", "to"]
    assert [[round(float(cell)) for cell in row[1:]] for row in rows[1:]] == [
        [2, 5],
        [4, 6],
        [3, 8],
    ]


@pytest.mark.parametrize(("text", "count"), [("Figure 1. Rain of the year.", 2), ("Sun", 0)])
def test_a_caption_parts_two_charts_seen_as_one_picture(tmp_path, text, count):
    figure_module = pytest.importorskip("matplotlib.figure")
    figure = figure_module.Figure(figsize=(5.0, 6.0))
    for axes in figure.subplots(2, 1, gridspec_kw={"hspace": 0.6}):
        axes.bar(["ash", "elm", "fir"], [3, 1, 2])
    figure.text(0.5, 0.5, text, ha="center")
    figure.savefig(tmp_path / "two.pdf", metadata={"CreationDate": None})
    region = region_of(tmp_path / "two.pdf")
    found = find_charts(region, (), (), (), [region.box])
    assert len(found) == count
