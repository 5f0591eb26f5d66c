"""Pages photographed with a phone: askew on a desk, under a lamp, with the shadow of a hand."""

from __future__ import annotations

import io
import random
import textwrap
from dataclasses import dataclass
from difflib import SequenceMatcher

import cv2
import numpy as np
import pymupdf
from PIL import Image

from tests.engines.embedded.people_pages.seeded import THINGS, Drawn, flattened, sentence

_DPI = 170
_DESKS = ((62, 44, 30), (40, 42, 48), (120, 84, 52), (150, 150, 146))
_ALIKE = 0.97


@dataclass(frozen=True)
class Photographed(Drawn):
    """A photograph and what is expected of its reading.

    Attributes:
        paragraphs: Blocks of the Markdown, in this order, but for some letters.
    """

    paragraphs: tuple[str, ...] = ()

    def faults(self, markdown: str) -> list[str]:
        """What a reading gets wrong; nothing for a right one."""
        blocks = [flattened(block) for block in markdown.split("\n\n")]
        faults, at = super().faults(markdown), 0
        for paragraph in self.paragraphs:
            alike = [
                SequenceMatcher(None, block, paragraph, autojunk=False).ratio() >= _ALIKE
                for block in blocks[at:]
            ]
            if not any(alike):
                faults.append(f"no paragraph {paragraph}")
            else:
                at += alike.index(True) + 1
        return faults


def draw_photo(seed: int) -> Photographed:
    """A letter with headings and a small table, photographed by hand."""
    chance = random.Random(f"photo {seed}")
    document = pymupdf.open()
    page = document.new_page()
    plain, bold = chance.choice((("tiro", "tibo"), ("helv", "hebo")))
    size = chance.choice((10, 11, 12))
    title = " ".join(chance.sample(THINGS, 3)).title()
    page.insert_text((72, 84), title, fontname=bold, fontsize=20)
    must, paragraphs, y = [f"# {title}"], [], 84 + 3.2 * size
    for _ in range(chance.choice((2, 3))):
        heading = " ".join(chance.sample(THINGS, 2)).capitalize()
        page.insert_text((72, y), heading, fontname=bold, fontsize=1.35 * size)
        must.append(f"#+ {heading}")
        y += 2.2 * size
        said = " ".join(sentence(chance, 13) for _ in range(chance.randint(3, 5)))
        lines = textwrap.wrap(said, round(820 / size))
        for line in lines:
            page.insert_text((72, y), line, fontname=plain, fontsize=size)
            y += 1.4 * size
        paragraphs.append(said)
        y += 1.4 * size
    if chance.random() < 0.6:
        must += _priced(page, chance, y, (plain, bold), size)
    sheet = page.get_pixmap(dpi=_DPI, colorspace=pymupdf.csRGB)
    picture = np.frombuffer(sheet.samples, np.uint8).reshape(sheet.h, sheet.w, 3)
    photo = photographed(picture, chance)
    return Photographed(photo, tuple(must), (), ".jpg", tuple(paragraphs))


def _priced(
    page: pymupdf.Page, chance: random.Random, y: float, fonts: tuple[str, str], size: float
) -> list[str]:
    """Set a small table; patterns of its rows."""
    must = []
    for row in range(5):
        count, price = (
            str(chance.randint(2, 40)),
            f"{chance.randint(3, 90)}.{chance.randint(10, 99)}",
        )
        name = chance.choice(THINGS).capitalize()
        cells = (name, count, price) if row else ("Article", "Pieces", "Price")
        for cell, end in zip(cells, (72.0, 210.0, 290.0), strict=True):
            width = pymupdf.get_text_length(cell, fonts[row == 0], size)
            left = end if end == 72 else end - width
            page.insert_text((left, y), cell, fontname=fonts[row == 0], fontsize=size)
        must.append(r" \| ".join(cell.replace(".", r"\.") for cell in cells))
        y += 1.7 * size
    return must


def photographed(sheet: np.ndarray, chance: random.Random) -> bytes:
    """A sheet as a phone sees it: tilted, on a desk, unevenly lit, slightly blurred."""
    height, width = sheet.shape[:2]
    view = (round(width * 1.12), round(height * 1.1))
    noise = np.random.default_rng(chance.getrandbits(32))
    photo = _desk(view, chance, noise)
    away = [chance.uniform(0.0, 0.085) for _ in range(8)]
    corners = np.array(
        [
            (away[0] * view[0], away[1] * view[1]),
            ((1 - away[2]) * view[0], away[3] * view[1]),
            ((1 - away[4]) * view[0], (1 - away[5]) * view[1]),
            (away[6] * view[0], (1 - away[7]) * view[1]),
        ],
        np.float32,
    )
    if chance.random() < 0.25:
        # Held so near that no edge of the sheet is seen.
        middle = corners.mean(axis=0)
        corners = (middle + (corners - middle) * 1.18).astype(np.float32)
    flat = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    warp = cv2.getPerspectiveTransform(flat, corners)
    seen = cv2.warpPerspective(sheet, warp, view, flags=cv2.INTER_AREA)
    there = cv2.warpPerspective(np.full(sheet.shape[:2], 255, np.uint8), warp, view)
    share = (there / 255.0)[..., None]
    photo = photo * (1 - share) + 0.93 * seen * share
    photo = photo * _light(view, chance)[..., None] * np.array(chance.choice(_LIGHTS))
    photo = cv2.GaussianBlur(photo, (0, 0), chance.uniform(0.5, 1.1))
    photo += noise.normal(0, chance.uniform(1, 5), photo.shape)
    stream = io.BytesIO()
    pixels = photo.clip(0, 255).round().astype(np.uint8)
    Image.fromarray(pixels).save(stream, "JPEG", quality=chance.choice((75, 85, 92)))
    return stream.getvalue()


_LIGHTS = ((1.0, 1.0, 1.0), (1.0, 0.95, 0.84), (0.93, 0.97, 1.0))


def _desk(view: tuple[int, int], chance: random.Random, noise: np.random.Generator) -> np.ndarray:
    """The top of a desk with its grain."""
    grain = noise.normal(0, 1, (view[1], 1)) + noise.normal(0, 0.4, (view[1], view[0]))
    grain = cv2.GaussianBlur(grain, (0, 0), 1.5) * 10
    return np.array(chance.choice(_DESKS)) + grain[..., None]


def _light(view: tuple[int, int], chance: random.Random) -> np.ndarray:
    """How much light falls on each place: less away from the lamp, and in the shadow of a hand."""
    across, down = np.meshgrid(np.linspace(-1, 1, view[0]), np.linspace(-1, 1, view[1]))
    x, y = chance.uniform(-1, 1), chance.uniform(-1, 1)
    light = 1 - chance.uniform(0.05, 0.16) * ((across - x) ** 2 + (down - y) ** 2)
    if chance.random() < 0.7:
        slope, place = chance.uniform(-1.5, 1.5), chance.uniform(-0.6, 0.6)
        edge = (across + slope * down - place) * view[0] / 2
        dark, soft = chance.uniform(0.25, 0.5), chance.uniform(8, 60)
        light *= 1 - dark / (1 + np.exp((edge / soft).clip(-50, 50)))
    return light
