"""Cells of scanned tables say what is meant."""

from __future__ import annotations

import pytest

from dsocr_integrations.engines.embedded.scan.cell_text import cell_text


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
