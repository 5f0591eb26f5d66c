"""A few letters read amid faint print are scraps; short entries with white around them are not."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from dsocr_integrations.engines.embedded.scan.recognised_line import TextLine
from dsocr_integrations.engines.embedded.scan.scraps import count_scraps
from tests.doubtful_pages import part_worn
from tests.doubtful_pages.faces import FacesMissingError


@pytest.mark.parametrize(("strength", "scraps"), [(0.45, 4), (None, 0)])
def test_scraps_of_faint_print(strength, scraps, tmp_path):
    try:
        made = part_worn.make(tmp_path, 6074, "faint", strength or 0.0)
    except FacesMissingError as error:
        pytest.skip(str(error))
    with Image.open(made.path) as picture:
        image = np.asarray(picture.convert("RGB")).copy()
    row = int(np.flatnonzero(image[:, :60].min(axis=(1, 2)) < 250)[0]) + 20
    boxes = [(150 + 90 * n, row, 175 + 90 * n, row + 22) for n in range(4)]
    if not scraps:
        image[row - 5 : row + 30] = 255
        for x0, top, x1, bottom in boxes:
            image[top + 4 : bottom - 4, x0 + 4 : x1 - 4 : 3] = 0
    lines = [TextLine("an", box, 0.99) for box in boxes]
    assert count_scraps(image, lines) == scraps
    assert not count_scraps(image, lines[:2])
