"""A ground of dots, squares or noise in which nothing was read is told, and no photograph is."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageFilter

from dsocr_integrations.engines.embedded.scan.patterned_ground import has_patterned_ground
from tests.doubtful_pages import grounds
from tests.doubtful_pages.faces import FacesMissingError
from tests.grain import grain

SIZE = (700, 160)


def squares() -> Image.Image:
    rows, columns = np.indices(SIZE[::-1])
    return Image.fromarray(np.where((rows // 8 + columns // 8) % 2, 120, 240).astype(np.uint8))


def photograph() -> Image.Image:
    return grain(SIZE, 400, 3).filter(ImageFilter.GaussianBlur(9))


def rules() -> Image.Image:
    rows, columns = np.indices(SIZE[::-1])
    return Image.fromarray(
        np.where((rows % 17 < 2) | (columns % 300 < 2), 60, 250).astype(np.uint8)
    )


GROUNDS = {
    "rules": (rules, False),
    "squares": (squares, True),
    "noise": (lambda: grain(SIZE, 60, 4), True),
    "grey": (lambda: Image.new("L", SIZE, 180), False),
    "photograph": (photograph, False),
}


@pytest.mark.parametrize("kind", GROUNDS)
def test_grounds(kind):
    draw, told = GROUNDS[kind]
    page = Image.new("L", (900, 1000), 250)
    page.paste(draw(), (100, 400))
    image = np.asarray(page.convert("RGB"))
    assert has_patterned_ground(image, []) is told
    assert not has_patterned_ground(
        image, [(100, 400 + 40 * n, 800, 440 + 40 * n) for n in range(4)]
    )


@pytest.mark.parametrize(("read", "told"), [(4, False), (1, True)])
def test_what_is_left_of_a_ground_beside_lines_that_were_read(read, told):
    page = Image.new("L", (900, 1000), 250)
    page.paste(squares(), (100, 400))
    lines = [(105, 405 + 40 * n, 350, 430 + 40 * n) for n in range(read)]
    assert has_patterned_ground(np.asarray(page.convert("RGB")), lines) is told


def test_white_print_on_dots_lightens_some_of_them(tmp_path):
    try:
        made = grounds.make(tmp_path, 8017)
    except FacesMissingError as error:
        pytest.skip(str(error))
    with Image.open(made.path) as picture:
        image = np.asarray(picture.convert("RGB"))
    lines = [(65, 48 + 40 * n, 744, 82 + 40 * n) for n in range(4)]
    assert has_patterned_ground(image, lines)
