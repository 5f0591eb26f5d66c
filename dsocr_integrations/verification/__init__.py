"""Check a model by what it says: every prompt and mode on known pages, reported with the answers."""

from __future__ import annotations

from dsocr_integrations.verification.checking import verify
from dsocr_integrations.verification.report import Report, write_report

__all__ = ["Report", "verify", "write_report"]
