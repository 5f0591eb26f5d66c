"""Charts as the web's plotting libraries write them: log digits, struck text, gaps, clipped bars."""

from __future__ import annotations

import pytest

from dsocr_integrations.engines.embedded.charts.labels import Glyph, join_glyphs
from dsocr_integrations.engines.embedded.charts.panel_axes import find_upright_axis
from dsocr_integrations.engines.embedded.charts.scene import Label, Scene
from tests.engines.embedded.charts_drawn import read_drawn


def rows_of(folder, draw, **options):
    chart = read_drawn(folder, draw, **options)
    assert chart is not None
    return chart.rows()


def glyphs_of(text, x, y, size):
    return [Glyph(mark, (x + 5.0 * i, y), (1.0, 0.0), 5.0, size) for i, mark in enumerate(text)]


def log_digits(axes, *, lowest):
    """Digits 2 and 5 between powers of ten, as D3 and plotly print them."""
    ticks = [digit * 10.0**power for power in range(lowest, lowest + 3) for digit in (1, 2, 5)]
    names = [
        f"{tick:g}" if number % 3 == 0 else f"{tick:g}".strip("0.")
        for number, tick in enumerate(ticks)
    ]
    axes.set_yscale("log")
    axes.minorticks_off()
    axes.set_yticks(ticks, names)
    axes.set_ylim(ticks[0] * 0.9, ticks[-1] * 1.3)


@pytest.mark.parametrize(("lowest", "values"), [(0, [3.0, 40.0, 500.0]), (-2, [0.03, 0.4, 5.0])])
def test_digits_between_powers_of_ten_are_parts_of_their_decade(tmp_path, lowest, values):
    def draw(axes):
        axes.plot([1, 2, 3], values, marker="o")
        log_digits(axes, lowest=lowest)

    rows = rows_of(tmp_path, draw)
    assert [float(row[1]) for row in rows[1:]] == pytest.approx(values, rel=0.02)


def test_a_decade_turned_upside_down_is_read_by_its_powers(tmp_path):
    def draw(axes):
        axes.plot([1, 2, 3], [3.0, 40.0, 500.0], marker="o")
        log_digits(axes, lowest=0)
        axes.invert_yaxis()

    rows = rows_of(tmp_path, draw)
    assert [float(row[1]) for row in rows[1:]] == pytest.approx([3.0, 40.0, 500.0], rel=0.02)


def test_digits_on_a_line_of_their_own_belong_to_the_powers_beside_it(tmp_path):
    def draw(axes):
        axes.plot([2.0, 20.0, 60.0], [1, 2, 3], marker="o")
        axes.set_xscale("log")
        axes.minorticks_off()
        ticks = [1, 2, 5, 10, 20, 50, 100]
        axes.set_xticks(ticks, ["1", "2", "5", "10", "2", "5", "100"])
        for label in axes.get_xticklabels():
            if label.get_text() in {"2", "5"}:
                label.set_fontsize(6)
                label.set_y(0.02)

    rows = rows_of(tmp_path, draw)
    assert [float(row[0]) for row in rows[1:]] == pytest.approx([2.0, 20.0, 60.0], rel=0.02)


def test_bars_of_a_log_axis_end_below_what_is_shown(tmp_path):
    def draw(axes):
        axes.bar(["a", "b", "c"], [50.0, 14.0, 23.0], bottom=1e-30)
        axes.set_yscale("log")
        axes.set_ylim(5, 200)

    rows = rows_of(tmp_path, draw)
    assert [float(row[1]) for row in rows[1:]] == pytest.approx([50, 14, 23], rel=0.02)


def test_a_blank_before_an_exponent_does_not_hide_it():
    drawn = [*glyphs_of("10 ", 0.0, 100.0, 10.0), *glyphs_of("−3", 12.0, 96.0, 7.0)]
    assert [label.text for label in join_glyphs(drawn)] == ["10^−3"]


def test_small_capitals_and_indices_do_not_end_a_label():
    drawn = [
        *glyphs_of("N", 0.0, 100.0, 10.0), *glyphs_of("OT ", 5.0, 100.0, 8.0),
        *glyphs_of("K", 20.0, 100.0, 10.0), *glyphs_of("NOWN", 25.0, 100.0, 8.0),
    ]  # fmt: skip
    assert [label.text for label in join_glyphs(drawn)] == ["NOT KNOWN"]


def test_a_line_that_values_are_missing_from_is_one_series(tmp_path):
    def draw(axes):
        axes.plot([1, 2, None, 4, 5], [1, 2, None, 4, 5], color="tab:blue")

    rows = rows_of(tmp_path, draw)
    assert len(rows[0]) == 2
    assert [float(row[1]) for row in rows[1:]] == pytest.approx([1, 2, 4, 5], abs=0.05)


def test_lines_of_one_look_above_each_other_stay_apart(tmp_path):
    def draw(axes):
        axes.plot([1, 2, 3], [1, 2, 1], color="tab:blue")
        axes.plot([1, 2, 3], [5, 4, 5], color="tab:blue")

    assert rows_of(tmp_path, draw)[0][1:] == ["series 1", "series 2"]


