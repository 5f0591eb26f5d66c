"""The runner: documents in, pages out, whoever reads them."""

from __future__ import annotations

from dsocr_integrations.runner.core import Runner, StreamEvent

__all__ = ["Runner", "StreamEvent"]
