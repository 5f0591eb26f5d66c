import numpy as np
import pytest
from PIL import Image

from dsocr_integrations.engines.embedded.scan.bent_pages import find_bend
from dsocr_integrations.engines.embedded.scan.pages import read_picture
from dsocr_integrations.writing.edit_distance import edit_distance
from tests.doubtful_pages.bent_pages import make


def photographed(folder, seed, shape, strength):
    made = make(folder, seed, shape, strength)
    with Image.open(made.path) as opened:
        return made, opened.convert("RGB")


def test_a_flat_page_does_not_bend(tmp_path):
    _, picture = photographed(tmp_path, 2, "arch", 0.0)
    assert find_bend(np.asarray(picture)) is None


def test_a_blank_or_tiny_picture_does_not_bend():
    assert find_bend(np.full((900, 900, 3), 255, np.uint8)) is None
    assert find_bend(np.full((3, 3, 3), 255, np.uint8)) is None


@pytest.mark.parametrize(("shape", "strength"), [("arch", 2.0), ("wave", 2.0)])
def test_bent_lines_are_read_and_their_words_are_where_they_are_in_the_photograph(
    tmp_path, shape, strength
):
    made, picture = photographed(tmp_path, 6, shape, strength)
    page = read_picture(picture, picture.size)
    printed, said = " ".join(made.lines), " ".join(block.text for block in page.blocks)
    assert edit_distance(printed, said) <= 0.02 * len(printed)
    assert not page.doubts
    ink = np.asarray(picture.convert("L")) < 128
    boxes = [tuple(map(round, word.box)) for block in page.blocks for word in block.words]
    inside = np.zeros_like(ink)
    for x0, y0, x1, y1 in boxes:
        inside[y0:y1, x0:x1] = True
        assert ink[y0:y1, x0:x1].any()
    assert (ink & inside).sum() >= 0.97 * ink.sum()
