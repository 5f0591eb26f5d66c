import random

import pymupdf
import pytest
from pymupdf import _table_headers, _table_refine, table

from dsocr_integrations.engines.embedded.born_digital.grid_tables import find_tables
from dsocr_integrations.engines.embedded.born_digital.table_refinement import (
    mended_finder,
    of_letters,
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


def test_letters_are_those_that_pymupdf_finds():
    found = []
    for letters in (table.make_chars, of_letters(table.make_chars)):
        for small in (False, True):
            usual = bool(pymupdf.TOOLS.set_small_glyph_heights(small))
            with pymupdf.open() as document:
                page = document.new_page(width=301.3, height=407.7)
                page.set_mediabox(pymupdf.Rect(-20.25, 11.1, 301.3, 407.7))
                page.insert_text((40, 60.3), "Wide Äé 1,250", fontsize=9.7, color=(1, 0, 0.3))
                page.insert_text((80, 200.7), "upwards", rotate=90, fontname="hebo")
                page.insert_text(
                    (120, 99.9), "x", morph=(pymupdf.Point(120, 99.9), pymupdf.Matrix(31))
                )
                table.CHARS.clear()
                letters(page)
                found.append(list(table.CHARS))
            pymupdf.TOOLS.set_small_glyph_heights(usual)
    theirs, ours = found[:2], found[2:]
    assert ours == theirs
    assert all(len(page) > len("Wide 1,250 upwards") for page in ours)


def test_a_page_without_letters_has_none():
    with pymupdf.open() as document:
        table.CHARS.clear()
        of_letters(table.make_chars)(document.new_page())
        assert not table.CHARS
