"""The runner: documents in, pages out, whoever reads them."""

from __future__ import annotations

from dsocr_integrations.runner.core import Runner
from dsocr_integrations.runner.document_reading import DocumentReading
from dsocr_integrations.runner.questions import Description, Location

__all__ = ["Description", "DocumentReading", "Location", "Runner"]
