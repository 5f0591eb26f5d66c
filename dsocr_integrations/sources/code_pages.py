"""Code pages of one byte a letter, beside Western Europe's, told by the letters that a text has."""

from __future__ import annotations

import re
import unicodedata

_WESTERN = (
    "àâæçéèêëîïôœùûüÿ",
    "äöüßé",
    "áéíñóúü",
    "áâãàçéêíóôõúü",
    "àèéìíîòóùú",
    "àèéíïòóúüç",
    "æøåéêôäöü",
    "åäöéšžü",
    "áðéíóúýþæöø",
    "éëïóöüèêá",
    "õäöüšž",
    "áéíóúàèìòù",
)
"""Letters beyond ASCII of French, German, Spanish, Portuguese, Italian, Catalan, Danish and
Norwegian, Swedish and Finnish, Icelandic and Faroese, Dutch, Estonian, Irish and Gaelic."""

_CENTRAL = ("cp1250", "iso8859-2")
_CYRILLIC = ("cp1251", "koi8-u", "iso8859-5", "cp866", "mac-cyrillic")
_CYRILLIC_LETTERS = "абвгдежзийклмнопрстуфхцчшщ"
_OTHERS = (
    ("áčďéěíňóřšťúůýž", _CENTRAL),
    ("áäčďéíĺľňóôŕšťúýž", _CENTRAL),
    ("ąćęłńóśźż", _CENTRAL),
    ("áéíóöőúüű", _CENTRAL),
    ("čćđšž", _CENTRAL),
    ("ăâîşţ", _CENTRAL),
    ("çğıi̇öşüâîû", ("cp1254",)),
    ("ąčęėįšųūž", ("cp1257",)),
    ("āčēģīķļņšūž", ("cp1257",)),
    ("õäöüšž", ("cp1257",)),
    (f"{_CYRILLIC_LETTERS}ъыьэюяё", _CYRILLIC),
    (f"{_CYRILLIC_LETTERS}ьюяіїєґ", _CYRILLIC),
    (f"{_CYRILLIC_LETTERS}ъьюя", _CYRILLIC),
    ("αβγδεζηθικλμνξοπρστυφχψωςάέήίόύώϊϋ", ("cp1253", "iso8859-7")),
)
"""The same of Czech, Slovak, Polish, Hungarian, Croatian and Slovene, Romanian, Turkish,
Lithuanian, Latvian, Estonian, Russian, Ukrainian, Bulgarian and Greek, and the code pages that they
are written in."""

_LOOKED_AT = 200_000
"""Bytes by which a code page is told."""

_LEAST = 2
"""Letters that are others in a code page than in Western Europe's, from which on it is believed."""

_CONTROLS = re.compile(r"[\x80-\x84\x86-\x9f]")
_GLUED = re.compile(r"[^\W\d_][^\w\s\x00-\x7f·’‘–—…\xad][^\W\d_]|[^\W\d_][¹²³½¼¾][^\W\d_]")
"""A sign within a word, where another code page has a letter."""

_BOXES = re.compile(r"[\u2500-\u259f]")
_MIXED = re.compile(r"[A-Za-z][^\W\d_\x00-\x7f]|[^\W\d_\x00-\x7f][A-Za-z]")
"""Letters of two scripts in a word, where those beyond ASCII are no Latin ones."""

_FOREIGN_WORD = re.compile(r"[^\W\d_\x00-\x7f]{2,}")


def code_pages(data: bytes) -> list[str]:
    """Tell the code pages that explain all letters of a text.

    Args:
        data: The text, which is none in UTF-8; its beginning is looked at.

    Returns:
        A code page for each way of reading it that gives one language all its letters; none where
        one of Western Europe has them, or nobody.
    """
    data = data[:_LOOKED_AT]
    western = _decoded(data, "cp1252") or data.decode("latin-1")
    if not _GLUED.search(western) and any(_letters(western) <= set(one) for one in _WESTERN):
        return []
    pages = dict.fromkeys(page for _, its_pages in _OTHERS for page in its_pages)
    texts = {page: text for page in pages if (text := _decoded(data, page)) is not None}
    plain = {page: text for page, text in texts.items() if _is_plain(text)}
    found: dict[str, str] = {}
    for alphabet, its_pages in _OTHERS:
        for page in its_pages:
            if page in plain and _explains(plain[page], western, alphabet):
                found.setdefault(plain[page], page)
    return list(found.values())


def _explains(text: str, western: str, alphabet: str) -> bool:
    """Whether a language has all letters of a text, and several that would be others."""
    letters = _letters(text)
    others = {one.lower() for one, two in zip(text, western, strict=True) if one != two}
    if not letters <= set(alphabet) or len(others & letters) < _LEAST:
        return False
    # Letters without cases, as in Hebrew, would come out as small or as capital ones only.
    is_latin = "a" <= unicodedata.normalize("NFD", alphabet[0])[0] <= "z"
    return is_latin or (not _MIXED.search(text) and text not in {text.lower(), text.upper()})


def _is_plain(text: str) -> bool:
    """Whether no sign stands within a word, and no capital behind a small letter."""
    if _GLUED.search(text) or _BOXES.search(text):
        return False
    words = set(_FOREIGN_WORD.findall(text))
    return all(word in {word.lower(), word.upper(), word.capitalize()} for word in words)


def _letters(text: str) -> set[str]:
    return {one for one in set(text.lower()) if one.isalpha() and not one.isascii()}


def _decoded(data: bytes, page: str) -> str | None:
    try:
        text = data.decode(page)
    except UnicodeDecodeError:
        return None
    # Nobody writes these, which some code pages have where others have letters.
    return None if _CONTROLS.search(text) else text
