"""Grounding: the model's tagged answers taken apart into blocks."""

from __future__ import annotations

from dsocr_integrations.grounding.parser import ParsedPage, parse

__all__ = ["ParsedPage", "parse"]
