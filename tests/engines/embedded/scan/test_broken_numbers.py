"""Numbers with letters and stray marks amid their figures are broken, usual spellings are not."""

from __future__ import annotations

import pytest

from dsocr_integrations.engines.embedded.scan.broken_numbers import LongNumbers, long_numbers


@pytest.mark.parametrize(
    "number",
    [
        *(
            "1,204.50",
            "1.204,50",
            "(1,204.50)",
            "-1,204.50",
            "$1,204.50",
            "1,204.50-",
            "1,204.50EUR",
        ),
        *("12.05.2031", "10:45:30", "2019/20", "1'204.50", "1,204.50*", "€1.204,50", "0.965±0.02"),
        *(
            "AB12345",
            "4817-K",
            "12,5%",
            "12,34,567.00",
            "1,204.50%",
            "0171-555010",
            "£4,106.85",
            "1.204E+05",
        ),
    ],
)
def test_usual_numbers_are_sound(number):
    assert not long_numbers([number]).broken


@pytest.mark.parametrize(
    "number",
    [
        "11:,207.64",
        "G6,8E2.62",
        "472.36/.07",
        "S6,432.02",
        "471.,956.10",
        "4/9,325.74",
        "96.5,685.52",
    ],
)
def test_figures_that_were_mistaken(number):
    assert long_numbers([f"Sum {number}", "12"]) == LongNumbers(1, 1)
