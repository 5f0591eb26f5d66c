"""Charts whose ticks are drawn in the middle of whole pixels, as those of the web are."""

from __future__ import annotations

import itertools
import math

import pytest

from dsocr_integrations.engines.embedded.charts.areas import read_areas
from dsocr_integrations.engines.embedded.charts.axis import Axis, key_names, write_values
from dsocr_integrations.engines.embedded.charts.axis_fit import fit_axis
from dsocr_integrations.engines.embedded.charts.legend import Legend, find_legend
from dsocr_integrations.engines.embedded.charts.panels import Panel
from dsocr_integrations.engines.embedded.charts.scene import Label, Scene, Shape

SIDE = 300.0


def pixel(place):
    return math.floor(place + 0.5) + 0.5


def axis_to(last, step, *, upright=False):
    """An axis of `SIDE` pixels from 0 to `last`, as it is read from its ticks."""
    values = range(0, last + 1, step)
    places = [SIDE * (1 - value / last if upright else value / last) for value in values]
    labels = [
        (place, Label(str(value), (place - 4, 0.0), (place + 4, 0.0), 9.0))
        for value, place in zip(values, places, strict=True)
    ]
    axis = fit_axis(labels, [pixel(place) for place in places])
    assert axis is not None
    return axis


def test_ticks_put_on_whole_pixels_give_exact_places():
    axis = axis_to(800, 100)
    read = axis.shifted(-axis.crispness)
    assert [read.value(place) for place in (0.0, 3.75, 37.5)] == pytest.approx([0, 10, 100])


def test_marks_that_all_miss_their_ticks_by_a_hair_stand_on_them():
    axis = axis_to(60, 10)
    places = [50.0 * number - 0.5 for number in range(1, 6)]
    assert key_names(axis.met_by(places), places) == ["10", "20", "30", "40", "50"]


def test_areas_begin_at_zero():
    x, y = axis_to(10, 2), axis_to(1000, 100, upright=True)
    tops = [(60.0, 300.0), (120.0, 270.0), (180.0, 297.0), (240.0, 240.0)]
    outline = (*tops, *((place, 300.0) for place, _ in reversed(tops)))
    area = Shape(outline, outline, closed=True, fill=(31, 119, 180))
    data = read_areas([area], Panel((0.0, 0.0, SIDE, SIDE), x, y), Legend())
    assert data is not None
    assert [float(datum.value) for datum in data.data] == pytest.approx([0, 100, 10, 200], abs=0.01)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ([6.99, 28.96, 70.91, 126.83, 94.1, 53.95], ["7", "29", "71", "127", "94", "54"]),
        ([6.99, 28.96, 70.6, 126.83, 94.1, 53.95], ["6.99", "28.96", "70.6", "126.83", "94.1", "53.95"]),
    ],
)  # fmt: skip
def test_many_values_near_whole_numbers_are_these(values, said):
    axis = Axis("linear", (), slope=-0.43, offset=130.0, exact=True)
    assert write_values(axis, values) == said


def test_whole_years_among_months_say_their_month():
    ticks = [(48.0 * n, Label(str(2000 + n), (48.0 * n - 9, 0), (48.0 * n + 9, 0), 9.0)) for n in range(7)]  # fmt: skip
    axis = fit_axis(ticks, [place for place, _ in ticks])
    assert axis is not None
    names = key_names(axis, [4.0 * n for n in range(13)])
    assert names[:3] == ["Jan 2000", "Feb 2000", "Mar 2000"]
    assert names[12] == "Jan 2001"
    assert key_names(axis, [48.0 * n for n in range(3)]) == ["2000", "2001", "2002"]
    assert all(a != b for a, b in itertools.pairwise(names))


def test_a_mark_beside_the_heading_of_a_legend_is_no_entry():
    def patch(x, y, color):
        corners = ((x, y), (x + 8, y), (x + 8, y + 8), (x, y + 8))
        return Shape(corners, corners, closed=True, fill=color)

    red, blue = (228, 87, 86), (76, 120, 168)
    shapes = (patch(370, 27, red), patch(370, 45, blue), patch(344, 10, red))
    names = [("ash", 385.0, 35.0), ("elm", 385.0, 53.0), ("Tree", 356.0, 18.0)]
    labels = tuple(Label(name, (x, y), (x + 20, y), 10.0) for name, x, y in names)
    legend = find_legend(Scene(450.0, 300.0, shapes, labels), [])
    assert (legend.name_of(red), legend.name_of(blue)) == ("ash", "elm")
