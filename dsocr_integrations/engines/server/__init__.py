"""DeepSeek-OCR behind servers that somebody else runs."""

from __future__ import annotations

from dsocr_integrations.engines.server.engine import ServerEngine
from dsocr_integrations.engines.server.probing import ServerReport, probe

__all__ = ["ServerEngine", "ServerReport", "probe"]
