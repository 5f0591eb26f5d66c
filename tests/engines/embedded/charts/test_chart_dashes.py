"""Dashed lines whose dashes are painted one by one."""

from __future__ import annotations

import itertools
import math

import pytest

from dsocr_integrations.engines.embedded.charts.painted_dashes import dashed_line
from tests.engines.embedded.charts_drawn import read_drawn


def cut(start, end, *, width=2.0, length=6.0, gap=4.0):
    """The dashes of a straight line, each as a filled rectangle."""
    whole = math.dist(start, end)
    ux, uy = (end[0] - start[0]) / whole, (end[1] - start[1]) / whole
    dashes, place = [], 0.0
    while place < whole:
        ends = [
            (start[0] + ux * at, start[1] + uy * at) for at in (place, min(place + length, whole))
        ]
        sides = [
            (x + side * uy * width / 2, y - side * ux * width / 2)
            for side, (x, y) in ((-1, ends[0]), (-1, ends[1]), (1, ends[1]), (1, ends[0]))
        ]
        dashes.append(sides)
        place += length + gap
    return dashes


def test_dashes_are_put_together_and_bend_where_they_did():
    vertices, width = dashed_line(cut((0, 0), (66, 0)) + cut((69, 3), (69, 59)))
    assert width == pytest.approx(2)
    for found, wanted in zip(vertices, [(0, 0), (69, 0), (69, 59)], strict=True):
        assert math.dist(found, wanted) < 0.5


@pytest.mark.parametrize(
    "pieces",
    [
        [[(x, 0), (x + 4, 0), (x + 4, 10 + x), (x, 10 + x)] for x in (0, 6, 12, 18)],
        [[(x, y), (x + 3, y), (x + 3, y + 3), (x, y + 3)] for x, y in ((0, 0), (9, 5), (30, 2))],
        cut((0, 0), (15, 0)),
        [[(0, 0), (4, 0), (2, 3)]] * 5,
    ],
    ids=["bars", "square markers", "two", "triangles"],
)
def test_other_pieces_of_one_path_stay_apart(pieces):
    assert dashed_line(pieces) is None


def test_a_line_of_painted_dashes_is_read_by_its_markers(tmp_path):
    path = pytest.importorskip("matplotlib.path")
    patches = pytest.importorskip("matplotlib.patches")

    def draw(axes):
        axes.set_xlim(0, 4)
        axes.set_ylim(0, 40)
        points = [(1, 10), (2, 30), (3, 20)]
        axes.figure.canvas.draw()
        axes.figure.tight_layout()
        places = [axes.transData.transform(point) for point in points]
        dashes = [
            path.Path([*corners, corners[0]], closed=True)
            for start, end in itertools.pairwise(places)
            for corners in cut(start, end)
        ]
        whole = path.Path.make_compound_path(*dashes)
        shape = patches.PathPatch(
            whole.transformed(axes.transData.inverted()), facecolor="C0", linewidth=0
        )
        axes.add_patch(shape)
        axes.plot(*zip(*points, strict=True), "o", color="C0")

    chart = read_drawn(tmp_path, draw)
    assert chart is not None
    assert [[float(cell) for cell in row] for row in chart.rows()[1:]] == [
        [1, 10],
        [2, 30],
        [3, 20],
    ]


def test_colored_grids_carry_no_data_and_markers_may_differ_from_their_line(tmp_path):
    def draw(axes):
        axes.grid(axis="x", color="cyan")
        axes.grid(axis="y", color="yellow")
        axes.plot([1, 2, 3], [4, 5, 6], color="purple", marker="s", mfc="magenta", label="test")
        axes.plot([1, 2, 3], [2, 9, 12], color="navy", label="control")
        axes.legend(bbox_to_anchor=(1.02, 1))

    chart = read_drawn(tmp_path, draw)
    assert chart is not None
    assert chart.rows() == [
        ["x", "test", "control"],
        ["1", "4", "2"],
        ["2", "5", "9"],
        ["3", "6", "12"],
    ]


def test_lines_of_one_color_are_told_by_how_they_are_dashed(tmp_path):
    looks = {"oak": "-", "elm": "--", "ash": ":", "fir": "-."}

    def draw(axes):
        for number, (name, look) in enumerate(looks.items()):
            axes.plot([0, 1, 2, 3], [number, number + 2, number + 1, number + 3], look, color="k")
            axes.plot([], [], look, color="k", label=name)
        axes.legend()

    chart = read_drawn(tmp_path, draw)
    assert chart is not None
    header, *rows = chart.rows()
    assert header[1:] == list(looks)
    assert [[float(cell) for cell in row[1:]] for row in rows] == [
        [pytest.approx(number + rise, abs=0.02) for number in range(4)] for rise in (0, 2, 1, 3)
    ]
