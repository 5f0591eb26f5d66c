"""The Model Context Protocol door: what was read, offered to assistants, read-only."""

from __future__ import annotations

from dsocr_integrations.mcp.server import make_server
from dsocr_integrations.mcp.transports import (
    PATH,
    listening_socket,
    serve_http,
    serve_stdio,
)

__all__ = ["PATH", "listening_socket", "make_server", "serve_http", "serve_stdio"]
