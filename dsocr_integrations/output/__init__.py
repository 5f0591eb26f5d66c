"""The output folder: what a document leaves on disk."""

from __future__ import annotations

from dsocr_integrations.output.folder import OutputFolder

__all__ = ["OutputFolder"]
