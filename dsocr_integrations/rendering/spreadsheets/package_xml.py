"""XML parts of office files, walked through without being held in memory."""

from __future__ import annotations

from typing import IO, Protocol
from xml.parsers import expat

from dsocr_integrations.errors import BrokenSourceError
from dsocr_integrations.rendering.spreadsheets.cells import CellCount

_BLOCK = 1 << 16


class XmlVisitor(Protocol):
    """Told of each element and text; names come without their prefixes."""

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""

    def end(self, name: str) -> None:
        """An element ends."""

    def text(self, text: str) -> None:
        """Text stands here."""


def walk(stream: IO[bytes], visitor: XmlVisitor, count: CellCount) -> None:
    """Walk through a part.

    Args:
        stream: Its bytes.
        visitor: Told what is there.
        count: Counts what the file unpacks to.

    Raises:
        SourceTooLargeError: If it unpacks to too much.
        BrokenSourceError: If it declares a document type, which office files never do: entities
            can grow without bound.
        ExpatError: If it is not well formed.
    """

    def refuse(*_: object) -> None:
        raise BrokenSourceError(
            f"{count.name} declares a document type, as no office program does."
        )

    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = lambda tag, told: visitor.begin(_local(tag), _locals(told))
    parser.EndElementHandler = lambda tag: visitor.end(_local(tag))
    parser.CharacterDataHandler = visitor.text
    parser.StartDoctypeDeclHandler = refuse
    while block := stream.read(_BLOCK):
        count.unpack(block)
        parser.Parse(block, False)  # noqa: FBT003
    parser.Parse(b"", True)  # noqa: FBT003


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def _locals(attributes: dict[str, str]) -> dict[str, str]:
    return {_local(name): value for name, value in attributes.items()}
