"""Records in a notebook: a card of a few facts instead of everything they hold."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from pathlib import PurePosixPath, PureWindowsPath
from typing import Any

MAX_VALUE = 300
# Notebooks set what stands in tables to the right, as numbers are.
_LEFT = ' style="text-align:left"'
_NAME = ' style="text-align:left;white-space:nowrap"'
_WINDOWS_PATH = re.compile(r"[A-Za-z]:[\\/]|\\\\")

Fact = tuple[str, object]
"""A name and what it is; a fact without a value is left out."""


class Card:
    """Base of what is shown as a card; `facts` says what stands on it."""

    def facts(self) -> Iterable[Fact]:
        """What stands on the card, the most telling first."""
        raise NotImplementedError

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><th{_NAME}>{html.escape(name)}</th><td{_LEFT}>{html.escape(value)}</td></tr>"
            for name, value in _told(self.facts())
        )
        name = type(self).__name__
        return f"<table><caption{_LEFT}>{name}</caption><tbody>{rows}</tbody></table>"

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        facts = "..." if cycle else ", ".join(f"{k}={v!r}" for k, v in _told(self.facts()))
        printer.text(f"<{type(self).__name__} {facts}>")


def shown_source(source: str) -> str:
    """Where a document comes from, without the folders of this machine: what is shown is shared."""
    if source.lower().startswith("file:"):
        return PurePosixPath(source).name
    if _WINDOWS_PATH.match(source):
        return PureWindowsPath(source).name
    return PurePosixPath(source).name if source.startswith(("/", "~")) else source


def counted(number: int, name: str) -> str:
    """A number and what is counted, such as `3 pages`; empty for none."""
    return f"{number} {name}{'s' * (number != 1)}" if number else ""


def _told(facts: Iterable[Fact]) -> Iterable[tuple[str, str]]:
    for name, value in facts:
        text = " ".join(str(value).split()) if value not in (None, "", ()) else ""
        if text:
            yield name, text if len(text) <= MAX_VALUE else f"{text[:MAX_VALUE]}…"
