import random

import pymupdf
import pytest
from pymupdf import _table_headers, _table_refine

from dsocr_integrations.engines.embedded.born_digital.grid_tables import find_tables
from dsocr_integrations.engines.embedded.born_digital.table_refinement import (
    mended_finder,
    outermost,
)
from dsocr_integrations.engines.embedded.page_layout import find_regions
from tests.engines.embedded.pdf_pages import DATA, region_of


def test_no_text_is_looked_at_twice_and_nothing_of_pymupdf_s_stays_replaced():
    with region_of(DATA / "report.pdf", 2).page() as page:
        find_regions(page)
        assert find_tables(page)

    with mended_finder():
        looked_at = _table_headers.cell_type.cache_info()
        assert _table_headers.cell_type("$ 1,234") == "money"
    assert looked_at.hits > looked_at.misses > 0
    assert not hasattr(_table_headers.cell_type, "cache_info")


def test_pymupdf_has_its_own_functions_back_after_a_failure():
    own = _table_headers.cell_type
    with pytest.raises(ZeroDivisionError), mended_finder():
        raise ZeroDivisionError
    assert _table_headers.cell_type is own


@pytest.mark.parametrize("seed", range(20))
def test_the_outermost_rectangles_are_those_that_pymupdf_finds(seed):
    chance = random.Random(seed)
    corners = [(chance.uniform(0, 400), chance.uniform(0, 400)) for _ in range(60)]
    rectangles = [
        pymupdf.Rect(x, y, x + chance.choice((0, 6, 40, 41, 200)), y + chance.uniform(0, 90))
        for x, y in corners
    ]
    rectangles += [pymupdf.Rect(r.x0 + 1, r.y0 + 1, r.x1 - 1, r.y1 - 1) for r in rectangles[::3]]
    theirs = _table_refine._refine_cell_background_rects
    assert outermost(rectangles) == theirs(rectangles)
    assert outermost([]) == []
