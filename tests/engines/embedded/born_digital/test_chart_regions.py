"""Charts that are taken for tables, and tables that are not taken for charts."""

from __future__ import annotations

from dataclasses import replace

import pymupdf
import pytest

from dsocr_integrations.engines.embedded.born_digital.chart_regions import (
    find_charts,
    is_chart,
    without_charts,
)
from dsocr_integrations.engines.embedded.born_digital.drawn_marks import marks_of
from dsocr_integrations.engines.embedded.born_digital.styled_words import extract
from dsocr_integrations.engines.embedded.charts.reader import read_chart
from dsocr_integrations.engines.embedded.charts.vector_scene import vector_scene
from dsocr_integrations.engines.embedded.page_layout import LayoutRegion
from tests.engines.embedded.charts_drawn import drawn_chart
from tests.engines.embedded.pdf_pages import drawn, region_of


def charts_of(region, table):
    with region.page() as page:
        text = extract(page)
        marks = marks_of(text.paths, tuple(page.rect))
    return find_charts(region, text.words, marks, [table])


def test_a_chart_whose_grid_looks_like_a_table_is_found_with_its_labels(tmp_path):
    def draw(axes):
        axes.bar([1, 2, 3, 4, 5], [3, 5, 2, 6, 4])
        axes.set(xlabel="week", ylabel="tonnes", axisbelow=True)
        axes.grid(visible=True)

    path = drawn_chart(tmp_path / "chart.pdf", draw, size=(5.0, 3.5))
    (chart,) = charts_of(region_of(path), (30.0, 10.0, 350.0, 230.0))
    assert chart[0] < 15
    assert chart[3] > 240
    regions = [LayoutRegion("table", (30.0, 10.0, 350.0, 230.0)), LayoutRegion("text", chart)]
    assert [region.kind for region in without_charts(regions, [chart])] == ["picture"]
    assert is_chart((30.0, 10.0, 350.0, 230.0), [chart])


def test_a_ruled_table_of_numbers_is_no_chart(tmp_path):
    def draw(page):
        for row in range(6):
            page.draw_line((60, 60 + 20 * row), (360, 60 + 20 * row))
            for column in range(5):
                page.insert_text((65 + 60 * column, 75 + 20 * row), str(10 * row + column))
        for column in range(6):
            page.draw_line((60 + 60 * column, 60), (60 + 60 * column, 160))

    assert charts_of(drawn(tmp_path, draw), (60.0, 60.0, 360.0, 180.0)) == []


def test_a_form_with_an_empty_middle_is_no_chart(tmp_path):
    def draw(page):
        for row in range(7):
            page.draw_line((60, 60 + 20 * row), (360, 60 + 20 * row))
            if row < 6:
                page.insert_text((40, 75 + 20 * row), str(row + 1))
        for column in range(6):
            page.draw_line((60 + 60 * column, 60), (60 + 60 * column, 180))
            page.insert_text((60 + 60 * column, 192), str(2020 + column))

    assert charts_of(drawn(tmp_path, draw), (40.0, 60.0, 360.0, 192.0)) == []


def test_a_table_with_a_small_chart_in_it_is_no_chart(tmp_path):
    small = drawn_chart(
        tmp_path / "small.pdf", lambda axes: axes.bar(["a", "b", "c"], [3, 5, 2]), size=(2.0, 1.5)
    )

    def draw(page):
        for row in range(24):
            page.insert_text((60, 75 + 18 * row), f"Pier {row}", fontsize=9)
            if row > 9:
                page.insert_text((505, 75 + 18 * row), str(97 * row), fontsize=9)
        with pymupdf.open(small) as chart:
            page.show_pdf_page(pymupdf.Rect(400, 70, 544, 178), chart)

    assert charts_of(drawn(tmp_path, draw), (55.0, 60.0, 560.0, 500.0)) == []


def test_a_note_below_a_chart_is_no_title_of_its_axis(tmp_path):
    chart = drawn_chart(
        tmp_path / "chart.pdf", lambda axes: axes.bar(["a", "b", "c"], [3, 5, 2]), size=(5.0, 3.0)
    )

    def draw(page):
        with pymupdf.open(chart) as drawing:
            page.show_pdf_page(pymupdf.Rect(100, 100, 460, 316), drawing)
        page.insert_text((180, 314), "1. Without the north", fontsize=7)
        page.insert_text((244.5, 314), "PIER AND QUAY SINCE", fontname="hebo", fontsize=5.5)

    region = drawn(tmp_path, draw)
    assert "PIER" in "".join(word.text for word in region.words())
    charts = find_charts(region, [], [], [], [(110.0, 104.0, 450.0, 290.0)])
    assert [chart[3] < 308 for chart in charts] == [True]


@pytest.mark.parametrize(
    ("said", "is_in"),
    [("Table size", True), ("Chart of the year", True), ("Figure 2. Rain", False)],
)
def test_a_title_is_no_caption_without_a_number(tmp_path, said, is_in):
    path = drawn_chart(
        tmp_path / "chart.pdf",
        lambda axes: (axes.bar(["a", "b", "c"], [3, 5, 2]), axes.set_xlabel(said)),
        size=(5.0, 3.0),
    )
    (chart,) = find_charts(region_of(path), [], [], [], [(30.0, 12.0, 340.0, 180.0)])
    assert (chart[3] > 197) is is_in


def test_a_picture_of_a_part_of_a_pie_becomes_all_of_it(tmp_path):
    def draw(axes):
        axes.pie([5, 3, 2], labels=["north", "south", "east"])

    region = region_of(drawn_chart(tmp_path / "pie.pdf", draw, size=(4.0, 4.0)))
    seen = (110.0, 60.0, 230.0, 150.0)
    (chart,) = find_charts(region, [], [], [], [seen])
    assert (chart[0] < 80, chart[1] < 60, chart[2] > 230, chart[3] > 200) == (True,) * 4
    part = vector_scene(replace(region, clip=chart))
    assert part is not None
    found = read_chart(part)
    assert found is not None
    assert {datum.key for datum in found.data} == {"north", "south", "east"}


def test_ticks_that_were_seen_below_a_strip_become_the_chart(tmp_path):
    def draw(axes):
        axes.scatter([3.0, 11.5, 17.0, 22.5], [0.0] * 4, s=20)
        axes.yaxis.set_visible(False)
        axes.set(xlim=(0, 30), ylim=(-1, 1), xlabel="Depth")

    region = region_of(drawn_chart(tmp_path / "strip.pdf", draw, size=(5.0, 1.4)))
    seen = (20.0, 62.0, 340.0, 96.0)
    (chart,) = find_charts(region, [], [], [], [seen])
    assert chart[1] < 20
