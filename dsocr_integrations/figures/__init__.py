"""Figures: second looks, and what their answers mean."""

from __future__ import annotations

from dsocr_integrations.figures.charts import chart_values
from dsocr_integrations.figures.interpretation import (
    described,
    figure_report,
    figure_requests,
    interpret,
    parse_answer,
    plain_answer,
)

__all__ = [
    "chart_values",
    "described",
    "figure_report",
    "figure_requests",
    "interpret",
    "parse_answer",
    "plain_answer",
]
