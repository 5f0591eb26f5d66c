"""Scans of notices with labels on the left and what they stand for on the right."""

from __future__ import annotations

import random
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from tests.doubtful_pages.faces import face
from tests.doubtful_pages.made_page import MadePage
from tests.doubtful_pages.prose import amount, date, wrapped

_NAMES = ("Adela Brook", "Tomas Wend", "Ruth Okoro", "Ivo Lindqvist", "Mara Estrada", "Noel Pike")
_PLACES = (
    "Quay House, Northport",
    "12 Mill Lane, Oldbridge",
    "The Yard, Saltness",
    "Pier 4, Elver",
)
_SENTENCES = (
    "not to be moved before noon",
    "is stored in the dry shed",
    "paid when it was handed in",
)
_LABELS = (
    "Name", "Address", "Date of birth", "Vessel", "Port of registry", "Reference", "Amount due",
    "Due on", "Received by", "Remarks", "Telephone", "Number of crates", "Account", "Berth",
    "Date of arrival", "Weight in kilograms", "Insured for", "Master",
)  # fmt: skip

_WORDS = (
    ({"Name", "Received by", "Master"}, _NAMES),
    ({"Vessel"}, ("Marigold", "Grey Heron", "Saint Olave")),
)
_PLACE_LABELS = {"Address", "Port of registry"}
_SUMS = {"Amount due", "Insured for", "Weight in kilograms", "Account"}


def make(folder: Path, seed: int) -> MadePage:
    """Draw labels and values at 150 dpi, in one pair of columns or two, often below a paragraph.

    A value may go on in a second line, labels may be in capitals or end in colons, and the white
    between a label and its value is narrow or wide.

    Args:
        folder: Where the PNG is written.
        seed: All that is left to chance follows from it.
    """
    chance = random.Random(seed)
    size = chance.choice((19, 21, 23))
    font = ImageFont.truetype(str(face("en", chance)), size)
    capitals, colon = chance.random() < 0.25, chance.random() < 0.5
    pairs = chance.choice((1, 1, 2))
    step = round(size * chance.choice((1.5, 1.8, 2.2)))
    labels = chance.sample(_LABELS, chance.randint(4, 8) * pairs)
    lines = wrapped("en", 2, 62, chance) if chance.random() < 0.7 else []
    picture = Image.new("L", (1000, 300 + step * (2 * len(labels) // pairs + len(lines))), 250)
    pen = ImageDraw.Draw(picture)
    y = 60
    for line in lines:
        pen.text((60, y), line, font=font, fill=20)
        y += round(1.6 * size)
    y += size if lines else 0
    shown = [label.upper() if capitals else label for label in labels]
    shown = [f"{label}:" if colon else label for label in shown]
    width = max(font.getlength(label) for label in shown)
    value_at = round(60 + width + size * chance.choice((0.8, 2, 4)))
    facts = []
    for place in range(0, len(shown), pairs):
        tall = 1
        for column, label in enumerate(shown[place : place + pairs]):
            x = column * 500
            value = _value(label.rstrip(":").capitalize(), chance, pairs)
            pen.text((60 + x, y), label, font=font, fill=20)
            pen.text((value_at + x, y), value[0], font=font, fill=20)
            for below, more in enumerate(value[1:], start=1):
                pen.text((value_at + x, y + below * round(1.3 * size)), more, font=font, fill=20)
                tall = 2
            lines += [label, *value]
            facts.append(f"{label} {value[0]}")
        y += step if tall == 1 else step + round(1.3 * size)
    path = folder / f"labelled_values_{seed}.png"
    picture.crop((0, 0, 1000, y + 60)).save(path, dpi=(150, 150))
    return MadePage(path, tuple(lines), tuple(facts), f"{pairs} pairs, {len(labels)} labels")


def _value(label: str, chance: random.Random, pairs: int) -> list[str]:
    if label == "Remarks" and pairs == 1:
        return [chance.choice(_SENTENCES), chance.choice(_SENTENCES)]
    if label in _PLACE_LABELS:
        place = chance.choice(_PLACES)
        return place.split(", ") if pairs == 2 else [place]
    for labels, values in _WORDS:
        if label in labels:
            return [chance.choice(values)]
    if label.startswith(("Date", "Due")):
        return [date(chance)]
    return [amount(chance) if label in _SUMS else str(chance.randint(10, 99_999))]
