"""Check marks that the recogniser knows as letters are told by their arms."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from dsocr_integrations.engines.embedded.scan.check_marks import with_check_marks
from dsocr_integrations.engines.embedded.scan.recognised_line import TextLine

TICK = ((10, 26), (18, 36), (34, 8))
SHALLOW = ((8, 20), (18, 34), (40, 12))
VEE = ((10, 8), (22, 36), (34, 8))
ELL = ((12, 8), (12, 36), (32, 36))


@pytest.mark.parametrize(
    ("strokes", "read_as", "found"),
    [
        (TICK, "V", True),
        (TICK, "√", True),
        (SHALLOW, "L", True),
        (VEE, "V", False),
        (ELL, "L", False),
        (TICK, "No", False),
    ],
)
def test_a_mark_of_unequal_arms_is_a_check_mark(strokes, read_as, found):
    picture = Image.new("RGB", (50, 44), "white")
    ImageDraw.Draw(picture).line(strokes, fill="black", width=4)
    (line,) = with_check_marks(np.asarray(picture), [TextLine(read_as, (0, 0, 50, 44), 0.9)])
    assert (line.text == "✓") is found


@pytest.mark.parametrize("letter", ["V", "v", "L"])
def test_letters_stay(letter):
    picture = Image.new("RGB", (40, 40), "white")
    ImageDraw.Draw(picture).text((6, 4), letter, "black", ImageFont.load_default(28))
    line = TextLine(letter, (0, 0, 40, 40), 0.99)
    assert with_check_marks(np.asarray(picture), [line]) == [line]


def test_a_place_without_ink_is_no_check_mark():
    line = TextLine("V", (0, 0, 40, 40), 0.9)
    assert with_check_marks(np.full((40, 40, 3), 255, np.uint8), [line]) == [line]
