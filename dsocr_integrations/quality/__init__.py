"""Judges whether a page's reading can be trusted, and says why not."""

from __future__ import annotations

from dsocr_integrations.quality.agreement import agreement, recall, words
from dsocr_integrations.quality.verdict import assess, says_nothing

__all__ = ["agreement", "assess", "recall", "says_nothing", "words"]
