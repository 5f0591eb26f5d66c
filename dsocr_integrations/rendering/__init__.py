"""Rendering: documents opened with PyMuPDF, and regions of their pages."""

from __future__ import annotations

from dsocr_integrations.rendering.regions import OpenDocument, PageRegion, open_document

__all__ = ["OpenDocument", "PageRegion", "open_document"]
