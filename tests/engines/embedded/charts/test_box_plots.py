"""Five numbers of each box, upright or level, with names or alone."""

from __future__ import annotations

import pytest

from tests.engines.embedded.charts_drawn import read_drawn

HEADS = ["lower whisker", "lower quartile", "median", "upper quartile", "upper whisker"]
FIVE = {"oak": (2.0, 4.0, 5.0, 7.0, 9.0), "elm": (10.0, 12.0, 15.0, 16.0, 19.0)}


def boxes(axes, *, level, names=tuple(FIVE), filled=False):
    stats = [
        dict(zip(("whislo", "q1", "med", "q3", "whishi"), FIVE[name], strict=True))
        for name in names
    ]
    axes.bxp(
        stats,
        orientation="horizontal" if level else "vertical",
        showfliers=False,
        patch_artist=filled,
    )


def numbers(rows):
    return {row[0]: [float(cell) for cell in row[1:]] for row in rows}


@pytest.mark.parametrize("level", [False, True])
@pytest.mark.parametrize("filled", [False, True])
def test_a_box_is_read_once_whichever_way_it_lies(tmp_path, level, filled):
    def draw(axes):
        boxes(axes, level=level, filled=filled)
        (axes.set_yticklabels if level else axes.set_xticklabels)(FIVE)

    chart = read_drawn(tmp_path, draw)
    assert chart is not None
    header, *rows = chart.rows()
    assert header[1:] == HEADS
    assert numbers(rows) == {k: pytest.approx(v, abs=0.06) for k, v in FIVE.items()}


def test_a_box_that_is_filled_and_outlined_apart_is_one(tmp_path):
    from matplotlib.patches import Rectangle

    def draw(axes):
        boxes(axes, level=False)
        axes.set_xticklabels(FIVE)
        for place, five in enumerate(FIVE.values(), 1):
            box = Rectangle((place - 0.075, five[1]), 0.15, five[3] - five[1], color="tab:cyan")
            axes.add_patch(box)

    chart = read_drawn(tmp_path, draw)
    assert chart is not None
    assert len(chart.data) == 10


def test_one_box_over_one_axis_has_no_name(tmp_path):
    def draw(axes):
        boxes(axes, level=True, names=("elm",))
        axes.yaxis.set_visible(False)
        axes.set_xlabel("Height (m)")

    chart = read_drawn(tmp_path, draw, size=(5.0, 1.6))
    assert chart is not None
    header, *rows = chart.rows()
    assert header == ["series", "Height (m)"]
    assert [row[0] for row in rows] == HEADS
    assert [float(row[1]) for row in rows] == pytest.approx(FIVE["elm"], abs=0.06)
