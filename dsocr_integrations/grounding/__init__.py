"""Grounding: the model's tagged answers taken apart into blocks."""

from __future__ import annotations

from dsocr_integrations.grounding.parser import ParsedPage, parse

READING_VERSION = 6
"""Of the parser: raised by hand when blocks, tables, formulas, markdown or the verdict on a page
are made of the same answer otherwise than before."""

__all__ = ["READING_VERSION", "ParsedPage", "parse"]
