"""Drawings within axes, and without, that hold no values."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from tests.engines.embedded.charts_drawn import read_drawn

NODES = [(0, 0), (1, 2), (2, 0.5), (3, 2.2), (4, 1), (2.5, -1)]


def graph(axes):
    from matplotlib.collections import LineCollection

    axes.add_collection(LineCollection(list(itertools.combinations(NODES, 2)), colors="k"))
    axes.scatter(*zip(*NODES, strict=True), s=200, zorder=3)


def tree_of_clusters(axes):
    pairs = [(0, 1, 0, 2), (2, 3, 0, 1.4), (0.5, 2.5, 1.7, 4), (4, 5, 0, 3), (1.5, 4.5, 3.5, 5)]
    for left, right, bottom, top in pairs:
        axes.plot([left, left, right, right], [bottom, top, top, bottom], color="tab:blue")


def filled_contours(axes):
    x, y = np.meshgrid(np.linspace(-3, 3, 40), np.linspace(-3, 3, 40))
    axes.contourf(x, y, np.sin(x + 0.6) * np.cos(1.7 * y), 8)


def field_of_arrows(axes):
    x, y = np.meshgrid(range(8), range(8))
    axes.quiver(x, y, np.sin(x + 0.4), np.cos(y))


def ribbons(axes):
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    for number, (low, high) in enumerate([(0, 2.5), (1.2, 0.4), (2.4, 3.2), (3.6, 1.6)]):
        upper = [(0, low), (2, low), (2, high), (4, high)]
        lower = [(4, high + 0.9), (2, high + 0.9), (2, low + 0.9), (0, low + 0.9)]
        path = Path([*upper, *lower, (0, low)], [1, 4, 4, 4, 2, 4, 4, 4, 79])
        axes.add_patch(PathPatch(path, facecolor=f"C{number}", linewidth=0))
    axes.set(xlim=(-1, 5), ylim=(-0.5, 5))
    axes.axis("off")


@pytest.mark.parametrize(
    "draw", [graph, tree_of_clusters, filled_contours, field_of_arrows, ribbons]
)
def test_what_holds_no_values_is_no_chart(tmp_path, draw):
    assert read_drawn(tmp_path, draw) is None
