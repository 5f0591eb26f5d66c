"""Figures: second looks, and what their answers mean."""

from __future__ import annotations

from dsocr_integrations.figures.interpretation import (
    caption_of,
    described,
    figure_report,
    figure_requests,
    interpret,
    parse_answer,
)

__all__ = [
    "caption_of",
    "described",
    "figure_report",
    "figure_requests",
    "interpret",
    "parse_answer",
]
