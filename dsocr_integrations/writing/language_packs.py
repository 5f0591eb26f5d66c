"""Which of Tesseract's language packs read which script, and how Debian calls them."""

from __future__ import annotations

import re
from collections.abc import Iterable

from dsocr_integrations.writing.language_names import pack_of

PACKS = {
    "Hangul": ("kor",),
    "Cyrillic": ("rus", "ukr", "bel", "bul", "srp", "mkd", "kaz", "kir", "mon", "tgk", "uzb_cyrl"),
    "Greek": ("ell", "grc"),
    "Arabic": ("ara", "fas", "urd", "pus", "uig", "snd", "kmr"),
    "Hebrew": ("heb", "yid"),
    "Devanagari": ("hin", "mar", "nep", "san"),
    "Bengali": ("ben", "asm"),
    "Gurmukhi": ("pan",),
    "Gujarati": ("guj",),
    "Oriya": ("ori",),
    "Tamil": ("tam",),
    "Telugu": ("tel",),
    "Kannada": ("kan",),
    "Malayalam": ("mal",),
    "Sinhala": ("sin",),
    "Thai": ("tha",),
    "Lao": ("lao",),
    "Khmer": ("khm",),
    "Myanmar": ("mya",),
    "Tibetan": ("bod", "dzo"),
    "Georgian": ("kat",),
    "Armenian": ("hye",),
    "Ethiopic": ("amh", "tir"),
    "Syriac": ("syr",),
    "Cherokee": ("chr",),
    "Thaana": ("div",),
}
"""Scripts that the recogniser in RapidOCR's wheel cannot read, with the packs that can; the most
usual one first."""

_SCRIPTS = {pack: script for script, packs in PACKS.items() for pack in packs}
_OTHER_NAMES = {"Korean": "Hangul"}


def script_of_pack(pack: str) -> str:
    """The script that a pack adds; empty for Latin, Chinese and Japanese, which need none."""
    return _SCRIPTS.get(pack, "")


def packs_of(script: str) -> tuple[str, ...]:
    """Packs for a script, as Tesseract or Unicode names it; none where none is needed."""
    return PACKS.get(_OTHER_NAMES.get(script, script), ())


def named(languages: str) -> tuple[str, ...]:
    """Packs of languages that a setting names, parted by commas, spaces or plus signs.

    Raises:
        ConfigurationError: If one of them is not known.
    """
    return tuple(dict.fromkeys(map(pack_of, re.findall(r"\w+", languages))))


def package(pack: str) -> str:
    """Debian's package of a pack."""
    return f"tesseract-ocr-{pack.replace('_', '-')}"


def installation(packs: Iterable[str]) -> str:
    """The command that installs packs, and Tesseract with them."""
    return " ".join(["apt-get install tesseract-ocr", *map(package, packs)])
