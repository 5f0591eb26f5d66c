"""Born-digital pages one of whose fonts has a wrong map of its characters to Unicode."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from pathlib import Path

import pymupdf

from tests.doubtful_pages.faces import face
from tests.doubtful_pages.made_page import MadePage
from tests.doubtful_pages.prose import amount, date, wrapped

_SIGNS = "\u2014\u02dc\u2122\u0161\u203a\u0153\u00a4\u00b6\u0178\u00d7"
_SMALL = "abcdefghijklmnopqrstuvwxyz"

Map = Callable[[str, random.Random], Mapping[str, str]]


def _shifted(used: str, chance: random.Random) -> Mapping[str, str]:
    step = chance.choice((-29, -3, 1, 2, 3, 5, 7, 13, 31))
    return {c: chr(ord(c) + step) for c in used if c.isalnum() and ord(c) < 0x3000}


def _permuted(used: str, chance: random.Random) -> Mapping[str, str]:
    mixed = "".join(chance.sample(_SMALL, 26))
    small = dict(zip(_SMALL, mixed, strict=True))
    return {**small, **{a.upper(): b.upper() for a, b in small.items()}}


def _private(used: str, chance: random.Random) -> Mapping[str, str]:
    start = chance.choice((0xE000, 0xF000, 0xF700))
    return {c: chr(start + ord(c) % 0x700) for c in used if not c.isspace()}


def _byte_swapped(used: str, chance: random.Random) -> Mapping[str, str]:
    swapped = {c: chr((ord(c) & 255) << 8 | ord(c) >> 8) for c in used if not c.isspace()}
    return {c: other for c, other in swapped.items() if not "\ud800" <= other <= "\udfff"}


def _figures(used: str, chance: random.Random) -> Mapping[str, str]:
    return dict(zip("0123456789", chance.sample(_SIGNS, 10), strict=True))


def _other_figures(used: str, chance: random.Random) -> Mapping[str, str]:
    return dict(zip("0123456789", chance.sample("0123456789", 10), strict=True))


def _two_figures(used: str, chance: random.Random) -> Mapping[str, str]:
    first, second = chance.sample("0123456789", 2)
    return {first: second, second: first}


def _holes(used: str, chance: random.Random) -> Mapping[str, str]:
    letters = chance.sample("etaoinsrhl", chance.randint(2, 4))
    return {letter: chance.choice("\ufffd\ue0a1\x02\x10\x7f") for letter in letters}


def _other_script(used: str, chance: random.Random) -> Mapping[str, str]:
    start = chance.choice((0x0430, 0x03B1, 0x0561))
    return {c: chr(start + place % 24) for place, c in enumerate(_SMALL)}


MAPS: dict[str, Map] = {
    "shifted": _shifted,
    "permuted": _permuted,
    "private use": _private,
    "byte-swapped": _byte_swapped,
    "figures": _figures,
    "other figures": _other_figures,
    "two figures": _two_figures,
    "holes": _holes,
    "other script": _other_script,
    "sound": lambda used, chance: {},
}
"""What is done to the map of a font to Unicode."""


def make(folder: Path, seed: int, kind: str = "") -> MadePage:
    """Draw a page of prose with a font for its dates and sums, or for a paragraph, or for all.

    Args:
        folder: Where the PDF is written.
        seed: All that is left to chance follows from it.
        kind: Key of `MAPS`; one of them at random when empty.
    """
    chance = random.Random(seed)
    kind = kind or chance.choice(list(MAPS))
    chinese = kind == "byte-swapped" and chance.random() < 0.6
    share = chance.choice(("facts", "paragraph", "all")) if not chinese else "all"
    if "figures" in kind:
        share = chance.choice(("facts", "all"))
    elif kind == "holes":
        share = chance.choice(("paragraph", "all"))
    language = "zh" if chinese else chance.choice(("en", "en", "de", "fr", "es"))
    size = chance.choice((9, 10, 11, 12))
    document = pymupdf.open()
    page = document.new_page()
    sound = face(language if not chinese else "en", chance)
    broken = sound
    while broken == sound:
        broken = face("en", chance)
    page.insert_font(fontname="Sound", fontfile=str(sound))
    if chinese:
        page.insert_font(fontname="Broken", fontbuffer=pymupdf.Font("cjk").buffer)
    else:
        page.insert_font(fontname="Broken", fontfile=str(broken))
    lines: list[str] = []
    y = 72.0

    def show(text: str, font: str, x: float = 60.0) -> None:
        page.insert_text((x, y), text, fontname=font, fontsize=size)

    body = "Broken" if share == "all" else "Sound"
    facts = []
    for label in ("Signed on", "for the sum of", "to be paid by", "under number"):
        fact = amount(chance) if label in {"for the sum of", "under number"} else date(chance)
        show(label, "Sound")
        show(fact, "Sound" if share == "paragraph" else "Broken", 220.0)
        lines.append(f"{label} {fact}")
        facts.append(fact)
        y += 1.6 * size
    for place in range(3):
        y += size
        font = "Broken" if place == 1 and share == "paragraph" else body
        for line in wrapped(language, 4, 84 if size < 11 else 70, chance):
            show(line, font)
            lines.append(line)
            y += 1.4 * size
    used = "".join(sorted(set("".join(lines)) | set(_SMALL) | set(_SMALL.upper())))
    font = pymupdf.Font("cjk") if chinese else pymupdf.Font(fontfile=str(broken))
    path = folder / f"broken_font_{seed}.pdf"
    with document:
        _rewrite(document, page, font, used, MAPS[kind](used, chance))
        document.save(path, garbage=3, deflate=True)
    return MadePage(path, tuple(lines), tuple(facts), f"{kind}, {share}, {language}")


def _rewrite(
    document: pymupdf.Document,
    page: pymupdf.Page,
    font: pymupdf.Font,
    used: str,
    other: Mapping[str, str],
) -> None:
    """Give the broken font a map of its own to Unicode."""
    if not other:
        return
    pairs = [
        f"<{glyph:04x}> <{other.get(character, character).encode('utf-16-be').hex()}>"
        for character, glyph in ((c, font.has_glyph(ord(c))) for c in used)
        if glyph
    ]
    blocks = [pairs[start : start + 100] for start in range(0, len(pairs), 100)]
    shown = "\n".join(
        f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar" for block in blocks
    )
    stream = (
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
        "/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
        f"1 begincodespacerange\n<0000> <ffff>\nendcodespacerange\n{shown}\n"
        "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n"
    )
    reference = next(entry[0] for entry in page.get_fonts() if entry[4] == "Broken")
    _, told = document.xref_get_key(reference, "ToUnicode")
    document.update_stream(int(told.split()[0]), stream.encode())
