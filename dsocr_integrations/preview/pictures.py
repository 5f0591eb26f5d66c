"""Pictures for the viewer: pages as WebP of bounded size, molecules as drawn by RDKit."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dsocr_integrations.errors import DsocrError
from dsocr_integrations.records.documents import Document, Page

if TYPE_CHECKING:
    from PIL.Image import Image

    from dsocr_integrations.sources import Source

MAX_SIDE = 1_400
"""Longest side of a page picture in pixels; text of an A4 page is legible at this size."""

DPI = 110
"""Resolution of page pictures."""

CLOSER_DPI = 260
CLOSER_SIDE = 3_200
"""Of a page that is looked at closely."""

SMALL_DPI = 26
SMALL_SIDE = 240
"""Of a page in the list of pages."""

MIN_SIDE = 500
"""Below it, not even the headings of an A4 page are legible."""

_LEAST_SIDE = 120

MAX_PICTURE_BYTES = 64 * 1024 * 1024
"""Encoded pictures of one file: what a browser opens within seconds."""

WEBP_QUALITY = 72
WEBP_METHOD = 2
"""Half the CPU time of the usual 4, for 2 % more bytes."""

_FLAT_COLOURS = 1_024
_FLAT_SHARE = 0.8
"""A page of no more colours, one of which covers this share, was drawn, or scanned very cleanly."""

_BYTES_A_PIXEL = 0.16
"""Of a dense page, such as those of an annual report, at `WEBP_QUALITY`."""

_SIDES = 1.3
"""Long side of a page by its short side, between letter paper's 1.29 and A4's 1.41."""

MAX_SVG = 200_000
MAX_SMILES = 600

PageImages = Callable[[Document, Page], "Image | None"]
"""Gives the picture of a page, or `None` where there is none."""


@dataclass(frozen=True)
class Picture:
    """An encoded picture.

    Attributes:
        name: `page` or `figure-N`, as the page view names it.
        media_type: `image/webp` or `image/svg+xml`.
        data: The encoded bytes.
    """

    name: str
    media_type: str
    data: bytes


def page_pictures(
    document: Document,
    page: Page,
    images: PageImages | None,
    max_side: int = MAX_SIDE,
    max_bytes: int = MAX_PICTURE_BYTES,
) -> list[Picture]:
    """Encode the picture of a page and of its molecules; what cannot be drawn is left out.

    The page is drawn smaller where its picture would take more than `max_bytes`.
    """
    pictures = []
    image = images(document, page) if images is not None else None
    if image is not None:
        pictures.append(Picture("page", "image/webp", _encode_within(image, max_side, max_bytes)))
    for figure in page.figures:
        if figure.kind == "molecule" and figure.smiles and figure.smiles_valid:
            svg = draw_molecule(figure.smiles)
            if svg is not None:
                pictures.append(Picture(f"figure-{figure.number}", "image/svg+xml", svg))
    return pictures


def side_for(pages: int) -> int:
    """Longest side of page pictures, so that those of many pages fit into one file together."""
    pixels = MAX_PICTURE_BYTES / _BYTES_A_PIXEL / max(1, pages)
    return min(MAX_SIDE, max(MIN_SIDE, int((pixels * _SIDES) ** 0.5)))


def encode(image: Image, max_side: int = MAX_SIDE) -> bytes:
    """Encode a picture as WebP, scaled down to `max_side` pixels on its longer side."""
    image = image if image.mode == "RGB" else image.convert("RGB")
    out = io.BytesIO()
    # Half the CPU time, for as many bytes; scaling blurs edges, which then take more.
    if max(image.size) <= max_side and _is_flat(image):
        image.save(out, "WEBP", lossless=True, quality=0, method=1)
    else:
        image = image.copy()
        image.thumbnail((max_side, max_side))
        image.save(out, "WEBP", quality=WEBP_QUALITY, method=WEBP_METHOD)
    return out.getvalue()


def _is_flat(image: Image) -> bool:
    colours = image.getcolors(_FLAT_COLOURS) or ()
    most = max((count for count, _ in colours), default=0)
    return most >= _FLAT_SHARE * image.width * image.height


def _encode_within(image: Image, side: int, max_bytes: int) -> bytes:
    data = encode(image, side)
    while len(data) > max_bytes and side > _LEAST_SIDE:
        wanted = int(min(side, max(image.size)) * (max_bytes / len(data)) ** 0.5 * 0.9)
        side = max(_LEAST_SIDE, wanted)
        data = encode(image, side)
    return data


def draw_molecule(smiles: str) -> bytes | None:
    """Draw a SMILES as SVG; `None` without RDKit or where it is not understood.

    The viewer shows the SVG only as a picture (`<img>`), where nothing in it can run.
    """
    if len(smiles) > MAX_SMILES:
        return None
    try:
        from rdkit import Chem, RDLogger
        from rdkit.Chem.Draw import rdMolDraw2D
    except ImportError:
        return None
    RDLogger.DisableLog("rdApp.*")  # type: ignore[attr-defined,unused-ignore]
    molecule = Chem.MolFromSmiles(smiles)
    if molecule is None or not molecule.GetNumAtoms():
        return None
    drawing = rdMolDraw2D.MolDraw2DSVG(320, 220)
    options: Any = drawing.drawOptions()
    options.padding = 0.08
    rdMolDraw2D.PrepareAndDrawMolecule(drawing, molecule)
    drawing.FinishDrawing()
    svg = str(drawing.GetDrawingText()).encode()
    return svg if len(svg) <= MAX_SVG else None


def images_of_sources(root: str | Path | None = None, dpi: float = DPI) -> PageImages:
    """Page pictures rendered from the sources that the documents name.

    Args:
        root: Folder that relative sources are relative to; the working folder if not given.
        dpi: Resolution of the rendering.

    Returns:
        A function that gives `None` for a page whose source is gone, changed or cannot be rendered:
        the viewer then shows the boxes on an empty sheet.
    """
    base = Path(root) if root is not None else Path()
    found: dict[str, PageImages | None] = {}

    def render(document: Document, page: Page) -> Image | None:
        if document.doc_id not in found:
            found.clear()  # documents come one after another
            found[document.doc_id] = _images_of_same_bytes(base, document, dpi)
        images = found[document.doc_id]
        return images(document, page) if images is not None else None

    return render


def _images_of_same_bytes(base: Path, document: Document, dpi: float) -> PageImages | None:
    source = same_source(document, base)
    return images_of_regions(source, dpi) if source is not None else None


def same_source(document: Document, base: Path | None = None) -> Source | None:
    """The local source that a document names, if it holds the bytes still that were read.

    Boxes of other bytes would lie on the wrong words.

    Args:
        document: The document.
        base: Folder that a relative source is relative to; the working folder if not given.
    """
    from dsocr_integrations.sources import resolve_source

    local = (base or Path()) / document.source
    if "://" in document.source or not local.is_file():
        return None
    try:
        source = resolve_source(local)
    except DsocrError:
        return None
    return source if source.revision == document.revision else None


def images_of_regions(source: Source, dpi: float = DPI) -> PageImages:
    """Page pictures rendered from one resolved source, wherever it came from."""

    def render(document: Document, page: Page) -> Image | None:
        from dsocr_integrations.rendering import OpenDocument

        try:
            # Not closed: opening it for every page costs more than drawing the page.
            return OpenDocument(source, document.page_count).region(page.number).render(dpi)
        except DsocrError:
            return None

    return render
