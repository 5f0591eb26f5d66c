"""A diagram of a kind and seed: as a picture file, or in a page with text, drawn or as pixels."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

import pymupdf

from tests.diagrams import boxes, graphs, pictures
from tests.diagrams.pen import HEIGHT, WIDTH, Pen, styled
from tests.engines.embedded.people_pages.seeded import prose

KINDS: dict[str, Callable[[Pen], None]] = {
    draw.__name__: draw
    for draw in (
        boxes.blocks, boxes.classes, boxes.flowchart, boxes.mind, boxes.offices, boxes.sequence,
        graphs.automaton, graphs.bare_network, graphs.binary_tree, graphs.circuit,
        graphs.cladogram, graphs.cube, graphs.geometry, graphs.honeycomb, graphs.network,
        graphs.ray, graphs.steps,
        pictures.floor_plan, pictures.heat_map, pictures.hexagon_logo, pictures.icons,
        pictures.land_map, pictures.line_art, pictures.photograph, pictures.polygon_logo,
        pictures.road_map, pictures.signature, pictures.square_code, pictures.underground,
        pictures.venn,
    )
}  # fmt: skip
"""What can be drawn, by name."""

MARGIN = 10.0


@dataclass(frozen=True)
class Diagram:
    """A file that shows one diagram.

    Attributes:
        data: Its bytes.
        suffix: `.png` for the diagram alone, `.pdf` for a page with it.
    """

    data: bytes
    suffix: str


def draw_diagram(kind: str, seed: int) -> Diagram:
    """Draw a diagram; every third seed makes a picture file, the others pages."""
    chance = random.Random(f"{kind} {seed}")
    form = ("pixels in a page", "alone", "lines in a page")[seed // 2 % 3]
    drawing = pymupdf.open()
    sheet = drawing.new_page(width=WIDTH + 2 * MARGIN, height=HEIGHT + 2 * MARGIN)
    figure = pymupdf.open()
    KINDS[kind](styled(figure.new_page(width=WIDTH, height=HEIGHT), chance))
    sheet.show_pdf_page(pymupdf.Rect(MARGIN, MARGIN, MARGIN + WIDTH, MARGIN + HEIGHT), figure)
    pixels = sheet.get_pixmap(dpi=chance.choice((96, 150, 200, 300)))
    if form == "alone":
        return Diagram(pixels.tobytes("png"), ".png")
    document = pymupdf.open()
    page = document.new_page(width=612, height=792)
    below = prose(page, chance, 90, chance.randint(3, 9)) + 10
    place = pymupdf.Rect(96, below, 96 + sheet.rect.width, below + sheet.rect.height)
    if form == "pixels in a page":
        page.insert_image(place, pixmap=pixels)
    else:
        page.show_pdf_page(place, drawing)
    page.insert_text(
        (96, place.y1 + 16), f"Figure {seed}. {chance.choice(('Overview', 'Plan', 'Example'))}",
        fontname="helv", fontsize=9,
    )  # fmt: skip
    prose(page, chance, place.y1 + 44, 6)
    return Diagram(document.tobytes(), ".pdf")
