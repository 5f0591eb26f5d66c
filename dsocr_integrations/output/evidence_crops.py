"""Evidence: the part of a page that something was read from, rendered with its boxes drawn."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypedDict

from dsocr_integrations.errors import ConfigurationError, SourceChangedError, SourceNotFoundError
from dsocr_integrations.records.documents import GRID, Box
from dsocr_integrations.rendering import PageRegion, open_document
from dsocr_integrations.rendering.attachments import named_source
from dsocr_integrations.sources import Source, SourceResolver
from dsocr_integrations.sources.names import ATTACHED

if TYPE_CHECKING:
    from PIL.Image import Image

MARGIN = 25
"""Context around the boxes, in units of the page's 0–999 grid: about 15 points of an A4 page."""

DPI = 144.0
OUTLINE_POINTS = 1.5
OUTLINE_GAP = 2.0
"""Points between a box and its outline, so that the line strikes through no letter."""

OUTLINE_COLOUR = (214, 40, 40)


class Place(Protocol):
    """A page and a box on its 0–999 grid."""

    @property
    def page(self) -> int:
        """1-based page number."""
        ...

    @property
    def box(self) -> Box:
        """Where on it."""
        ...


class Evidence(Protocol):
    """What can be shown where it was read, such as a chunk."""

    @property
    def source(self) -> str:
        """The source as recorded."""
        ...

    @property
    def revision(self) -> str | None:
        """SHA-256 of the bytes that were read; `None` where that is not known any more."""
        ...

    @property
    def page(self) -> int:
        """1-based page to show unless another is asked for."""
        ...

    @property
    def spans(self) -> Sequence[Place]:
        """All its places."""
        ...


class CropOptions(TypedDict, total=False):
    """The keyword arguments of `crop`."""

    roots: Sequence[str | Path]
    page: int | None
    margin: int
    dpi: float
    outline: bool
    fetch: bool
    password: str | None


def crop(
    chunk: Evidence,
    *,
    roots: Sequence[str | Path] = (),
    page: int | None = None,
    margin: int = MARGIN,
    dpi: float = DPI,
    outline: bool = True,
    fetch: bool = False,
    password: str | None = None,
) -> Image:
    """Render what a chunk was read from.

    The picture shows all its boxes on one page, a table's caption included, with context
    around them. It is drawn only from the very bytes that were read.

    Args:
        chunk: The chunk, or what else was read.
        roots: Folders that a relative source may be relative to, tried in order; the working
            folder without any.
        page: 1-based page to show of a chunk that stands on several; its first by default.
        margin: Context around the boxes, in units of the page's 0–999 grid.
        dpi: Resolution of the picture.
        outline: Draw the boxes.
        fetch: Follow a source that is a URL; otherwise no address is ever opened.
        password: Password of an encrypted source.

    Returns:
        An RGB picture.

    Raises:
        SourceNotFoundError: If the source has gone.
        SourceChangedError: If the file at its place holds other bytes now.
        ConfigurationError: If the source is a URL and `fetch` is off, or the chunk does not
            stand on the page asked for.
        SourceError: If the source cannot be opened.
    """
    number = page or chunk.page
    boxes = [span.box for span in chunk.spans if span.page == number]
    if not boxes:
        pages = ", ".join(str(page) for page in dict.fromkeys(span.page for span in chunk.spans))
        raise ConfigurationError(
            f"The chunk does not stand on page {number}.", remedy=f"It stands on page {pages}."
        )
    source = source_of(chunk, roots=roots, fetch=fetch, password=password)
    return drawn(source, number, boxes, margin=margin, dpi=dpi, outline=outline)


def drawn(
    source: Source,
    page: int,
    boxes: Sequence[Box],
    *,
    margin: int = MARGIN,
    dpi: float = DPI,
    outline: bool = True,
) -> Image:
    """Render boxes of a page of a source; arguments and errors as `crop`."""
    with open_document(source) as document:
        region = document.region(page).crop(_around(boxes, margin))
        picture = region.render(dpi)
    return _outlined(picture, region, boxes) if outline else picture


def source_of(
    chunk: Evidence,
    *,
    roots: Sequence[str | Path] = (),
    fetch: bool = False,
    password: str | None = None,
) -> Source:
    """The source that a chunk was read from, if it holds the same bytes still.

    Arguments and errors as `crop`.
    """
    return _same_bytes(chunk, _places(chunk.source, roots, fetch=fetch), password)


def _same_bytes(chunk: Evidence, places: Sequence[str | Path], password: str | None) -> Source:
    """The first of the places that holds the bytes that the chunk was read from."""
    for place in places:
        source = named_source(SourceResolver(password=password), place)
        if chunk.revision in {None, source.revision}:
            return source
    if places:
        raise SourceChangedError(
            f"{chunk.source} has changed since it was read, so its boxes would lie wrong.",
            remedy="Ingest it again, then search again.",
        )
    raise SourceNotFoundError(
        f"The source {chunk.source} has gone.",
        remedy="Put it back, or name the folder that it is relative to (roots).",
    )


def _places(name: str, roots: Sequence[str | Path], *, fetch: bool) -> list[str | Path]:
    """Where the source may be; local places only where a file is."""
    if "://" in name:
        if not fetch:
            raise ConfigurationError(
                f"{name} is an address, and none is opened without being told to.",
                remedy="Pass fetch=True to load it again.",
            )
        return [name]
    holder, *attached = name.split(ATTACHED, 1)
    path = Path(holder)
    # A relative path that climbs was not made by an ingest.
    if ".." in path.parts and not path.is_absolute():
        return []
    places = [path] if path.is_absolute() else [Path(root) / path for root in roots or ("",)]
    return [ATTACHED.join((str(place), *attached)) for place in places if place.is_file()]


def _around(boxes: Sequence[Box], margin: int) -> Box:
    """The box around all boxes with its margin, within the page."""
    return (
        max(0, min(box[0] for box in boxes) - margin),
        max(0, min(box[1] for box in boxes) - margin),
        min(GRID, max(box[2] for box in boxes) + margin),
        min(GRID, max(box[3] for box in boxes) + margin),
    )


def _outlined(picture: Image, region: PageRegion, boxes: Sequence[Box]) -> Image:
    from PIL import ImageDraw

    left, top, _, _ = region.box
    across, down = picture.width / region.width, picture.height / region.height
    wide, high = region.page_size
    draw = ImageDraw.Draw(picture)
    for x0, y0, x1, y1 in dict.fromkeys(boxes):
        corners = (
            (x0 / GRID * wide - left - OUTLINE_GAP) * across,
            (y0 / GRID * high - top - OUTLINE_GAP) * down,
            (x1 / GRID * wide - left + OUTLINE_GAP) * across,
            (y1 / GRID * high - top + OUTLINE_GAP) * down,
        )
        draw.rectangle(corners, outline=OUTLINE_COLOUR, width=round(OUTLINE_POINTS * across) or 1)
    return picture
