"""Dynamic XFA forms: what was filled in, where the pages are drawn by the viewer alone.

Such a PDF has one page that asks the reader to wait; template and data stand in XML beside it
(XML Forms Architecture, part of ISO 32000-1, 12.7.8).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from xml.parsers import expat

if TYPE_CHECKING:
    import pymupdf

MAX_VALUES = 5_000
MAX_PACKET_BYTES = 50_000_000

_PACKET = re.compile(r"\(([^()]*)\)\s*(\d+)\s+0\s+R")
_REFERENCE = re.compile(r"^(\d+)\s+0\s+R$")


@dataclass(frozen=True)
class XfaValue:
    """A value of the form.

    Attributes:
        name: Names of the elements around it, parted by dots.
        label: Caption of its field in the template, else the last of these names.
        value: What was filled in.
    """

    name: str
    label: str
    value: str


class _ForbiddenMarkupError(Exception):
    """A document type or entity, which data have no need of."""


def dynamic_values(document: pymupdf.Document) -> tuple[XfaValue, ...] | None:
    """What was filled into a dynamic XFA form.

    Returns:
        The values in the order of the data, none where the data cannot be read; `None` for a
        document that is no such form. A form with fields of its own is read from these.
    """
    if not document.is_pdf:
        return None
    catalog = document.pdf_catalog()
    kind, place = document.xref_get_key(catalog, "AcroForm/XFA")
    if kind == "null" or not _is_drawn_by_viewer(document, catalog):
        return None
    packets = _packets(document, kind, place)
    captions = _captions(packets.get("template", b"")) | _captions(packets.get("", b""))
    values = _values(packets.get("datasets", b"")) or _values(packets.get("", b""))
    return tuple(XfaValue(name, captions.get(_last(name), _last(name)), v) for name, v in values)


def _is_drawn_by_viewer(document: pymupdf.Document, catalog: int) -> bool:
    if document.xref_get_key(catalog, "NeedsRendering")[1] == "true":
        return True
    return document.page_count == 1 and document[0].first_widget is None


def _packets(document: pymupdf.Document, kind: str, place: str) -> dict[str, bytes]:
    """The form's XML by the names of its parts; one without parts under an empty name."""
    found = _REFERENCE.match(place)
    if kind == "xref" and found:
        xref = int(found.group(1))
        if document.xref_is_stream(xref):
            return {"": _stream(document, xref)}
        place = document.xref_object(xref, compressed=True)
    return {name: _stream(document, int(xref)) for name, xref in _PACKET.findall(place)}


def _stream(document: pymupdf.Document, xref: int) -> bytes:
    data: bytes = document.xref_stream(xref) or b""
    return data if len(data) <= MAX_PACKET_BYTES else b""


@dataclass
class _Walk:
    """Where a parser stands, and what was told on the way."""

    path: list[str] = field(default_factory=list)
    texts: list[list[str]] = field(default_factory=list)
    leaves: list[bool] = field(default_factory=list)
    names: list[str] = field(default_factory=list)


def _walk(xml: bytes, on_end: Callable[[_Walk, str], None]) -> None:
    """Go through a document; what is broken ends it, and entities are refused."""
    walk = _Walk()
    parser = expat.ParserCreate()

    def start(name: str, attributes: dict[str, str]) -> None:
        if walk.leaves:
            walk.leaves[-1] = False
        walk.path.append(name.rpartition(":")[2])
        walk.texts.append([])
        walk.leaves.append(True)
        walk.names.append(attributes.get("name", ""))

    def end(_: str) -> None:
        on_end(walk, " ".join("".join(walk.texts[-1]).split()))
        for stack in (walk.path, walk.texts, walk.leaves, walk.names):
            stack.pop()

    def refuse(*_: object) -> None:
        raise _ForbiddenMarkupError

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = lambda text: walk.texts[-1].append(text) if walk.texts else None
    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    try:
        parser.Parse(xml, True)  # noqa: FBT003
    except (expat.ExpatError, _ForbiddenMarkupError):
        # What was told before the break stays; a document that only pretends says nothing.
        return


def _values(xml: bytes) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []

    def on_end(walk: _Walk, text: str) -> None:
        if walk.leaves[-1] and text and "data" in walk.path[:-1] and len(found) < MAX_VALUES:
            inner = walk.path[walk.path.index("data") + 1 :]
            found.append((".".join(inner), text))

    _walk(xml, on_end)
    return found


def _captions(xml: bytes) -> dict[str, str]:
    """Captions of the template's fields by the fields' names."""
    found: dict[str, str] = {}

    def on_end(walk: _Walk, text: str) -> None:
        if text and "caption" in walk.path and "field" in walk.path:
            place = len(walk.path) - 1 - walk.path[::-1].index("field")
            found.setdefault(walk.names[place], text.rstrip(":"))

    _walk(xml, on_end)
    return found


def _last(name: str) -> str:
    return name.rpartition(".")[2]
