"""Figures: second looks, and what their answers mean."""

from __future__ import annotations

from dsocr_integrations.figures.charts import chart_values
from dsocr_integrations.figures.interpretation import (
    MAX_LOOKS,
    FigureRequest,
    described,
    figure_report,
    figure_requests,
    interpret,
    looked_at,
    parse_answer,
    plain_answer,
)

READING_VERSION = 3
"""Raised by hand when other figures are looked at, or the same answer about one is read otherwise
than before."""

__all__ = [
    "MAX_LOOKS",
    "READING_VERSION",
    "FigureRequest",
    "chart_values",
    "described",
    "figure_report",
    "figure_requests",
    "interpret",
    "looked_at",
    "parse_answer",
    "plain_answer",
]
