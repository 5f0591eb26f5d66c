"""Cells of scanned tables say what is meant."""

from __future__ import annotations

import pytest

from dsocr_integrations.engines.embedded.scan.cell_text import cell_text, mark_of_sums


@pytest.mark.parametrize(
    ("read", "meant"),
    [
        ("Cash at bank .", "Cash at bank"),
        ("Total . . ", "Total"),
        ("Total liabilities ............", "Total liabilities"),
        ("Harbour Inc.", "Harbour Inc."),
        ("...", "..."),
        ("(6, 410)", "(6,410)"),
        ("$ 1, 250.75", "$ 1,250.75"),
        ("3, 250, 300", "3, 250, 300"),
        ("p. 3, 250", "p. 3, 250"),
    ],
)
def test_leaders_and_torn_figures(read, meant):
    assert cell_text(read) == meant


@pytest.mark.parametrize(
    ("cells", "read", "meant"),
    [
        (("4,20", "9,60", "Tea"), "16, 70", "16,70"),
        (("4.20 EUR", "(9.60)"), "1,016. 70 EUR", "1,016.70 EUR"),
        (("4,20",), "16, 70", "16, 70"),
        (("4.20", "9.60"), "16, 70", "16, 70"),
        (("4.20", "9,60"), "16, 70", "16, 70"),
        (("12", "15"), "16, 70", "16, 70"),
        (("02.05.", "48,13-", "09.05.", "77,90-"), "210, 00-", "210,00-"),
        (("4,20", "9,60"), "pages 16, 70 and 71", "pages 16, 70 and 71"),
    ],
)
def test_a_torn_sum_is_whole_where_the_others_of_its_table_show_how_it_is_written(
    cells, read, meant
):
    assert cell_text(read, mark_of_sums([*cells, read])) == meant
