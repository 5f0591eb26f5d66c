"""Where lines of text stand, before they are read."""

from dsocr_integrations.engines.embedded.scan.detected_line import DetectedLine
from dsocr_integrations.engines.embedded.scan.line_overlaps import without_overlaps


def found(x0, y0, x1, y1):
    return DetectedLine(((x0, y0), (x1, y0), (x1, y1), (x0, y1)), 0.9)


def test_a_line_that_an_index_made_high_ends_where_its_neighbours_begin():
    above, below = found(0, 70, 900, 103), found(0, 136, 900, 170)
    high = found(0, 90, 600, 150)
    assert without_overlaps([above, high, below]) == [above, found(0, 103, 600, 136), below]


def test_lines_that_touch_and_tall_ones_stay_as_they_are():
    lines = [found(0, 70, 900, 103), found(0, 100, 900, 134), found(300, 80, 340, 300)]
    assert without_overlaps(lines) == lines
    large = [found(0, 70, 900, 170), found(0, 100, 900, 134)]
    assert without_overlaps(large) == large


def test_tilted_lines_reach_into_the_extents_of_others_and_stay_as_they_are():
    long = DetectedLine(((0, 70), (900, 90), (900, 124), (0, 104)), 0.9)
    short = DetectedLine(((400, 113), (600, 117), (600, 151), (400, 147)), 0.9)
    assert without_overlaps([long, short]) == [long, short]


def test_what_two_lines_of_a_row_share_is_halved():
    lines = [found(0, 70, 500, 103), found(484, 71, 900, 104)]
    assert without_overlaps(lines) == [found(0, 70, 492, 103), found(492, 71, 900, 104)]
