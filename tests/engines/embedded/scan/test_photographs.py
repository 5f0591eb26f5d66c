"""A photographed sheet is laid flat and evenly lit; what a scanner saw is left as it is."""

from __future__ import annotations

import math

import cv2
import numpy as np
import pytest

from dsocr_integrations.engines.embedded.scan.detected_line import DetectedLine
from dsocr_integrations.engines.embedded.scan.orientation import transformed_box
from dsocr_integrations.engines.embedded.scan.photographs import (
    evenly_lit,
    flat,
    flattening,
    is_unevenly_lit,
)
from dsocr_integrations.engines.embedded.scan.recognised_line import quad_of

SIZE = (800, 1000)
EDGE = [(80, 40), (700, 90), (770, 950), (30, 900)]
LINES = [((120, y), (640 - 60 * (y % 3), y), (640 - 60 * (y % 3), y + 20), (120, y + 20)) for y in range(100, 800, 50)]  # fmt: skip


def seen_from_aside(corners: list[tuple[float, float]]) -> np.ndarray:
    flat_corners = np.array([(0, 0), (700, 0), (700, 900), (0, 900)], np.float32)
    return cv2.getPerspectiveTransform(flat_corners, np.array(corners, np.float32))


def lines_under(warp: np.ndarray) -> list[DetectedLine]:
    quads = cv2.perspectiveTransform(np.array(LINES, np.float32), warp)
    return [DetectedLine(quad_of(*quad), 1.0) for quad in quads]


def desk_with_sheet(corners: list[tuple[float, float]], shadow: float = 1.0) -> np.ndarray:
    picture = np.full((SIZE[1], SIZE[0], 3), (70, 50, 40), np.uint8)
    cv2.fillConvexPoly(picture, np.array(corners, np.int32), (235, 235, 230))
    picture[:, :300] = (picture[:, :300] * shadow).round()
    return picture


def test_a_tilted_sheet_lies_flat_and_its_shadow_is_gone():
    picture, warp = desk_with_sheet(EDGE, shadow=0.6), seen_from_aside(EDGE)
    laid, size = flattening(picture, lines_under(warp))
    corners = cv2.perspectiveTransform(np.array([EDGE], np.float32), laid)[0]
    wanted = [(0, 0), (size[0], 0), size, (0, size[1])]
    assert all(math.dist(a, b) < 8 for a, b in zip(corners, wanted, strict=True))
    page = flat(picture, laid, size)
    assert page.shape == (size[1], size[0], 3)
    # The edge of the shadow aside.
    assert page[20:-20, 20:200].min() > 230
    assert page[20:-20, 330:-20].min() > 230


def test_boxes_of_the_flat_page_stand_where_they_were_seen():
    lines = lines_under(seen_from_aside(EDGE))
    laid, _ = flattening(desk_with_sheet(EDGE), lines)
    for line in lines:
        corners = cv2.perspectiveTransform(np.array([line.quad], np.float32), laid)[0]
        level = (*corners.min(axis=0), *corners.max(axis=0))
        x0, y0, x1, y1 = transformed_box(level, np.linalg.inv(laid))
        xs, ys = zip(*line.quad, strict=True)
        seen = (min(xs), min(ys), max(xs), max(ys))
        assert max(abs(a - b) for a, b in zip((x0, y0, x1, y1), seen, strict=True)) < 6


def test_light_is_uneven_on_photographs_alone():
    across = np.linspace(0.5, 1, SIZE[0])
    page = np.full((SIZE[1], SIZE[0], 3), 240, np.uint8)
    page[200:300, 100:700] = 60
    lit = (page * across[None, :, None]).astype(np.uint8)
    assert not is_unevenly_lit(page)
    assert is_unevenly_lit(lit)
    assert evenly_lit(lit)[400:].min() > 235


def test_lines_tell_where_no_edge_is_seen():
    warp = seen_from_aside([(-200, -150), (900, -60), (1050, 1150), (-260, 1100)])
    lines = lines_under(warp)
    laid, _ = flattening(np.full((SIZE[1], SIZE[0], 3), 220, np.uint8), lines)
    found = [cv2.perspectiveTransform(np.array([line.quad], np.float32), laid)[0] for line in lines]
    assert max(abs(quad[1][1] - quad[0][1]) for quad in found) < 2
    starts = [quad[0][0] for quad in found]
    assert max(starts) - min(starts) < 12


@pytest.mark.parametrize("aslant", [False, True])
def test_scans_stay_as_they_are(aslant: bool):
    level = [DetectedLine(quad_of(*quad), 1.0) for quad in LINES]
    corners = [(40, 40), (760, 40), (760, 960), (40, 960)]
    if aslant:
        for place in range(9, 14):
            (x, y), *_ = LINES[place]
            down = [(x, y), (x + 300, y + 100), (x + 294, y + 119), (x - 6, y + 19)]
            level[place] = DetectedLine(quad_of(*down), 1.0)
    assert flattening(desk_with_sheet(corners), level) is None
    turned = cv2.getRotationMatrix2D((400, 500), 3, 1.0)
    askew = np.array(cv2.transform(np.array([corners], np.float32), turned)[0])
    quads = cv2.transform(np.array([line.quad for line in level], np.float32), turned)
    lines = [DetectedLine(quad_of(*quad), 1.0) for quad in quads]
    assert flattening(desk_with_sheet([tuple(corner) for corner in askew]), lines) is None
