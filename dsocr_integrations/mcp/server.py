"""The server: which tools there are, and what it tells a client about them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from mcp.server.mcpserver import MCPServer
from mcp.types import ToolAnnotations

from dsocr_integrations import __version__
from dsocr_integrations.index.base import Index
from dsocr_integrations.mcp.answers import NOTICE
from dsocr_integrations.mcp.tools import Tools

INSTRUCTIONS = f"""\
Documents that were read by DeepSeek-OCR or its embedded stand-in, with the page and box of every
passage. Find passages with search (or search_structure for molecules), read on with get_page, and
look at the page itself with crop before you rely on a number. Cite source and page of what you
use, and say so where a passage is marked as doubtful (trusted = false) or a chart's values were
measured rather than printed.

{NOTICE}
"""


def make_server(
    index: Index, *, roots: Sequence[str] = (), allow_sql: bool = False
) -> MCPServer[Any]:
    """Make the server over an open index. Nothing it offers writes anywhere.

    Args:
        index: The index; the caller closes it.
        roots: Folders that relative sources may be relative to, for pictures, beside those
            that the index knows.
        allow_sql: Offer the tool `sql` too.
    """
    server: MCPServer[Any] = MCPServer(
        "dsocr",
        title="Documents read by DeepSeek-OCR",
        instructions=INSTRUCTIONS,
        version=__version__,
        log_level="WARNING",
    )
    tools = Tools(index, roots)
    offered: list[Callable[..., Any]] = [
        tools.search, tools.search_structure, tools.get_page, tools.crop, tools.list_documents,
    ]  # fmt: skip
    if allow_sql:
        offered.append(tools.sql)
    for tool in offered:
        server.add_tool(
            tool,
            annotations=ToolAnnotations(
                read_only_hint=True, destructive_hint=False, open_world_hint=False
            ),
        )
    return server
