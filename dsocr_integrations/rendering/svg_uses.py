"""SVG drawings whose `use` elements multiply without bound, refused before MuPDF draws them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from xml.parsers import expat

from dsocr_integrations.errors import BrokenSourceError, SourceTooLargeError

MAX_DRAWN_ELEMENTS = 500_000
"""Elements that a drawing may come to; MuPDF draws them all as it opens the file."""


@dataclass
class _Elements:
    """The elements of a drawing, in the order in which they begin.

    Attributes:
        ends: For each element the place behind the last one inside of it.
        uses: For each `use` the id that it draws once more.
        places: Where the element of an id stands; the first one of several.
    """

    ends: list[int] = field(default_factory=list)
    uses: dict[int, str] = field(default_factory=dict)
    places: dict[str, int] = field(default_factory=dict)

    def drawn(self) -> Iterator[int]:
        """Yield the place of each element as often as it is drawn; none is drawn inside itself."""
        ways = {-1: iter(range(len(self.ends)))}
        while ways:
            under_way = next(reversed(ways))
            place = next(ways[under_way], None)
            if place is None:
                del ways[under_way]
                continue
            yield place
            target = self.places.get(self.uses.get(place, ""))
            if target is not None and target not in ways:
                ways[target] = iter(range(target, self.ends[target]))


def check_uses(path: Path, name: str) -> None:
    """Judge an SVG file by what its `use` elements come to.

    Args:
        path: The file.
        name: What messages call it.

    Raises:
        SourceTooLargeError: If it draws more than `MAX_DRAWN_ELEMENTS` elements.
        BrokenSourceError: If it is no well-formed XML.
    """
    drawing = path.read_bytes()
    if b"use" not in drawing.replace(b"\0", b""):
        return
    try:
        elements = _read(drawing)
    except expat.ExpatError as error:
        raise BrokenSourceError(
            f"{name} is no well-formed drawing: {error}.",
            remedy="Save it again with the program that drew it.",
        ) from error
    for count, _ in enumerate(elements.drawn(), 1):
        if count > MAX_DRAWN_ELEMENTS:
            raise SourceTooLargeError(
                f"{name} draws more than {MAX_DRAWN_ELEMENTS:,} elements.",
                remedy="Draw it as a picture first.",
            )


def _read(drawing: bytes) -> _Elements:
    elements = _Elements()
    begun: list[int] = []

    def begin(tag: str, told: dict[str, str]) -> None:
        place = len(elements.ends)
        begun.append(place)
        elements.ends.append(place + 1)
        if "id" in told:
            elements.places.setdefault(told["id"], place)
        if tag.rpartition(":")[2] == "use":
            target = told.get("xlink:href", told.get("href", ""))
            elements.uses[place] = target.removeprefix("#")

    def end(_: str) -> None:
        elements.ends[begun.pop()] = len(elements.ends)

    parser = expat.ParserCreate()
    parser.StartElementHandler = begin
    parser.EndElementHandler = end
    parser.Parse(drawing, True)  # noqa: FBT003
    return elements