def test_labels_struck_twice_are_read_once(tmp_path):
    def draw(axes):
        axes.bar([1, 2, 3], [4, 5, 6])
        axes.set_xticks([1, 2, 3], ["ore", "tin", "zinc"])
        for text in axes.get_xticklabels():
            text.set_visible(False)
        for x, name in [(1, "ore"), (2, "tin"), (3, "zinc")] * 2:
            axes.text(x, -0.6, name, ha="center", va="top")

    rows = rows_of(tmp_path, draw)
    assert [row[0] for row in rows[1:]] == ["ore", "tin", "zinc"]


def test_boxes_behind_words_and_lines_under_them_are_no_bars(tmp_path):
    def draw(axes):
        axes.barh(["short", "longer", "longest"], [1, 2, 3], color="#1f77b4")
        for place in range(3):
            axes.text(0.3, place, "remark", va="center", size=10,
                      bbox={"facecolor": "#444444", "edgecolor": "none", "pad": 0.5})  # fmt: skip

    rows = rows_of(tmp_path, draw)
    read = sorted([row[0], *(round(float(cell), 1) for cell in row[1:])] for row in rows[1:])
    assert read == [["longer", 2], ["longest", 3], ["short", 1]]


def test_bars_in_colours_of_their_own_are_the_only_series_of_the_legend(tmp_path):
    def draw(axes):
        axes.bar(
            [1, 2, 3, 4],
            [5, 4, 3, 2],
            color=["#4477dd", "#4477dd", "#dd5544", "#4477dd"],
            label="load",
        )
        axes.legend(loc="upper left", bbox_to_anchor=(1.02, 1.0))

    rows = rows_of(tmp_path, draw)
    assert rows[0][1:] == ["load"]
    assert [float(row[1]) for row in rows[1:]] == pytest.approx([5, 4, 3, 2], abs=0.05)


def test_hours_of_half_a_day_are_names(tmp_path):
    def draw(axes):
        axes.bar(range(5), [4, 5, 6, 7, 8])
        axes.set_xticks(range(5), ["12 AM", "1 AM", "2 AM", "3 AM", "4 AM"])

    rows = rows_of(tmp_path, draw)
    assert [row[0] for row in rows[1:]] == ["12 AM", "1 AM", "2 AM", "3 AM", "4 AM"]


def test_names_at_the_corners_of_a_frame_are_no_upright_axis():
    corners = [Label("A", (57.0, y), (63.0, y), 9.0) for y in (72.0, 249.0)]
    numbers = [
        Label(str(4 - i), (50.0, y), (56.0, y), 9.0) for i, y in enumerate((80, 130, 180, 230))
    ]
    scene = Scene(450.0, 300.0, (), (*corners, *numbers))
    axis, used = find_upright_axis(scene, (60.0, 75.0, 369.0, 240.0), [])
    assert axis is not None
    assert axis.is_measured
    assert [label.text for label in used] == ["4", "3", "2", "1"]


def test_a_word_of_its_title_tells_the_series_of_a_scale(tmp_path):
    def draw(axes):
        axes.plot([1, 2, 3], [40, 50, 60], marker="o", color="tab:blue", label="Rain in Oslo")
        axes.set_ylabel("Rain [mm]")
        other = axes.twinx()
        other.plot([1, 2, 3], [5, 3, 4], marker="o", color="tab:orange", label="Sunny hours")
        other.set_ylabel("Hours of sun")
        entries = [*axes.get_lines(), *other.get_lines()]
        axes.legend(handles=entries, loc="upper left", bbox_to_anchor=(1.2, 1.0))

    rows = rows_of(tmp_path, draw, size=(6.0, 3.5))
    assert rows[0][1:] == ["Rain in Oslo", "Sunny hours"]
    assert [[float(cell) for cell in row[1:]] for row in rows[1:]] == [[40, 5], [50, 3], [60, 4]]


def test_thresholds_beside_a_line_are_no_series(tmp_path):
    def draw(axes):
        axes.plot([1, 2, 3], [1, 3, 2], color="tab:blue")
        axes.axhline(2.5, color="tab:red")
        axes.axhline(1.5, color="tab:red")

    rows = rows_of(tmp_path, draw)
    assert len(rows[0]) == 2
    assert [float(row[1]) for row in rows[1:]] == pytest.approx([1, 3, 2], abs=0.05)


def test_a_threshold_that_the_legend_names_is_a_series(tmp_path):
    def draw(axes):
        axes.plot([1, 2, 3], [1, 3, 2], color="tab:blue", label="load")
        axes.axhline(2.5, color="tab:red", label="limit")
        axes.legend(loc="upper left", bbox_to_anchor=(1.02, 1.0))

    chart = read_drawn(tmp_path, draw)
    assert chart is not None
    assert {datum.series for datum in chart.data} == {"load", "limit"}


def test_numbers_that_begin_anew_are_those_of_panels_above_each_other():
    places = range(80, 240, 18)
    numbers = [Label(str(2 - i % 3), (50.0, y), (56.0, y), 9.0) for i, y in enumerate(places)]
    scene = Scene(450.0, 300.0, (), tuple(numbers))
    assert find_upright_axis(scene, (60.0, 75.0, 369.0, 240.0), []) == (None, ())
