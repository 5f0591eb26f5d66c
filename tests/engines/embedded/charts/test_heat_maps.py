"""Heat maps are read where they are printed numbers under printed names."""

from __future__ import annotations

import pytest

from tests.engines.embedded.charts_drawn import read_drawn

NUMBERS = ((31.0, 51.5, -4.0), (95.0, 67.0, 71.0))
ROWS, COLUMNS = ("meadow", "garden"), ("Jan", "Feb", "Mar")


def tiles(axes, *, turned=90):
    axes.pcolormesh(NUMBERS)
    axes.set_xticks([0.5, 1.5, 2.5], COLUMNS)
    axes.set_yticks([0.5, 1.5], ROWS, rotation=turned, va="center")
    axes.invert_yaxis()


def write(axes, numbers=NUMBERS, shift=0.0):
    for y, row in enumerate(numbers):
        for x, number in enumerate(row):
            if number is not None:
                axes.text(x + 0.5 + shift, y + 0.5, f"{number:g}", ha="center", va="center")


@pytest.mark.parametrize("turned", [0, 90])
def test_printed_numbers_of_a_heat_map_are_its_table(tmp_path, turned):
    def draw(axes):
        tiles(axes, turned=turned)
        write(axes)
        axes.set_ylabel("Site")

    chart = read_drawn(tmp_path, draw)
    assert chart is not None
    assert chart.is_printed
    assert chart.rows() == [
        ["Site", "Jan", "Feb", "Mar"],
        ["meadow", "31", "51.5", "-4"],
        ["garden", "95", "67", "71"],
    ]


def test_half_of_a_matrix_is_read(tmp_path):
    names = ("oak", "elm", "ash")
    half = ((1.0, None, None), (0.2, 1.0, None), (-0.4, 0.3, 1.0))

    def draw(axes):
        axes.pcolormesh([[value or 0.0 for value in row] for row in half])
        axes.set_xticks([0.5, 1.5, 2.5], names)
        axes.set_yticks([0.5, 1.5, 2.5], names)
        axes.invert_yaxis()
        write(axes, half)

    chart = read_drawn(tmp_path, draw)
    assert chart is not None
    assert chart.rows()[1:] == [
        ["oak", "1", "", ""],
        ["elm", "0.2", "1", ""],
        ["ash", "-0.4", "0.3", "1"],
    ]


def without_numbers(axes):
    tiles(axes)


def numbers_of_some(axes):
    tiles(axes)
    write(axes, ((31.0, None, None), (None, 67.0, None)))


def numbers_between(axes):
    tiles(axes)
    write(axes, shift=0.4)


def words_among_them(axes):
    tiles(axes)
    write(axes)
    axes.text(1.0, 1.0, "peak", ha="center")


@pytest.mark.parametrize(
    "draw", [without_numbers, numbers_of_some, numbers_between, words_among_them]
)
def test_colors_alone_are_no_numbers(tmp_path, draw):
    assert read_drawn(tmp_path, draw) is None
