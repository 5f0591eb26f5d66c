"""The viewer's script and style, joined from their files into what a browser takes."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

_PARTS = (
    "elements.js",
    "tables.js",
    "scrolling.js",
    "search.js",
    "pages.js",
    "page_pane.js",
    "page_layers.js",
    "text_pane.js",
    "match_list.js",
    "side_panel.js",
    "rail.js",
    "kind_filters.js",
    "navigation.js",
    "frame.js",
    "shown_page.js",
    "viewer.js",
)


@cache
def viewer_module() -> str:
    """The viewer as one ES module without imports, as a widget's host wants it."""
    return "\n".join(_text(part) for part in _PARTS)


@cache
def saved_page_module() -> str:
    """The viewer and the host that gives it the data of a saved page."""
    return f"{viewer_module()}\n{_text('page_host.js')}"


@cache
def start_page_module() -> str:
    """The list of documents that have pages of their own, and the search in all of them."""
    return "\n".join(_text(part) for part in ("elements.js", "search.js", "start_page.js"))


@cache
def viewer_style() -> str:
    """The viewer's style sheet; every rule is below `.dsocr` or names our classes."""
    return _text("viewer.css")


def _text(name: str) -> str:
    return (files(__package__) / name).read_text(encoding="utf-8")
